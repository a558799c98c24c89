import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { seenOfKernel } from "./pythonPrograms.mjs";

const windows = process.platform === "win32";

const setup = `
import * as mp from "parallel-typescript";
const pool = new mp.Pool(2);
await pool.map((x: number) => x, [1, 2]);
const spin = (x?: number) => { for (;;); };
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const lone = new mp.Pool(1), single = new mp.Pool(2, { maxTasksPerChild: 1 });
const full = new mp.Queue(1);
await full.put(1);
const begun = new Int32Array(new SharedArrayBuffer(4));
const slow = (cells: Int32Array) => { if (Atomics.add(cells, 0, 1) === 0) for (;;); };
const pair = new mp.Pool(1), lock = new mp.Lock(), row = new mp.Queue();
await pair.apply((x: number) => x, [1]);
let late: mp.Pool, results: Promise<number[]>, short: mp.Queue;`;
const usable = "console.log((await pool.map((x: number) => x * x, [2, 3])).join());";

/** Work that Stop ends, after which the pool is usable; how Stop is pressed, and what else is to be seen afterwards. */
const stopped = {
  "a map, twice": ["await pool.map(spin, [1, 2, 3]);", { times: 2, gap: 0.05 }],
  "a map, five times at once": ["await pool.map(spin, [1, 2, 3]);", { times: 5 }],
  "a loop, five times": ["for (;;);", { times: 5, gap: 0.02 }],
  "a process, five times": [
    "const c = new mp.Process({ target: spin }); c.start(); await c.join();",
    { times: 5, gap: 0.01 },
  ],
  "a process that does not hear SIGTERM": [
    "const c = new mp.Process({ target: () => { process.on('SIGTERM', () => 0); setInterval(() => 0, 1000); } }); c.start(); await sleep(500); await c.join();",
    { wait: 1, pause: 1.5 },
  ],
  "an initializer": [
    "late = new mp.Pool(1, { initializer: slow, initargs: [begun] }); await late.map((x: number) => x, [1]);",
    // On a busy machine Stop comes before it has begun.
    {
      after: "Atomics.store(begun, 0, 1); console.log((await late.map((x: number) => x, [7]))[0]);",
      says: "7\n",
    },
  ],
  "join() of a closed pool": [
    "lone.apply(spin); lone.close(); await lone.join();",
    { after: "await lone.join(); console.log('joined');", says: "joined\n" },
  ],
  withPool: ["await mp.withPool(2, (own) => own.map(spin, [1, 2]));", {}],
  "a source without end": [
    "function* forever() { for (let i = 0; ; i++) yield i; } await pool.map((x: number) => x, forever());",
    {},
  ],
  "an asynchronous source without end": [
    "async function* forever() { for (let i = 0; ; i++) yield i; } await pool.map((x: number) => x, forever());",
    {},
  ],
  "a worker that prints without end": ["await pool.apply(() => { for (;;) console.log('x'.repeat(1000)); });", {}],
  "a process that prints without end": [
    "const c = new mp.Process({ target: () => { for (;;) console.log('x'.repeat(1000)); } }); c.start(); await c.join();",
    {},
  ],
  "tasks that each have a worker of their own": [
    "await single.map((x: number) => x, mp.range(100000), { chunkSize: 1 });",
    { after: "console.log(await single.apply((x: number) => x, [7]));", says: "7\n" },
  ],
  // What the sockets' thread asks meanwhile is lost. The kernel may not wait for it ever after, a second at each call.
  "a program that the main thread waits for": [
    "require('node:child_process').execFileSync(process.execPath, ['-e', 'setTimeout(() => 0, 1000)']); await new Promise(() => undefined);",
    {
      after: "for (let i = 0; i < 20; i++) await pool.map((x: number) => x, [1]); console.log('soon');",
      says: "soon\n",
    },
  ],
  // With code behind an await all promises' callbacks end that wait behind it.
  "a loop behind an await, as a lock goes from one worker to the next": [
    `const cells = new Int32Array(new SharedArrayBuffer(8));
    const holder = pair.applyAsync(async (c: Int32Array) => { using _ = await lock.acquire(); c[0] = 1; Atomics.wait(c, 1, 0); }, [cells]);
    pair.applyAsync((c: Int32Array) => Atomics.store(c, 1, 2), [cells]);
    while (cells[0] === 0) await sleep(5);
    pool.apply(async () => { const mine = lock.acquire(); await row.put(1); (await mine)[Symbol.dispose](); });
    await row.get();
    Atomics.store(cells, 1, 1);
    Atomics.notify(cells, 1);
    while (Atomics.load(cells, 1) === 1);
    await holder.then(() => spin());`,
    {
      wait: 1.5,
      after: "using _ = await lock.acquire({ timeout: 5000 }); console.log('free');",
      says: "free\n",
    },
  ],
  "a loop behind an await, as the item of a queue comes for a worker": [
    `const cells = new Int32Array(new SharedArrayBuffer(4));
    short = new mp.Queue();
    pool.apply(async () => { short.get(); await row.put(1); await new Promise(() => 0); });
    await row.get();
    const putter = pair.applyAsync(() => void short.put(7));
    pair.applyAsync((c: Int32Array) => Atomics.store(c, 0, 1), [cells]);
    await 0;
    while (Atomics.load(cells, 0) === 0);
    await putter.then(() => spin());`,
    {
      wait: 1.5,
      after:
        "short.close(); console.log(await Promise.race([(async () => { for await (const item of short); return 'its end'; })(), sleep(5000)]));",
      says: "its end\n",
    },
  ],
  "a loop behind an await, as results come": [
    `const cells = new Int32Array(new SharedArrayBuffer(4));
    const first = pair.applyAsync((x: number) => x, [1]);
    results = pair.mapAsync((c: Int32Array) => Atomics.add(c, 0, 1), [cells, cells], { chunkSize: 2 });
    await 0;
    while (Atomics.load(cells, 0) < 2);
    for (const end = performance.now() + 100; performance.now() < end;);
    await first.then(() => spin());`,
    {
      wait: 1,
      after: "console.log(await Promise.race([results, sleep(5000)]));",
      says: "[ 0, 1 ]\n",
    },
  ],
  "a loop behind an await, as a call begins": [
    "await pair.apply((x: number) => x, [1]); pair.mapAsync((x: number) => x, mp.range(9), { chunkSize: 1 }); for (;;);",
    {
      after: `{
        const cells = new Int32Array(new SharedArrayBuffer(4));
        for (let i = 0; i < 2; i++) pair.applyAsync((c: Int32Array) => Atomics.add(c, 0, 1), [cells]);
        await 0;
        for (const end = performance.now() + 5000; Atomics.load(cells, 0) < 2 && performance.now() < end;);
        console.log(cells[0], "sent ahead");
      }`,
      says: "2 sent ahead\n",
    },
  ],
  "a cell that ends before it can hear of it": [
    "require('node:child_process').execFileSync(process.execPath, ['-e', 'setTimeout(() => 0, 3000)']);",
    {},
  ],
  "those who wait to put": [
    "await Promise.all([full.put(2), full.put(3)]);",
    { after: "console.log(full.qsize(), await full.get(), full.qsize());", says: "1 1 0\n" },
  ],
};
/** Promises that nobody waits for, which Stop rejects. */
const unheard = {
  calls: "pool.map(spin, [1, 2]); pool.apply(spin, [1]);",
  "calls that are waited for in turn":
    "const all = [1, 2].map((x) => pool.apply(spin, [x])); for (const one of all) await one;",
  receipts: "const r = pool.applyAsync(spin, [1]); r.get(); r.wait();",
  queues: "const q = new mp.Queue(1); q.put(1); q.put(2); new mp.Queue().get();",
  iterations: "const results = pool.imap(spin, mp.range(9)); results.next(); results.next();",
  "a pool that gets ready": "const p = new mp.Pool(1, { initializer: spin }); p.ready;",
  measurements:
    "mp.timeit(() => sleep(10), { n: 1000, r: 1 }); mp.compare({ a: () => sleep(10), b: () => sleep(10) }, { n: 1000, r: 1 });",
  withPool: "mp.withPool(2, async (own) => { own.apply(spin, [1]); await own.apply(spin, [2]); });",
};
const printed = 20 * 2 ** 20;
const chatter = "const s = 'x'.repeat(1023) + '\\n'; for (let i = 0; i < 20 * 1024; i++) process.stdout.write(s);";
/** Cells that go wrong by themselves. */
const cells = {
  "many prints of a worker": `await lone2.apply(() => { ${chatter} });`,
  "one long line of a worker": `await lone2.apply(() => { process.stdout.write('x'.repeat(${printed})); });`,
  "many prints of a process": `const c = new mp.Process({ target: () => { ${chatter} } }); c.start(); await c.join();`,
  "half a line":
    "const a = new mp.Process({ target: () => { process.stdout.write('half'); setTimeout(() => process.kill(process.pid, 'SIGKILL'), 100); } }); const b = new mp.Process({ target: () => console.log('other') }); a.start(); b.start(); await a.join(); await b.join(); console.log(a.exitCode);",
  "broken objects":
    "const e = await lone2.apply(() => { (Object.prototype as any).then = (r: any) => r(7); return 1; }).catch((error: Error) => error.name); console.log(e);",
  "process.exit in finally": "await pool.apply(() => { try { throw new Error('x'); } finally { process.exit(3); } });",
  "a callback":
    "console.log(await pool.applyAsync(Math.max, [1, 2], { callback: () => { throw new Error('in the callback'); } }));",
  "a stray exception": "let timer = setTimeout(() => { throw new Error('from a timer'); }, 50);",
};
/** A queue that is full and one that is empty, with processes that wait at both, others that spin, and a map under way. */
const family = `
const [jammed, empty] = [new mp.Queue(1), new mp.Queue()];
for (let i = 0; i < 2; i++) {
  new mp.Process({ target: async (q: mp.Queue) => { for (;;) await q.put(1); }, args: [jammed] }).start();
  new mp.Process({ target: (q: mp.Queue) => q.get(), args: [empty] }).start();
  new mp.Process({ target: spin }).start();
}
const going = pool.map(spin, [1, 2]), waiting = empty.get();
while (jammed.qsize() < 1) await sleep(10);
await sleep(300);`;
const starting =
  "console.log('on my way'); for (let i = 0; i < 30; i++) new mp.Process({ target: spin }).start(); for (;;);";
