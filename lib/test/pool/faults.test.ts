import assert from "node:assert/strict";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import {
  blockUntil,
  collect,
  count,
  errorOf,
  isRunning,
  makePool,
  runScript,
  sharedCells,
  until,
} from "../helpers/pool";

const sqr = (x: number): number => x * x;

test("a worker that exits rejects its task with exit code and item; the others go on, and it is replaced", async (t) => {
  const pool = makePool(t, 2);
  const gate = sharedCells();
  const other = pool.applyAsync(() => {
    blockUntil(gate, 0, 1);
    return "went on";
  });
  const error = await errorOf(
    pool.map(
      function leave(x: number) {
        if (x === 7) process.exit(3);
        return x;
      },
      mp.range(12),
      { chunkSize: 5 },
    ),
  );
  assert.ok(error instanceof mp.WorkerDiedError);
  assert.equal(error.exitCode, 3);
  assert.match(error.message, /exit code 3.*`leave` on item 7.*process\.exit/);
  count(gate);
  assert.equal(await other, "went on");
  assert.deepEqual(await pool.map(sqr, mp.range(10), { chunkSize: 1 }), mp.range(10).map(sqr));
});

test("imap names the item of a worker that died too", async (t) => {
  const pool = makePool(t, 1);
  const error = await errorOf(
    collect(pool.imap((x: number) => (x === 3 ? process.exit(1) : x), mp.range(10), { chunkSize: 2 })),
  );
  assert.ok(error instanceof mp.WorkerDiedError);
  assert.match(error.message, /on item 3/);
});

test("tasks that exit at once, in a fresh pool and one after another, never leave a pool without workers", async (t) => {
  for (const size of [1, 3]) {
    const pool = makePool(t, size);
    const outcomes = await Promise.allSettled(mp.range(8).map(() => pool.apply(() => process.exit(1))));
    assert.ok(
      outcomes.every((outcome) => outcome.status === "rejected" && outcome.reason instanceof mp.WorkerDiedError),
    );
    assert.deepEqual(await pool.map(sqr, mp.range(6), { chunkSize: 1 }), mp.range(6).map(sqr));
    pool.close();
    await pool.join();
  }
});

test("a worker that exits between two tasks is replaced", async (t) => {
  const pool = makePool(t, 1);
  const gone = sharedCells();
  await pool.apply(() => {
    setTimeout(() => {
      count(gone);
      process.exit(1);
    }, 5);
  });
  while (Atomics.load(gone, 0) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(await pool.apply(sqr, [3]), 9);
});

test("a worker that runs out of memory rejects its task with the likely cause; the pool works on", async (t) => {
  const { code, stdout } = await runScript(
    t,
    `
    (async () => {
      const pool = new mp.Pool(2);
      const hoard = (x) => { if (x < 2) return x; const all = []; for (;;) all.push({ x, n: all.length }); };
      try { await pool.map(hoard, [0, 1, 2], { chunkSize: 3 }); } catch (error) { console.log(error.name, error.exitCode, error.message); }
      console.log(await pool.map((x) => x * x, [1, 2, 3, 4], { chunkSize: 1 }));
      pool.close();
    })();`,
    { flags: ["--max-old-space-size=64"] },
  );
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^WorkerDiedError 1 A worker ran out of memory while running `hoard` on item 2\..*\n\[ 1, 4, 9, 16 \]\n$/,
  );
});

// Each of these makes V8 end the whole process, if it is not watched: one allocation is larger than the room that Node leaves.
for (const [what, hoard] of [
  ["one array that grows", "const all = []; for (;;) all.push(all.length + 0.5);"],
  ["one Map that grows", "const all = new Map(); for (;;) all.set(all.size, {});"],
  ["one string that doubles", 'let all = "x"; for (;;) all = (all + all + "y").split("").join("");'],
  [
    "objects, errors caught",
    "const all = []; for (;;) try { for (;;) all.push({ n: all.length }); } catch { all.push(1); }",
  ],
]) {
  test(`a worker that fills its memory does not end the program: ${what}`, { timeout: 120_000 }, async (t) => {
    const { code, stdout, stderr } = await runScript(
      t,
      `
      (async () => {
        const pool = new mp.Pool(2);
        const other = pool.applyAsync(() => new Promise((resolve) => setTimeout(resolve, 500, "went on")));
        await pool.apply(() => { ${hoard} }).catch((error) => console.log(error.name, error.message));
        console.log(await other, await pool.map((x) => x * x, [1, 2, 3]));
        pool.close();
      })();`,
      { flags: ["--max-old-space-size=100"] },
    );
    assert.equal(code, 0, stderr.slice(-500));
    assert.match(stdout, /^WorkerDiedError A worker ran out of memory while running .*\nwent on \[ 1, 4, 9 \]\n$/);
  });
}

