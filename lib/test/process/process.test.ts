import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { inspect } from "node:util";
import * as mp from "parallel-typescript";
import { errorOf, runScript } from "../helpers/pool";

type Options<Args extends unknown[]> = ConstructorParameters<typeof mp.Process<Args>>[0];
/** A started process that is gone when the test is. */
function start<Args extends unknown[]>(t: TestContext, options: Options<Args>): mp.Process<Args> {
  const child = new mp.Process(options);
  child.start();
  t.after(() => child.kill());
  return child;
}
test("a process has a name, a pid of its own, and an exit code when it has ended (_TestProcess.test_process)", async (t) => {
  const queue = new mp.Queue<unknown>();
  const child = new mp.Process({
    target: async (q: mp.Queue, ...rest: number[]) => {
      await q.put([rest, process.pid]);
    },
    args: [queue, 1, 2],
    name: "SomeProcess",
  });
  t.after(() => (child.exitCode === null && child.pid !== undefined ? child.kill() : undefined));
  assert.deepEqual([child.name, child.isAlive(), child.exitCode, child.pid], ["SomeProcess", false, null, undefined]);
  assert.equal(inspect(child), "Process { name: 'SomeProcess', state: 'not started' }");
  child.start();
  assert.deepEqual([child.isAlive(), child.exitCode], [true, null]);
  assert.equal(inspect(child), `Process { name: 'SomeProcess', pid: ${child.pid}, state: 'running' }`);
  assert.deepEqual(await queue.get(), [[1, 2], child.pid]);
  assert.notEqual(child.pid, process.pid);
  await child.join();
  assert.deepEqual([child.isAlive(), child.exitCode], [false, 0]);
  assert.match(inspect(child), /state: 'ended with exit code 0'/);
});

test("names count up unless given", () => {
  const [first, second] = [1, 2].map(() => new mp.Process({ target: () => undefined }));
  const numbers = [first, second].map(({ name }) => Number(/^Process-(\d+)$/.exec(name)?.[1]));
  assert.equal(numbers[1], numbers[0] + 1);
});

test("arguments arrive as they were when the process was started (_TestProcess.test_args_argument)", async (t) => {
  const queue = new mp.Queue<unknown>();
  const args: [mp.Queue, { n: number }] = [queue, { n: 1 }];
  const child = new mp.Process({ target: (q: mp.Queue, item: { n: number }) => q.put(item), args });
  args[1].n = 2;
  child.start();
  args[1].n = 3;
  t.after(() => child.kill());
  assert.deepEqual(await queue.get(), { n: 2 });
  await start(t, {
    target: (...all: unknown[]) => {
      process.exitCode = all.length;
    },
  }).join();
});

test("wrong options are refused, with words for a beginner", () => {
  for (const options of [undefined, {}, { target: 5 }, { target: () => 1, args: 5 }, { target: () => 1, name: 5 }]) {
    assert.throws(() => new mp.Process(options as never), { name: "TypeError", message: /Process: .* (must be|list)/ });
  }
});

test("methods that need start() say so; a second start() throws", async (t) => {
  const child = new mp.Process({ target: () => undefined });
  assert.match((await errorOf(child.join())).message, /not started/);
  assert.throws(() => child.terminate(), /not started/);
  assert.throws(() => child.kill(), /not started/);
  child.start();
  t.after(() => child.kill());
  assert.throws(() => child.start(), /started before/);
  await child.join();
  assert.throws(() => child.start(), /started before/);
  child.terminate();
  child.kill();
  assert.equal(child.exitCode, 0);
});

test("start() throws when something cannot travel, and starts nothing", () => {
  const child = new mp.Process({ target: (x: unknown) => x, args: [new SharedArrayBuffer(4)] as [unknown] });
  assert.throws(() => child.start(), {
    name: "SerializationError",
    message: /argument 1 of Process-\d+.*shares no memory/,
  });
  assert.deepEqual([child.isAlive(), child.pid], [false, undefined]);
});

test(
  "terminate() and kill() end it with -15 and -9, endless loops too (_TestProcess.test_terminate, test_kill)",
  { skip: process.platform === "win32" },
  async (t) => {
    const spin = (q: mp.Queue): void => {
      void q.put("spinning");
      setImmediate(() => {
        for (;;);
      });
    };
    for (const [method, code] of [
      ["terminate", -15],
      ["kill", -9],
    ] as const) {
      const queue = new mp.Queue<string>();
      const child = start(t, { target: spin, args: [queue] });
      await queue.get();
      await child.join({ timeout: 10 });
      assert.equal(child.isAlive(), true);
      child[method]();
      await child.join();
      assert.deepEqual([child.isAlive(), child.exitCode], [false, code]);
    }
  },
);

test("join() gives up waiting after its timeout, and may be asked again", async (t) => {
  const queue = new mp.Queue();
  const child = start(t, { target: (q: mp.Queue) => q.get(), args: [queue] });
  await child.join({ timeout: 0 });
  await child.join({ timeout: 10 });
  assert.equal(child.exitCode, null);
  assert.equal((await errorOf(child.join({ timeout: -1 }))).name, "RangeError");
  await queue.put(1);
  await Promise.all([child.join(), child.join({ timeout: 60_000 })]);
  await child.join();
  assert.equal(child.exitCode, 0);
});

test("the exit code is the program's own; join() does not reject when the target failed", async (t) => {
  const { stdout } = await runScript(
    t,
    `
    const targets = [
      () => undefined, () => process.exit(3), () => { process.exitCode = 4; }, () => { throw new Error("no"); },
      async () => { await null; throw new Error("no"); }, () => { setTimeout(() => { throw new Error("later"); }, 5); }, () => { Promise.reject(new Error("unhandled")); },
    ];
    const children = targets.map((target) => new mp.Process({ target }));
    children.forEach((child) => child.start());
    Promise.all(children.map((child) => child.join())).then(() => console.log(children.map((child) => child.exitCode).join()));`,
  );
  assert.equal(stdout, "0,3,4,1,1,1,1\n");
});

