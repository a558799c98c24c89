import { pressStop } from "./stop.helpers";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import * as mp from "parallel-typescript";

const pool = new mp.Pool(2);
after(() => pool.terminate());

/** Says that a worker is in an endless loop, and goes on in it. */
function spin(begun: Int32Array): void {
  Atomics.add(begun, 0, 1);
  Atomics.notify(begun, 0);
  for (;;) Atomics.load(begun, 0);
}

async function until(begun: Int32Array, count: number): Promise<void> {
  while (Atomics.load(begun, 0) < count) await new Promise((resolve) => setTimeout(resolve, 5));
}

test("Stop ends endless tasks, calls that wait and iterations, and the pool stays usable", async () => {
  for (let round = 0; round < 3; round++) {
    const begun = new Int32Array(new SharedArrayBuffer(4));
    const calls = [
      pool.starmap(spin, [[begun], [begun], [begun], [begun]]),
      pool.applyAsync(Math.max, [1, 2]).get(),
      (async () => { for await (const x of pool.imap(Math.abs, mp.range(100))) assert.fail(`${x} came`); })(),
    ];
    const ends = Promise.all(calls.map((call) => call.then(() => "well", (error: Error) => error.name)));
    await until(begun, 2);
    pressStop();
    assert.deepEqual(await ends, ["Interrupted", "Interrupted", "Interrupted"]);
    assert.deepEqual(await pool.map((x: number) => x * x, [1, 2, 3]), [1, 4, 9]);
  }
});

test("Stop ends processes, and whoever waits at a queue", async () => {
  const queue = new mp.Queue<string>();
  const child = new mp.Process({
    target: async (own: mp.Queue<string>) => {
      await own.put("begun");
      for (;;);
    },
    args: [queue],
  });
  child.start();
  assert.equal(await queue.get(), "begun");
  const waiting = assert.rejects(queue.get(), { name: "Interrupted" });
  pressStop();
  await waiting;
  await child.join();
  assert.ok((child.exitCode as number) < 0);
  await queue.put("after");
  assert.equal(await queue.get(), "after");
});

test("Stop does nothing to what has ended", async () => {
  const result = pool.applyAsync(Math.max, [1, 2]);
  await result.wait();
  pressStop();
  assert.equal(await result.get(), 2);
});
