/** A ClusterPool does what a Pool does: the same results, the same errors. */
import assert from "node:assert/strict";
import { basename } from "node:path";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { Gate, Runs, makeCluster, note, pass } from "../helpers/cluster";
import { collect, errorOf, runScript, until } from "../helpers/pool";
import { readRecord } from "../../dist/internal";

test("every method gives what a Pool gives", async (t) => {
  const pool = makeCluster(t);
  const factor = 3;
  const times = (x: number) => x * factor;
  assert.equal(await pool.apply((a: number, b: number) => a + b, [1, 2]), 3);
  assert.equal(await pool.applyAsync(times, [4]).get(), 12);
  assert.deepEqual(await pool.map(times, mp.range(1000)), mp.range(1000).map(times));
  assert.deepEqual(await pool.mapAsync(times, [1, 2], { chunkSize: 1 }), [3, 6]);
  assert.deepEqual(
    await pool.starmap(Math.pow, [
      [2, 3],
      [3, 2],
    ]),
    [8, 9],
  );
  assert.deepEqual(await collect(pool.imap(times, mp.range(50))), mp.range(50).map(times));
  const unordered = await collect(pool.imapUnordered(times, mp.range(50), { chunkSize: 7 }));
  assert.deepEqual(
    unordered.sort((a, b) => a - b),
    mp.range(50).map(times),
  );
  assert.ok(pool instanceof mp.Pool);
  assert.equal(pool.size, 2);
});

test("values keep their class, identity and bytes, small and large", async (t) => {
  const pool = makeCluster(t, mp.local(1, { threads: 2 }));
  class Point {
    #length: number;
    constructor(
      readonly x: number,
      readonly y: number,
    ) {
      this.#length = Math.hypot(x, y);
    }
    get length() {
      return this.#length;
    }
  }
  assert.equal(await pool.apply((point: Point) => point.length, [new Point(3, 4)]), 5);
  const shared = { a: 1 };
  const back = await pool.apply((pair: object[]) => pair, [[shared, shared, new Map([[shared, new Date(5)]])]]);
  assert.equal(back[0], back[1]);
  assert.deepEqual((back[2] as Map<object, Date>).get(back[0]), new Date(5));
  for (const size of [10, 100_000, 3_000_000]) {
    const bytes = new Uint8Array(size).map((_, at) => at % 251);
    assert.deepEqual(
      await pool.apply((it: Uint8Array) => it.map((value) => value + 1), [bytes]),
      bytes.map((value) => value + 1),
    );
    assert.equal(
      await pool.apply(() => bytes.reduce((sum, value) => sum + value, 0)),
      bytes.reduce((sum, value) => sum + value, 0),
    );
  }
  const numbers = mp.range(400_000).map((x) => x + 0.5);
  assert.deepEqual(
    await pool.map((x) => -x, numbers),
    numbers.map((x) => -x),
  );
  assert.deepEqual(await pool.map((list: (number | string)[]) => list, [numbers, ["a"], []]), [numbers, ["a"], []]);
  assert.equal((await pool.apply(() => "x".repeat(2_000_000))).length, 2_000_000);
});

test("transfer copies: the sender keeps its buffer", async (t) => {
  const pool = makeCluster(t, mp.local(1));
  const pixels = new Float64Array([1, 2, 3]);
  assert.equal(await pool.apply((array: Float64Array) => array[2], [mp.transfer(pixels, [pixels.buffer])]), 3);
  assert.equal(pixels.length, 3);
});

