/** Workers that die at any moment: each task is not begun and goes on elsewhere, or answered, or begun and lost; none runs twice. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import * as mp from "parallel-typescript";
import { temporaryFolder } from "../helpers/files";
import { blockUntil, count, errorOf, isRunning, makePool, runScript, sharedCells, until } from "../helpers/pool";

/** How many workers are to die; `PARALLEL_TYPESCRIPT_DEATHS` names another number. */
const DEATHS = Number(process.env.PARALLEL_TYPESCRIPT_DEATHS ?? 150);

/** Ends its worker at some moment: now, in a microtask, in the next turn of the event loop, or a while later. */
function endWorker(how: number): void {
  if (how === 0) process.exit(9);
  if (how === 1) queueMicrotask(() => process.exit(9));
  if (how === 2) process.nextTick(() => process.exit(9));
  if (how === 3) setImmediate(() => process.exit(9));
  if (how >= 4) setTimeout(() => process.exit(9), how - 4);
}

test(
  `${DEATHS} deaths at random moments: no task runs twice, no answer is lost, and no result is computed from another`,
  { timeout: 3_600_000 },
  async (t) => {
    const random = mp.seededRandom("deaths");
    const pool = makePool(t, 2);
    let died = 0;
    let answered = 0;
    for (let deaths = 0; deaths < DEATHS; deaths++) {
      const tasks = 400;
      const runs = sharedCells(tasks + 240);
      const done = sharedCells(tasks + 240);
      const how = random.randint(0, 8);
      const victim = random.randint(0, 39);
      const chunkSize = random.choice([1, 10, 100]);
      // Each of these maps has items of one number, so that a worker may write its results over them.
      const maps = mp.range(4).map((call) =>
        pool.mapAsync(
          (x: number) => {
            Atomics.add(runs, x, 1);
            return x * 2 + 1;
          },
          mp.range(call * 100, call * 100 + 100),
          { chunkSize },
        ),
      );
      const calls = mp.range(40).map((x) =>
        pool.applyAsync(
          (id: number, end: number) => {
            Atomics.add(runs, id, 1);
            if (end >= 0) endWorker(end);
            Atomics.add(done, id, 1);
            return id * 2 + 1;
          },
          [tasks + x, x === victim ? how : -1],
        ),
      );
      const objects = pool.mapAsync(
        (item: { id: number }) => {
          Atomics.add(runs, item.id, 1);
          return { twice: item.id * 2 + 1 };
        },
        mp.range(200).map((x) => ({ id: tasks + 40 + x })),
        { chunkSize: 3 },
      );
      const outcomes = await Promise.allSettled([...maps, objects, ...calls].map((result) => result.get()));
      for (const [index, outcome] of outcomes.entries()) {
        if (outcome.status === "rejected") {
          assert.ok(outcome.reason instanceof mp.WorkerDiedError, String(outcome.reason));
          assert.equal(outcome.reason.exitCode, 9);
          died++;
          continue;
        }
        answered++;
        if (index < 4)
          assert.deepEqual(
            outcome.value,
            mp.range(index * 100, index * 100 + 100).map((x) => x * 2 + 1),
          );
        else if (index === 4)
          assert.deepEqual(
            outcome.value,
            mp.range(200).map((x) => ({ twice: (tasks + 40 + x) * 2 + 1 })),
          );
        else assert.equal(outcome.value, (tasks + index - 5) * 2 + 1);
      }
      const twice = [...runs].findIndex((times) => times > 1);
      assert.equal(
        twice,
        -1,
        `task ${twice} of round ${deaths} ran ${runs[twice]} times (${how}, chunks of ${chunkSize})`,
      );
      // A call that was answered has run; one that was lost has begun.
      for (const [x, outcome] of outcomes.slice(5).entries())
        assert.equal(runs[tasks + x], 1, `call ${x}: ${outcome.status}`);
    }
    t.diagnostic(`${answered} calls answered, ${died} lost`);
    assert.ok(died > 0 && answered > died);
    assert.deepEqual(await pool.map((x: number) => x + 1, mp.range(10)), mp.range(1, 11));
  },
);

