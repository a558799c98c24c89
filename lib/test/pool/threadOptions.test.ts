import assert from "node:assert/strict";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { errorOf, makePool, runScript } from "../helpers/pool";

test("env is the environment of the workers, and of those that replace them; what is undefined is left out", async (t) => {
  const pool = makePool(t, 1, { env: { MODE: "test", NOT: undefined } });
  const seen = (): unknown => [process.env.MODE, "NOT" in process.env, "PATH" in process.env];
  assert.deepEqual(await pool.apply(seen), ["test", false, false]);
  await errorOf(pool.apply(() => process.exit(3)));
  assert.deepEqual(await pool.apply(seen), ["test", false, false]);
  assert.equal(process.env.MODE, undefined);
});

test("execArgv are the workers' options of Node", async (t) => {
  const pool = makePool(t, 1, { execArgv: ["--conditions=special"] });
  assert.deepEqual(await pool.apply(() => process.execArgv), ["--conditions=special"]);
});

for (const [what, options, reason] of [
  [
    "an option that Node does not know",
    { execArgv: ["--bogus"] },
    /invalid execArgv flags: --bogus.*another execArgv/s,
  ],
  ["a file that is not there", { execArgv: ["--require", "./not-there.js"] }, /Cannot find module '.\/not-there.js'/],
  ["too little memory", { resourceLimits: { maxOldGenerationSizeMb: 4 } }, /memory limit.*another resourceLimits/s],
] as const) {
  test(`workers that cannot start because of ${what}: calls reject with the reason, and the pool ends`, async (t) => {
    for (const initializer of [undefined, (): void => undefined]) {
      const pool = makePool(t, 2, { ...options, ...(initializer && { initializer }) });
      for (const error of [
        await errorOf(pool.apply(() => 1)),
        await errorOf(pool.ready),
        await errorOf(pool.map((x) => x, [1, 2])),
        await errorOf(pool.imap((x) => x, [1, 2]).next()),
      ]) {
        assert.ok(error instanceof mp.WorkerDiedError);
        assert.match(error.message, /^No worker of this pool can be started: /);
        assert.match(error.message, reason);
      }
      pool.close();
      await pool.join();
    }
  });
}

test("a task that fills the memory that it may take rejects, in whatever steps, and the program lives on", async (t) => {
  const { stdout, stderr } = await runScript(
    t,
    `const fill = {
       push() { const list = []; for (;;) list.push(1.5); },
       objects() { const list = []; for (;;) list.push({ list: [1, 2, 3] }); },
       large() { const list = []; for (;;) list.push(new Array(1e6).fill(list.length)); },
       unrolled() { const list = []; for (;;) list.push(new Array(1000).fill({ a: 1 })); },
     };
     const limits = { resourceLimits: { maxOldGenerationSizeMb: 64 } };
     mp.withPool(1, async (pool) => {
       const { resourceLimits } = await import("node:worker_threads");
       for (const [name, fn] of Object.entries(fill)) await pool.apply(fn).catch((error) => console.log(name, error.name, error.message));
       console.log(await pool.apply(() => require("node:worker_threads").resourceLimits.maxOldGenerationSizeMb));
     }, limits);`,
  );
  const died = (name: string): string =>
    `${name} WorkerDiedError A worker ran out of memory while running \`${name}\`. It was replaced. Send smaller chunks, or keep less in memory at once.\n`;
  assert.equal(stdout, `${died("push")}${died("objects")}${died("large")}${died("unrolled")}64\n`, stderr);
});

test("in a worker with a limit, closures and instances travel as elsewhere", async (t) => {
  class Box {
    #content = 2;
    take(): number {
      return this.#content;
    }
  }
  const box = new Box();
  const pool = makePool(t, 1, { resourceLimits: { maxOldGenerationSizeMb: 200 } });
  const results = await pool.map(async (x) => {
    await Promise.resolve();
    const inner = await mp.withPool(1, (it) => it.apply(() => x * box.take()));
    return inner + 1;
  }, mp.range(3));
  assert.deepEqual(results, [1, 3, 5]);
});

test("what is no such option is refused by its name", () => {
  for (const [options, message] of [
    [{ env: "A=1" }, /^Pool: env must be an object of strings.*the string "A=1"/],
    [{ env: { A: 1 } }, /^Pool: env.A must be a string.*the number 1/],
    [{ execArgv: "--no-warnings" }, /^Pool: execArgv must be a list/],
    [{ execArgv: [1] }, /^Pool: execArgv must be a list/],
    [{ resourceLimits: 5 }, /^Pool: resourceLimits expects its options as an object/],
    [{ resourceLimits: { heap: 5 } }, /^Pool: resourceLimits has no option "heap"/],
    [{ resourceLimits: { stackSizeMb: -1 } }, /^Pool: resourceLimits.stackSizeMb must be a number of megabytes/],
    [
      { resourceLimits: { maxOldGenerationSizeMb: 1 } },
      /^Pool: resourceLimits.maxOldGenerationSizeMb must be 4 or more/,
    ],
    [{ finalizer: 5 }, /^Pool: finalizer must be a function/],
  ] as const)
    assert.throws(() => new mp.Pool(1, options as never), { message });
});