test("shared memory and queues are refused by name, in items, variables and results", async (t) => {
  const pool = makeCluster(t, mp.local(1));
  const memory = new Int32Array(new SharedArrayBuffer(8192));
  const queue = new mp.Queue();
  const remedy = /which the workers of other machines cannot reach\. .*[Rr]eturn results/;
  const refused: [PromiseLike<unknown>, RegExp][] = [
    [pool.map((array) => array.length, [memory]), /item 0/],
    [pool.apply((array: Int32Array) => array.length, [memory]), /argument/],
    [pool.map(() => memory.length, [1]), /`memory`/],
    [pool.map((it: mp.Queue) => it.qsize(), [queue]), /item 0.* of class Queue/],
    [pool.map(() => queue.qsize(), [1]), /`queue`.* of class Queue/],
    [pool.apply(() => new Int32Array(new SharedArrayBuffer(8192))), /result/],
    [pool.apply(() => new SharedArrayBuffer(8)), /result/],
  ];
  for (const [call, what] of refused) {
    const error = await errorOf(call);
    assert.equal(error.name, "SerializationError");
    assert.match(error.message, what);
    assert.match(error.message, remedy);
  }
  assert.throws(() => new mp.ClusterPool(mp.local(1), { initializer: () => memory.length }), remedy);
});

test("an error keeps class, message and properties, and says which worker of which machine threw it", async (t) => {
  const pool = makeCluster(t, mp.local(1));
  class Odd extends RangeError {
    readonly digits = [1, 2];
  }
  const error = await errorOf(
    pool.map(
      (x: number) => {
        if (x === 2) throw new Odd(`${x} is odd`);
      },
      [1, 2],
      { chunkSize: 2 },
    ),
  );
  assert.ok(error instanceof Odd && error instanceof RangeError);
  assert.deepEqual([error.message, error.digits], ["2 is odd", [1, 2]]);
  assert.ok(error.cause instanceof mp.RemoteError);
  assert.match(error.cause.message, /worker \d+ of local-1, running a function on item 1$/);
  assert.match(error.cause.stack as string, new RegExp(basename(__filename).replace(".js", "")));
  assert.equal(await pool.apply(() => "goes on"), "goes on");
});

test("an initializer runs in every worker of every machine, with what it assigns; its error comes back", async (t) => {
  const pool = makeCluster(t, mp.local(2, { threads: 2 }), {
    initializer: (size: number) => {
      (globalThis as { table?: number[] }).table = Array.from({ length: size }, (_, at) => at * at);
    },
    initargs: [50],
  });
  await pool.ready;
  assert.deepEqual(
    await pool.map((x: number) => (globalThis as { table?: number[] }).table?.[x], mp.range(50), { chunkSize: 1 }),
    mp.range(50).map((x) => x * x),
  );
  const failing = makeCluster(t, mp.local(1), {
    initializer: () => {
      throw new SyntaxError("no table");
    },
  });
  assert.equal((await errorOf(failing.ready)).message, "no table");
  assert.ok((await errorOf(failing.apply(() => 1))) instanceof SyntaxError);
});

test("a time limit, a signal and a worker's end free the worker; the machine goes on", async (t) => {
  const pool = makeCluster(t, mp.local(1));
  const forever = () => {
    for (;;);
  };
  const late = await errorOf(pool.apply(forever, [], { timeout: 100 }));
  assert.ok(late instanceof mp.TimeoutError);
  const stop = new AbortController();
  const stopped = pool.map(forever, [1], { signal: stop.signal });
  const reason = new Error("enough");
  setTimeout(() => stop.abort(reason), 50);
  assert.equal(await errorOf(stopped), reason);
  const died = await errorOf(pool.apply(() => process.exit(7)));
  assert.ok(died instanceof mp.WorkerDiedError);
  assert.equal(died.exitCode, 7);
  assert.equal(await pool.apply(() => "there"), "there");
  assert.equal(pool.machines.length, 1);
});

test("workers are replaced after maxTasksPerChild tasks", async (t) => {
  const pool = makeCluster(t, mp.local(1), { maxTasksPerChild: 2 });
  const counted = await pool.map(
    () => {
      const counts = globalThis as { tasksHere?: number };
      return (counts.tasksHere = (counts.tasksHere ?? 0) + 1);
    },
    mp.range(6),
    { chunkSize: 1 },
  );
  assert.deepEqual(counted, [1, 2, 1, 2, 1, 2]);
});