test("a failing process prints name, message and the target's own lines, causes included", async (t) => {
  const { stdout, stderr } = await runScript(
    t,
    `
    const inner = () => { throw new TypeError("the reason"); };
    function work() {
      try { inner(); } catch (cause) { throw new RangeError("no luck", { cause }); }
    }
    const child = new mp.Process({ target: work, name: "Worker" });
    child.start();
    child.join().then(() => console.log("joined", child.exitCode));`,
  );
  assert.equal(stdout, "joined 1\n");
  assert.match(
    stderr,
    /^Worker failed:\nRangeError: no luck\n {4}at work .*script\.js.*\nCaused by TypeError: the reason\n {4}at inner .*script\.js/,
  );
  assert.doesNotMatch(stderr, /childEntry\.js|node:internal|dist/);
});

test("timers and promises keep a process running (_TestProcess.test_wait_for_threads)", async (t) => {
  const queue = new mp.Queue<string>();
  const child = start(t, {
    target: (q: mp.Queue) => {
      setTimeout(() => void q.put("later"), 50);
    },
    args: [queue],
  });
  await child.join();
  assert.deepEqual([child.exitCode, await queue.get({ timeout: 0 })], [0, "later"]);
});

test("its output arrives whole before join() resolves, however letters are cut by the pipe", async (t) => {
  const { stdout, stderr } = await runScript(
    t,
    `
    const child = new mp.Process({ target: () => {
      for (let i = 0; i < 3000; i++) console.log(\`\${i} ä€😀\`.repeat(30));
      process.stdout.write("no end of line €");
      console.error("ü".repeat(100_001));
    } });
    child.start();
    child.join().then(() => console.log("|joined"));`,
  );
  assert.equal(
    stdout,
    `${mp
      .range(3000)
      .map((i) => `${`${i} ä€😀`.repeat(30)}\n`)
      .join("")}no end of line €|joined\n`,
  );
  assert.equal(stderr, `${"ü".repeat(100_001)}\n`);
});

test("its output arrives before join() resolves even when the program was busy meanwhile", async (t) => {
  const { stdout } = await runScript(
    t,
    `
    const child = new mp.Process({ target: () => console.log("x".repeat(60_000)) });
    child.start();
    setTimeout(() => { for (const end = performance.now() + 1200; performance.now() < end;); }, 20);
    child.join().then(() => console.log("joined"));`,
  );
  assert.equal(stdout, `${"x".repeat(60_000)}\njoined\n`);
});

test("processes start processes (_TestProcess.test_recursion)", async (t) => {
  const queue = new mp.Queue<number[]>();
  async function recurse(q: mp.Queue<number[]>, id: number[]): Promise<void> {
    await q.put(id);
    if (id.length === 2) return;
    for (const i of [0, 1]) {
      const child = new mp.Process({ target: recurse, args: [q, [...id, i]] });
      child.start();
      await child.join();
    }
  }
  await start(t, { target: recurse, args: [queue, []] }).join();
  const ids: number[][] = [];
  while (!queue.empty()) ids.push(await queue.get());
  assert.deepEqual(ids, [[], [0], [0, 0], [0, 1], [1], [1, 0], [1, 1]]);
});

test("queues and pools work inside processes (TestStdinBadfiledescriptor.test_queue_in_process, test_pool_in_process)", async (t) => {
  const inner = async (): Promise<void> => {
    const queue = new mp.Queue();
    const child = new mp.Process({
      target: (q: mp.Queue) => q.get({ timeout: 0 }).catch((error: Error) => q.put(error.name)),
      args: [queue],
    });
    child.start();
    await child.join();
    if ((await queue.get()) !== "TimeoutError") throw new Error("nothing came back");
  };
  const pooled = async (): Promise<void> => {
    const pool = new mp.Pool(2);
    process.exitCode = (await pool.map((x: number) => x * x, [1, 2, 3])).reduce((a, b) => a + b);
    pool.close();
    await pool.join();
  };
  const children = [start(t, { target: inner }), start(t, { target: pooled })];
  await Promise.all(children.map((child) => child.join()));
  assert.deepEqual(
    children.map((child) => child.exitCode),
    [0, 14],
  );
});

test("a process has memory, environment, folder and globals of its own", async (t) => {
  const before = process.cwd();
  const child = start(t, {
    target: () => {
      process.chdir("..");
      process.env.OF_A_CHILD = "1";
      (globalThis as any).ofAChild = 1;
    },
  });
  await child.join();
  assert.deepEqual(
    [child.exitCode, process.cwd(), process.env.OF_A_CHILD, (globalThis as any).ofAChild],
    [0, before, undefined, undefined],
  );
});

test("transfer copies to a process, which shares no memory", async (t) => {
  const queue = new mp.Queue<number>();
  const data = new Float64Array([1, 2, 3]);
  const child = start(t, {
    target: (q: mp.Queue<number>, numbers: Float64Array) => q.put(numbers.length),
    args: [queue, mp.transfer(data, [data.buffer])],
  });
  assert.equal(await queue.get(), 3);
  assert.equal(data.length, 3);
  await child.join();
});

test("a pool's worker starts a process, whose output appears here", async (t) => {
  const { stdout } = await runScript(
    t,
    `
    mp.withPool(1, (pool) => pool.apply(async () => {
      const child = new mp.Process({ target: () => console.log("from afar") });
      child.start();
      await child.join();
      return child.exitCode;
    })).then(console.log);`,
  );
  assert.equal(stdout, "from afar\n0\n");
});