const ends = ["restart", "shutdown", "SIGKILL", ...(windows ? [] : ["SIGTERM", "SIGHUP"])];

const attacks = [
  ...Object.entries(stopped).map(([name, [code, { after = "", times, gap, wait, pause }]]) => ({
    name: `Stop: ${name}`,
    act: "stop",
    code: `console.log('on my way'); { ${code} }`,
    after: usable + after,
    times,
    gap,
    wait,
    pause,
  })),
  ...Object.entries(unheard).map(([name, code]) => ({
    name: `unheard: ${name}`,
    act: "stop",
    code: `console.log('on my way'); { ${code} } await new Promise(() => undefined);`,
    after: usable,
  })),
  { name: "setup", act: "none", code: "const lone2 = new mp.Pool(1);", after: "" },
  ...Object.entries(cells).map(([name, code]) => ({
    name,
    act: "none",
    code: `{ ${code} }`,
    after: usable,
    seconds: 60,
  })),
  ...ends.map((act) => ({
    name: `end: ${act}`,
    act,
    finished: true,
    children: 6,
    code: family,
    after: "console.log('new');",
  })),
  {
    name: "end in a map: restart",
    act: "restart",
    code: "console.log('on my way'); await pool.map(spin, [1, 2, 3]);",
    after: "console.log('new');",
  },
  { name: "end while starting: SIGKILL", act: "SIGKILL", children: 6, code: starting, after: "" },
];