test("a task that waits behind one whose worker dies runs in another worker, with its items as they were", async (t) => {
  for (const size of [1, 2]) {
    const gate = sharedCells();
    const pool = makePool(t, size);
    await pool.ready;
    const first = mp.range(size).map(() =>
      errorOf(
        pool
          .applyAsync(() => {
            blockUntil(gate, 0, 1);
            process.exit(3);
          })
          .get(),
      ),
    );
    const list = [{ n: 1 }, { n: 2 }];
    const behind = mp
      .range(6)
      .map((x) => pool.applyAsync((items: { n: number }[]) => items.map(({ n }) => n + x), [list]));
    await sleep(20);
    list[0].n = 100;
    count(gate);
    for (const error of await Promise.all(first)) assert.ok(error instanceof mp.WorkerDiedError);
    assert.deepEqual(
      await Promise.all(behind),
      mp.range(6).map((x) => [1 + x, 2 + x]),
    );
  }
});

test("aborting a task that waits ends no worker; aborting one that runs leaves those behind it alone", async (t) => {
  const gate = sharedCells(2);
  const pool = makePool(t, 1);
  const starts = sharedCells();
  await pool.apply(
    (cells: Int32Array) => {
      (globalThis as any).here = cells;
    },
    [starts],
  );
  const running = new AbortController();
  const waiting = new AbortController();
  const first = pool.applyAsync(
    () => {
      count(gate, 0);
      blockUntil(gate, 1, 1);
    },
    [],
    { signal: running.signal },
  );
  const second = pool.applyAsync(() => (globalThis as any).here === undefined, [], { signal: waiting.signal });
  const third = pool.applyAsync(() => (globalThis as any).here === undefined);
  await until(() => Atomics.load(gate, 0) === 1);
  waiting.abort(new Error("not wanted"));
  assert.equal((await errorOf(second.get())).message, "not wanted");
  assert.equal(third.ready(), false);
  running.abort(new Error("enough"));
  assert.equal((await errorOf(first.get())).message, "enough");
  assert.equal(await third, true, "in a new worker");
});

test(
  "a task that runs longer than its timeout rejects; its worker is replaced, and the tasks behind it run",
  { timeout: 60_000 },
  async (t) => {
    const pool = makePool(t, 1);
    assert.equal(await pool.apply((x: number) => x, [1], { timeout: 60_000 }), 1);
    const endless = errorOf(
      pool.apply(
        () => {
          for (;;);
        },
        [],
        { timeout: 50 },
      ),
    );
    const behind = mp.range(5).map((x) => pool.apply((y: number) => y + 1, [x]));
    const error = await endless;
    assert.ok(error instanceof mp.TimeoutError, String(error));
    assert.match(error.message, /50 ms/);
    assert.deepEqual(await Promise.all(behind), mp.range(1, 6));
    assert.equal(await pool.applyAsync((x: number) => x, [2], { timeout: Infinity }), 2);
  },
);

test("a worker that dies before its first task loses none", async (t) => {
  const pool = makePool(t, 1);
  for (const delay of mp.range(8)) {
    await pool.apply(
      (after: number) => {
        setTimeout(() => process.exit(2), after);
      },
      [delay],
    );
    await sleep(delay);
    const gone = await Promise.allSettled(mp.range(20).map((x) => pool.apply((y: number) => y * 2, [x])));
    for (const [x, outcome] of gone.entries()) {
      if (outcome.status === "fulfilled") assert.equal(outcome.value, x * 2);
      else assert.ok(outcome.reason instanceof mp.WorkerDiedError);
    }
    assert.ok(gone.filter(({ status }) => status === "rejected").length <= 1, "at most the one that it had begun");
  }
});

/** A worker in a call that no thread can be ended in, for half a minute. */
const STUCK = `
  const { execSync } = require("node:child_process");
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const pool = new mp.Pool(1);
  const call = pool.applyAsync((gate) => { Atomics.store(gate, 0, 1); require("node:child_process").execSync("echo $$ > '" + FILE + "'; exec sleep 30"); }, [gate]);
  const begun = async () => { while (!require("node:fs").existsSync(FILE) || require("node:fs").readFileSync(FILE, "utf8") === "") await new Promise((resolve) => setTimeout(resolve, 10)); };`;