test("stray exceptions and unhandled rejections are reported as their function's, and the pool goes on", async (t) => {
  const { code, stdout, stderr } = await runScript(
    t,
    `
    (async () => {
      const pool = new mp.Pool(1);
      const gate = new Int32Array(new SharedArrayBuffer(4));
      await pool.apply(function leaveTimer(gate) { setTimeout(() => { Atomics.store(gate, 0, 1); throw new RangeError("from a timer"); }, 20); }, [gate]);
      await pool.apply(function leaveRejection() { Promise.reject(new TypeError("from a promise")); });
      console.log(await pool.apply(async function innocent(gate) { while (Atomics.load(gate, 0) === 0) await new Promise((r) => setTimeout(r, 5)); return "went on"; }, [gate]));
      await pool.apply(() => new Promise((resolve) => setTimeout(resolve, 20)));
      pool.close();
    })();`,
  );
  assert.equal(code, 0, stderr);
  assert.equal(stdout, "went on\n");
  assert.match(
    stderr,
    /`leaveTimer` left an error behind in worker \d+:\nRangeError: from a timer\n {4}at .*script\.js/,
  );
  assert.match(stderr, /`leaveRejection` left an unhandled rejection behind in worker \d+:\nTypeError: from a promise/);
  assert.doesNotMatch(stderr, /innocent|pool.worker/);
});

test("process.env, process.exitCode and global state stay in their worker; process.chdir is refused there", async (t) => {
  const pool = makePool(t, 1);
  const before = process.cwd();
  await pool.apply(() => {
    process.env.OF_A_WORKER = "yes";
    process.exitCode = 9;
    (globalThis as any).ofAWorker = true;
    (Array.prototype as any).ofAWorker = true;
  });
  assert.equal(process.env.OF_A_WORKER, undefined);
  assert.notEqual(process.exitCode, 9);
  assert.equal((globalThis as any).ofAWorker, undefined);
  assert.equal(([] as any).ofAWorker, undefined);
  assert.match((await errorOf(pool.apply(() => process.chdir("..")))).message, /not supported in workers/);
  assert.match((await errorOf(pool.apply(() => process.abort()))).message, /not supported in workers/);
  assert.equal(process.cwd(), before);
});

test("a worker's lines appear whole, before the task's result, and while it is busy", async (t) => {
  const { code, stdout, stderr } = await runScript(
    t,
    `
    (async () => {
      const pool = new mp.Pool(4);
      const gate = new Int32Array(new SharedArrayBuffer(4));
      const write = process.stdout.write.bind(process.stdout);
      process.stdout.write = (text, ...rest) => { if (String(text).includes("still busy")) { Atomics.store(gate, 0, 1); Atomics.notify(gate, 0); } return write(text, ...rest); };
      await pool.apply((gate) => { console.log("still busy"); while (Atomics.load(gate, 0) === 0) Atomics.wait(gate, 0, 0, 20); console.log("told while busy"); }, [gate]);
      console.log("result");
      await pool.map((n) => { for (let i = 0; i < 50; i++) { process.stdout.write("<" + n); process.stdout.write(" ä€😀 "); process.stdout.write(Buffer.from("😀").subarray(0, 2)); process.stdout.write(Buffer.from("😀").subarray(2)); process.stdout.write(">\\n"); } console.error("error " + n); }, [1, 2, 3, 4], { chunkSize: 1 });
      await pool.apply(() => { process.stdout.write("no end of line"); });
      console.log("|");
      pool.close();
    })();`,
  );
  assert.equal(code, 0);
  const lines = stdout.split("\n");
  assert.deepEqual(lines.slice(0, 3), ["still busy", "told while busy", "result"]);
  const whole = lines.slice(3, 203);
  assert.ok(
    whole.every((line) => /^<[1-4] ä€😀 😀>$/u.test(line)),
    whole.find((line) => !/^<[1-4] ä€😀 😀>$/u.test(line)),
  );
  assert.deepEqual(lines.slice(203), ["no end of line|", ""]);
  assert.deepEqual(stderr.trim().split("\n").sort(), ["error 1", "error 2", "error 3", "error 4"]);
});