test("the record has a lane for each worker, named by its machine, and times in their order", async (t) => {
  const pool = makeCluster(t, mp.local(2, { threads: 2 }));
  await pool.scale(2);
  await pool.map((x) => x, mp.range(40), { chunkSize: 1 });
  const { size, tasks, names } = readRecord(pool);
  assert.equal(size, 4);
  assert.deepEqual([...(names ?? [])].sort(), [
    "local-1 worker 1",
    "local-1 worker 2",
    "local-2 worker 1",
    "local-2 worker 2",
  ]);
  assert.equal(tasks.length, 40);
  for (const { sent, received, started, ended, replied, arrived, done } of tasks) {
    const times = [sent, received, started, ended, replied, arrived, done];
    assert.deepEqual(
      [...times].sort((one, other) => one - other),
      times,
    );
  }
});

test("what tasks print appears, in a program without marks", async (t) => {
  const { stdout, stderr, code } = await runScript(
    t,
    `const pool = new mp.ClusterPool(mp.local(1), { initializer: () => console.log("begin") });
    pool.apply(() => { console.log("out"); console.error("err"); return 5; }).then(async (five) => { console.log(five); await pool.terminate(); });`,
  );
  assert.deepEqual([stdout, stderr, code], ["begin\nout\n5\n", "err\n", 0]);
});

test("what is no launcher, and options that there are not, are refused", () => {
  assert.throws(() => new mp.ClusterPool(4 as never), /expected a launcher first, such as local\(2\).*the number 4/);
  assert.throws(() => new mp.ClusterPool(mp.local(1), { retrys: 1 } as never), /ClusterPool has no option "retrys"/);
  assert.throws(() => new mp.ClusterPool(mp.local(1), { retries: -1 }), /retries must be an integer, 0 or more/);
  assert.throws(() => mp.local(0), /local: machines must be a positive integer; got the number 0/);
  assert.throws(() => mp.local(1, { threads: 1.5 }), /local: threads must be a positive integer/);
  assert.throws(() => mp.ssh("host" as never), /expected a list of hosts/);
  assert.throws(() => mp.ssh(["-oProxyCommand=x"]), /is no host/);
});

test("in a cell, what tasks print goes where the cell shows it, each line with the mark of machine and worker", async (t) => {
  const { stdout } = await runScript(
    t,
    `const lines = [];
    const print = (stream, text) => lines.push(stream + " " + text);
    globalThis[Symbol.for("parallel-typescript.printer")] = () => print;
    const pool = new mp.ClusterPool(mp.local(2));
    pool.scale(2).then(async () => {
      await pool.map((x) => { console.log("item", x); }, [0, 1], { chunkSize: 1 });
      await pool.apply(() => console.error("one\\ntwo"));
      await pool.terminate();
      process.stdout.write(JSON.stringify(lines));
    });`,
  );
  const lines = (JSON.parse(stdout) as string[]).map((line) => line.replace(/local-\d/, "local-N"));
  assert.deepEqual(lines.slice(0, 2).sort(), [
    "stdout [local-N worker 1] item 0\n",
    "stdout [local-N worker 1] item 1\n",
  ]);
  assert.equal(lines[2]?.replaceAll(/local-\d/g, "local-N"), "stderr [local-N worker 1] one\n[local-N worker 1] two\n");
});

test("the timeline names each lane by its machine", async (t) => {
  const { stdout } = await runScript(
    t,
    `const pool = new mp.ClusterPool(mp.local(1, { threads: 2 }));
    pool.map((x) => x, mp.range(8), { chunkSize: 1 }).then(async () => { mp.timeline(pool); await pool.terminate(); });`,
  );
  assert.match(stdout, /^ *local-1 worker 1 +│/m);
  assert.match(stdout, /^ *local-1 worker 2 +│/m);
});

test("a task sees its worker and machine; a finalizer gets what the initializer returned", async (t) => {
  const runs = new Runs(t);
  const pool = makeCluster(t, mp.local(1, { threads: 2 }), {
    initializer: (file: string) => file,
    initargs: [runs.file],
    finalizer: (file: string) => note(file, `${mp.currentWorker?.machine} ${mp.currentWorker?.number}`),
    env: { MODE: "of the workers" },
  });
  await pool.ready;
  const seen = await pool.map(
    () => `${mp.currentWorker?.machine} ${mp.currentWorker?.number} ${process.env.MODE}`,
    mp.range(8),
    {
      chunkSize: 1,
    },
  );
  for (const one of seen) assert.match(one, /^local-1 [12] of the workers$/);
  pool.close();
  await pool.join();
  assert.deepEqual(runs.all().sort(), ["local-1 1", "local-1 2"]);
});