for (const { how, code, source } of [
  { how: "process.exit", code: 5, source: "begun().then(() => process.exit(5));" },
  {
    how: "an uncaught error",
    code: 1,
    source: "begun().then(() => { setImmediate(() => { throw new Error('the end'); }); });",
  },
  {
    how: "terminate()",
    code: 0,
    source:
      "begun().then(() => pool.terminate()).then(() => console.log('terminated')); call.get().catch((error) => console.log(error.name));",
  },
]) {
  test(
    `a worker in execSync does not delay ${how}`,
    { skip: process.platform !== "linux" && "only there is it known what the thread waits for", timeout: 60_000 },
    async (t) => {
      const file = join(temporaryFolder(t), "pid");
      const started = performance.now();
      const ended = await runScript(t, `const FILE = ${JSON.stringify(file)};${STUCK}${source}`);
      const seconds = (performance.now() - started) / 1000;
      assert.equal(ended.code, code, ended.stderr);
      t.diagnostic(`${seconds.toFixed(1)} s`);
      // Not a time of this library: the call itself takes half a minute.
      assert.ok(seconds < 25, `${seconds} s`);
      if (how === "terminate()") assert.equal(ended.stdout, "PoolClosedError\nterminated\n");
      assert.ok(existsSync(file));
      assert.equal(isRunning(Number(readFileSync(file, "utf8"))), false, "what it waited for is gone too");
    },
  );
}

test("what an initializer registers for the end of its worker runs whenever the worker ends in an orderly way", async (t) => {
  const folder = temporaryFolder(t);
  const ways = {
    close: "pool.close();",
    join: "pool.close(); await pool.join(); console.log('joined');",
    dispose: "await pool[Symbol.asyncDispose]();",
    "the end of the program": "",
    "process.exit": "process.exit(0);",
    "an uncaught error": "setImmediate(() => { throw new Error('the end'); });",
    maxTasksPerChild: "pool.close(); await pool.join();",
  };
  await Promise.all(
    Object.entries(ways).map(async ([way, end]) => {
      const file = join(folder, way);
      const { stdout } = await runScript(
        t,
        `
      (async () => {
        const pool = new mp.Pool(2, { ${way === "maxTasksPerChild" ? "maxTasksPerChild: 1," : ""} initializer: (file) => { process.on("exit", () => { require("node:fs").appendFileSync(file, "end\\n"); console.log("last words"); }); }, initargs: [${JSON.stringify(file)}] });
        await pool.ready;
        await pool.map((x) => x, [1, 2, 3, 4], { chunkSize: 2 });
        ${end}
      })();`,
      );
      const ends = way === "maxTasksPerChild" ? [2, 3, 4] : [2];
      assert.ok(
        ends.includes(readFileSync(file, "utf8").split("\n").length - 1),
        `${way}: ${readFileSync(file, "utf8")}`,
      );
      assert.ok(stdout.split("last words").length - 1 >= 2, `${way}: ${stdout}`);
    }),
  );
});

test("pool.ready that nobody waits for ends no program, whatever becomes of the pool", async (t) => {
  const { code, stdout, stderr } = await runScript(
    t,
    `
    (async () => {
      const failing = new mp.Pool(1, { initializer: () => { throw new Error("not today"); } });
      failing.ready;
      const ended = new mp.Pool(1);
      ended.ready;
      await ended.terminate();
      ended.ready;
      await failing.apply((x) => x, [1]).catch((error) => console.log(error.message));
      await failing.terminate();
      console.log("end");
    })();`,
  );
  assert.deepEqual([code, stdout, stderr], [0, "not today\nend\n", ""]);
});

for (const [how, finalizer] of [
  ["that never resolves", () => new Promise(() => undefined)],
  [
    "that never returns",
    () => {
      for (;;);
    },
  ],
] as const) {
  test(`a finalizer ${how} does not hang join(): its worker is ended, and that is told`, async (t) => {
    const told = t.mock.method(console, "error", () => undefined);
    await mp.withPool(1, (pool) => pool.apply(() => 1), { finalizer });
    assert.deepEqual(
      told.mock.calls.map(({ arguments: [message] }) => message as string),
      ["A worker of a pool was ended: its finalizer had not ended after 5000 ms."],
    );
  });
}