test("the last output of a worker that exits is shown", async (t) => {
  const { stdout } = await runScript(
    t,
    `
    (async () => {
      const pool = new mp.Pool(1);
      await pool.apply(() => { console.log("last words"); process.exit(1); }).catch((error) => console.log(error.name));
      pool.close();
    })();`,
  );
  assert.equal(stdout, "last words\nWorkerDiedError\n");
});

test("pools work inside workers, and processes too", async (t) => {
  const pool = makePool(t, 2);
  const nested = await pool.map(
    async (n: number) => mp.withPool(2, (inner) => inner.map((x: number) => x * n, [1, 2, 3])),
    [1, 10],
  );
  assert.deepEqual(nested, [
    [1, 2, 3],
    [10, 20, 30],
  ]);
  const codes = await pool.map(
    async (code: number) => {
      const child = new mp.Process({ target: (n: number) => process.exit(n), args: [code] });
      child.start();
      await child.join();
      return child.exitCode;
    },
    [0, 4],
    { chunkSize: 1 },
  );
  assert.deepEqual(codes, [0, 4]);
});

test("a pool may have 64 workers on any machine", async (t) => {
  const pool = makePool(t, 64);
  const met = sharedCells();
  const results = await pool.map(
    (x: number) => {
      count(met);
      blockUntil(met, 0, 64);
      return x;
    },
    mp.range(64),
    { chunkSize: 1 },
  );
  assert.deepEqual(results, mp.range(64));
});

test("when no worker can be started, calls reject with the reason", async (t) => {
  const { code, stdout } = await runScript(
    t,
    `
    (async () => {
      const pool = new mp.Pool(2);
      for (let i = 0; i < 4; i++) await pool.map((x) => x, [1, 2, 3], { chunkSize: 1 }).catch((error) => console.log(error.name, error.message));
      pool.close();
      await pool.join();
      console.log("ended");
    })();`,
    {
      flags: [
        "--import",
        "data:text/javascript,import{isMainThread}from'node:worker_threads';if(!isMainThread)throw new Error('no thread for you')",
      ],
    },
  );
  assert.equal(code, 0);
  const lines = stdout.trim().split("\n");
  assert.equal(lines.length, 5);
  for (const line of lines.slice(0, 4)) assert.match(line, /^WorkerDiedError .*no thread for you/);
  assert.equal(lines[4], "ended");
});

test(
  "a signal that a task sends to its own process ends the whole program and its processes; in a Process it ends only that",
  { timeout: 20_000 },
  async (t) => {
    let pid = 0;
    const whole = await runScript(
      t,
      `
    (async () => {
      const told = new mp.Queue();
      new mp.Process({ target: async (told) => { await told.put(process.pid); for (;;); }, args: [told] }).start();
      console.log("pid " + await told.get() + " end");
      const pool = new mp.Pool(2);
      await pool.apply(() => { process.kill(process.pid, "SIGTERM"); for (;;); });
    })();`,
      {
        onOutput: (text) => {
          pid = Number(/pid (\d+) end/.exec(text)?.[1] ?? pid);
        },
      },
    );
    assert.deepEqual([whole.code, whole.signal], [null, "SIGTERM"], whole.stderr);
    assert.notEqual(pid, 0);
    await until(() => !isRunning(pid));

    const alone = await runScript(
      t,
      `
    (async () => {
      const pool = new mp.Pool(1);
      const child = new mp.Process({ target: () => { process.kill(process.pid, "SIGTERM"); for (;;); } });
      child.start();
      await child.join();
      console.log(child.exitCode, await pool.apply((x) => x * x, [3]));
      await pool.terminate();
    })();`,
    );
    assert.deepEqual([alone.code, alone.stdout, alone.stderr], [0, "-15 9\n", ""]);
  },
);

test("a worker that a timer of an earlier task holds up begins each task that it was sent and that no other took", async (t) => {
  const pool = await makePool(t, 2);
  await pool.ready;
  const same = (x: number): number => x;
  await pool.map(same, [1, 2, 3, 4], { chunkSize: 1 });
  await pool.apply(() => {
    setImmediate(() => {
      const end = performance.now() + 300;
      while (performance.now() < end);
    });
  });
  // The other worker takes over what was sent to this one, all but the first, and new ones are sent, again and again.
  const calls: Promise<number>[] = [];
  for (let round = 0; round < 60; round++) {
    for (let call = 0; call < 4; call++) calls.push(pool.apply(same, [round]));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const lost = new Promise((resolve) => setTimeout(() => resolve("a task was lost"), 20_000).unref());
  assert.deepEqual(
    await Promise.race([Promise.all(calls), lost]),
    calls.map((_, index) => Math.floor(index / 4)),
  );
});