test("cancel, maxQueue and stats are those of a Pool", async (t) => {
  const gate = new Gate(t);
  const runs = new Runs(t);
  const pool = makeCluster(t, mp.local(1), { maxQueue: 4 });
  await pool.ready;
  const calls = mp.range(12).map((x) =>
    pool.applyAsync(
      async (id: number, file: string, latch: string) => {
        note(file, id);
        await pass(latch);
        return id;
      },
      [x, runs.file, gate.file],
    ),
  );
  const [first, second] = calls as [mp.AsyncResult<number>, mp.AsyncResult<number>];
  const last = calls.at(-1) as mp.AsyncResult<number>;
  assert.equal(last.cancel(), true);
  assert.equal((await errorOf(last)).name, "CancelledError");
  await until(() => pool.stats().busy === 1);
  const { workers, queued, outside } = pool.stats();
  assert.deepEqual([workers, queued, outside], [1, 4, 6]);
  assert.equal(first.cancel(), false);
  // The machine has it, and has not begun it.
  assert.equal(second.cancel(), true);
  assert.equal((await errorOf(second)).name, "CancelledError");
  gate.open();
  const others = [0, ...mp.range(2, 11)];
  assert.deepEqual(await Promise.all(others.map((x) => calls[x])), others);
  assert.deepEqual(runs.all().map(Number), others);
  assert.equal(pool.stats().completed, 10);
});

test("locks and the like are refused by name", async (t) => {
  const pool = makeCluster(t, mp.local(1));
  for (const [name, it] of Object.entries({
    Lock: new mp.Lock(),
    Semaphore: new mp.Semaphore(1),
    Event: new mp.Event(),
    Barrier: new mp.Barrier(2),
  })) {
    const error = await errorOf(pool.apply((value: object) => typeof value, [it]));
    assert.equal(error.name, "SerializationError", name);
    assert.match(error.message, new RegExp(`of class ${name}, .*cannot reach`));
  }
  assert.match(
    (await errorOf(pool.apply((array: Int32Array) => array.length, [mp.sharedArray(Int32Array, 4)]))).message,
    /shared memory/,
  );
});

test("a closed one says how to make a new one", async (t) => {
  const pool = makeCluster(t);
  pool.close();
  const { name, message } = await errorOf(pool.map(Math.sqrt, [1]));
  assert.deepEqual(
    [name, message],
    ["PoolClosedError", "map: the pool is closed. Make a new one: new ClusterPool(...)."],
  );
});

test("stats count what a Pool's count: workers that die, with their machine too, and tasks that were begun", async (t) => {
  const pool = makeCluster(t, mp.local(1));
  const counts = (): number[] => [pool.stats().workers, pool.stats().failed, pool.stats().died];
  await errorOf(pool.apply(() => process.exit(3)));
  assert.deepEqual(counts(), [1, 1, 1]);
  const aborting = new AbortController();
  const gate = new Gate(t);
  const results = pool.mapAsync((_: number, path = gate.file) => pass(path), mp.range(10), {
    chunkSize: 1,
    signal: aborting.signal,
  });
  await until(() => pool.stats().busy === 1);
  aborting.abort(new Error("enough"));
  assert.equal((await errorOf(results)).message, "enough");
  assert.deepEqual(counts(), [1, 2, 1]);
  const pid = await pool.apply(() => process.pid);
  const lost = errorOf(pool.apply((path: string) => pass(path), [gate.file]));
  await until(() => pool.stats().busy === 1);
  process.kill(pid, "SIGKILL");
  assert.equal((await lost).name, "WorkerDiedError");
  await pool.apply(() => 1);
  assert.deepEqual(counts(), [1, 3, 2]);
  gate.open();
  pool.close();
  await pool.join();
  assert.deepEqual(counts(), [0, 3, 2]);
});