describe("the kernel under attack", () => {
  let seen;
  before(async () => (seen = await seenOfKernel("attacks.py", { setup, attacks })));

  for (const [name, [, { says = "" }]] of Object.entries(stopped)) {
    it(`Stop ends ${name}; the pool is usable, no process is left, and nothing more is said`, (t) => {
      const { status, error, after, processes, stderr, afterStderr, seconds, strays } = seen[`Stop: ${name}`];
      assert.deepEqual(
        { status, error, after, processes, said: stderr + afterStderr },
        { status: "error", error: "Interrupted", after: `4,9\n${says}`, processes: [], said: "" },
      );
      assert.doesNotMatch(strays, /Interrupted|Unhandled/);
      t.diagnostic(`after ${seconds.toFixed(2)} s`);
    });
  }
  for (const name of Object.keys(unheard)) {
    it(`what Stop rejects and nobody waits for is not reported: ${name}`, () => {
      const { error, after, stderr, afterStderr, strays } = seen[`unheard: ${name}`];
      assert.deepEqual(
        { error, after, said: stderr + afterStderr + strays },
        { error: "Interrupted", after: "4,9\n", said: "" },
      );
    });
  }
  for (const name of ["many prints of a worker", "one long line of a worker", "many prints of a process"]) {
    it(`all of ${name} arrives: 20 MB`, () => {
      const { status, printed: count, after } = seen[name];
      assert.deepEqual({ status, count, after }, { status: "ok", count: printed, after: "4,9\n" });
    });
  }
  it("shows the beginning of a line whose process was killed, as a line of its own", () => {
    assert.deepEqual(
      seen["half a line"].stdout
        .trim()
        .split("\n")
        .map((line) => line.replace(/Process-\d+/, "P"))
        .sort(),
      ["-9", "[P] half", "[P] other"],
    );
  });
  it("goes on when a task has broken what its worker builds on", () => {
    assert.deepEqual([seen["broken objects"].stdout, seen["broken objects"].after], ["WorkerDiedError\n", "4,9\n"]);
  });
  it("tells of a task that ends its worker, a callback that throws, an exception that came later", () => {
    assert.equal(seen["process.exit in finally"].error, "WorkerDiedError");
    assert.match(
      seen["process.exit in finally"].message,
      /exit code 3 .*It was replaced\. Does the function call process\.exit\(\)\?/,
    );
    assert.equal(seen["a callback"].stdout, "2\n");
    assert.match(seen["a callback"].stderr, /^A callback of a pool threw: Error: in the callback/);
    assert.match(seen["a stray exception"].stderr + seen["a stray exception"].strays, /Error: from a timer/);
    assert.equal(seen["a stray exception"].after, "4,9\n");
  });
  for (const name of [...ends.map((act) => `end: ${act}`), "end in a map: restart", "end while starting: SIGKILL"]) {
    it(`leaves no process behind: ${name}`, () => {
      const { family: all, left, after } = seen[name];
      assert.deepEqual(left, []);
      const started = all.filter((command) => command?.endsWith("childEntry.js")).length;
      assert.ok(started >= (name.includes("in a map") ? 0 : 6), all.join("\n"));
      if (name.endsWith("restart")) assert.equal(after, "new\n");
    });
  }
});
