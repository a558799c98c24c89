import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import * as mp from "parallel-typescript";
import { collect, count, errorOf, makePool, sharedCells, until } from "../helpers/pool";

const sabotage: Record<string, () => unknown> = {
  "takes away iteration over lists": () => {
    (Array.prototype as any)[Symbol.iterator] = undefined;
  },
  "breaks the methods of lists": () => {
    for (const name of ["push", "map", "slice", "every", "shift", "filter", "flatMap", "some", "join"])
      (Array.prototype as any)[name] = () => {
        throw new Error("mine");
      };
  },
  "breaks Map": () => {
    Map.prototype.get =
      Map.prototype.set =
      Map.prototype.has =
        () => {
          throw new Error("mine");
        };
  },
  "makes every object a promise": () => {
    (Object.prototype as any).then = (resolve: (value: number) => void) => resolve(7);
  },
  "adds to all objects": () => {
    (Object.prototype as any).is = "batch";
  },
  "takes away Promise": () => {
    (globalThis as any).Promise = undefined;
  },
  "breaks promises": () => {
    (Promise.prototype as any).then = () => {
      throw new Error("mine");
    };
  },
  "takes away the clock and timers": () => {
    (globalThis as any).performance = (globalThis as any).setTimeout = (globalThis as any).queueMicrotask = undefined;
  },
  "freezes everything": () => {
    for (const one of [
      Object.prototype,
      Array.prototype,
      Function.prototype,
      Promise.prototype,
      Error.prototype,
      process,
    ])
      Object.freeze(one);
  },
  "has stacks made by a function that throws": () => {
    Error.prepareStackTrace = () => {
      throw new Error("mine");
    };
  },
  "breaks process": () => {
    process.removeAllListeners();
    (process as any).emit = (process as any).on = () => {
      throw new Error("mine");
    };
  },
  "closes the worker's port": () => require("node:worker_threads").parentPort.close(),
  "takes away the port's listeners": () => require("node:worker_threads").parentPort.removeAllListeners(),
  "lets go of everything that keeps the worker alive": () => {
    for (const handle of (process as any)._getActiveHandles()) handle.unref?.();
  },
};
for (const [what, breakIt] of Object.entries(sabotage)) {
  test(
    `a task that ${what} never leaves a call without an answer, and the pool goes on`,
    { timeout: 30_000 },
    async (t) => {
      const pool = makePool(t, 1);
      const answers: string[] = [];
      const call = async (): Promise<void> => {
        answers.push(
          await pool
            .apply((x: object) => ({ ...x }), [{ a: 1 }])
            .then(
              (value) => `${JSON.stringify(value)}`,
              (error: Error) => error.name,
            ),
        );
      };
      await pool.apply(breakIt).catch((error: Error) => answers.push(error.name));
      for (let i = 0; i < 3; i++) await call();
      // Idle workers leave their seats, and take them anew.
      await sleep(150);
      await call();
      assert.equal(answers.at(-1), '{"a":1}', answers.join());
    },
  );
}

test(
  "a worker that does not end when it should, since a task changed process.exit or left an exit handler without end, is ended",
  { timeout: 30_000 },
  async (t) => {
    for (const keepOn of [
      () => {
        (process as any).exit = () => undefined;
      },
      () => {
        (process as any).exit = () => {
          throw new Error("mine");
        };
      },
      () => {
        process.on("exit", () => {
          for (;;);
        });
      },
    ]) {
      const pool = makePool(t, 1, { maxTasksPerChild: 1 });
      await pool.apply(keepOn);
      assert.deepEqual(await pool.map((x: number) => x * x, [1, 2]), [1, 4]);
      pool.close();
      await pool.join();
    }
  },
);

test("with maxTasksPerChild: 1, each of 60 tasks runs in a worker of its own", { timeout: 60_000 }, async (t) => {
  const pool = makePool(t, 2, { maxTasksPerChild: 1 });
  const threads = await pool.map(
    () => (require("node:worker_threads") as typeof import("node:worker_threads")).threadId,
    mp.range(60),
    { chunkSize: 1 },
  );
  assert.equal(new Set(threads).size, 60);
});

test("a task may throw any odd value: the call rejects, and the worker stays", async (t) => {
  const pool = makePool(t, 1);
  const odd: [fn: () => unknown, message: RegExp][] = [
    [
      () => {
        throw new Proxy(
          {},
          {
            get() {
              throw new Error("trap");
            },
          },
        );
      },
      /^What was thrown cannot be read; that failed with: Error: trap$/,
    ],
    [
      () => {
        throw Object.defineProperty(new Error("x"), "message", {
          get() {
            throw new Error("getter");
          },
        });
      },
      /^What was thrown cannot be read; that failed with: Error: getter$/,
    ],
    [
      () => {
        throw Object.defineProperty(new Error("x"), "stack", {
          get() {
            throw new Error("getter");
          },
        });
      },
      /^x$/,
    ],
    [
      () => {
        throw {
          toString() {
            throw new Error("text");
          },
          cannot: new WeakMap(),
        };
      },
      /^A value that cannot travel was thrown: \{ toString: .*WeakMap/,
    ],
    [
      () => {
        throw Object.assign(new Error("x"), {
          name: {
            toString() {
              throw new Error("name");
            },
          },
        });
      },
      /^x$/,
    ],
  ];
  const thread = await pool.apply(
    () => (require("node:worker_threads") as typeof import("node:worker_threads")).threadId,
  );
  for (const [fn, message] of odd) assert.match((await errorOf(pool.apply(fn))).message, message);
  const circular = await errorOf(
    pool.apply(() => {
      const error = new Error("circle");
      error.cause = error;
      throw error;
    }),
  );
  assert.equal(circular.cause, circular);
  assert.equal(
    (
      await errorOf(
        pool.apply(() => {
          throw new Error("m".repeat(2e7));
        }),
      )
    ).message.length,
    2e7,
  );
  assert.equal(
    await pool.apply(() => (require("node:worker_threads") as typeof import("node:worker_threads")).threadId),
    thread,
  );
});

test("an iterator that breaks the protocol is an error, not an endless source", async (t) => {
  const pool = makePool(t, 1);
  const same = (x: unknown): unknown => x;
  for (const items of [
    { [Symbol.asyncIterator]: () => ({ next: () => 5 }) },
    { [Symbol.asyncIterator]: () => ({ next: async () => undefined }) },
  ] as unknown as AsyncIterable<unknown>[]) {
    assert.match(
      (await errorOf(pool.map(same, items))).message,
      /next\(\) must return \{ value, done \}.*got (the number 5|undefined)/,
    );
    assert.match((await errorOf(collect(pool.imap(same, items)))).message, /next\(\) must return/);
  }
  const wrong = { [Symbol.iterator]: () => ({ next: () => 5 }) } as unknown as Iterable<unknown>;
  assert.equal((await errorOf(pool.map(same, wrong))).name, "TypeError");
  assert.equal((await errorOf(collect(pool.imap(same, wrong)))).name, "TypeError");
});

test(
  "map over an asynchronous source without end, whose items are always ready, lets others have their turn, and can be ended",
  { timeout: 20_000 },
  async (t) => {
    const pool = makePool(t, 1);
    async function* forever(): AsyncGenerator<number> {
      for (let i = 0; ; i++) yield i;
    }
    const stop = new AbortController();
    const reading = errorOf(pool.map((x: number) => x, forever(), { signal: stop.signal }));
    await sleep(20);
    stop.abort(new Error("enough"));
    assert.equal((await reading).message, "enough");
  },
);

test("terminate() ends initializers that never end, and whoever waits for them", { timeout: 20_000 }, async (t) => {
  const begun = sharedCells();
  for (const initializer of [
    (cells: Int32Array) => {
      Atomics.add(cells, 0, 1);
      for (;;);
    },
    (cells: Int32Array) => {
      Atomics.add(cells, 0, 1);
      return new Promise(() => undefined);
    },
  ]) {
    begun[0] = 0;
    const pool = makePool(t, 2, { initializer, initargs: [begun] });
    const waiting = [pool.ready, pool.apply(Math.max, [1]), pool.map(Math.abs, [1, 2])].map((call) => errorOf(call));
    await until(() => begun[0] === 2);
    await pool.terminate();
    assert.deepEqual(
      (await Promise.all(waiting)).map(({ name }) => name),
      Array(3).fill("PoolClosedError"),
    );
  }
});

test("close() and join() wait for a task without end, until its call is aborted", { timeout: 20_000 }, async (t) => {
  const [pool, begun, stop] = [makePool(t, 2), sharedCells(), new AbortController()];
  const call = errorOf(
    pool.map(
      (cells: Int32Array) => {
        Atomics.add(cells, 0, 1);
        for (;;);
      },
      [begun, begun, begun],
      { signal: stop.signal },
    ),
  );
  pool.close();
  const joined = pool.join();
  await until(() => begun[0] === 2);
  stop.abort(new Error("enough"));
  assert.equal((await call).message, "enough");
  await joined;
});

test(
  "a pool of one whose task has a pool of its own, which dies with it or by itself",
  { timeout: 20_000 },
  async (t) => {
    const pool = makePool(t, 1);
    const beats = sharedCells();
    assert.deepEqual(
      await pool.apply(() => mp.withPool(1, (inner) => inner.map((x: number) => x * 2, [1, 2]))),
      [2, 4],
    );
    assert.match((await errorOf(pool.apply(() => new mp.Pool(2).apply(() => process.exit(3))))).message, /exit code 3/);
    const dying = pool.apply(
      async (cells: Int32Array) => {
        const inner = new mp.Pool(2);
        void inner.map(
          (all: Int32Array) => {
            for (;;) Atomics.add(all, 0, 1);
          },
          [cells, cells],
        );
        while (Atomics.load(cells, 0) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        process.exit(4);
      },
      [beats],
    );
    assert.match((await errorOf(dying)).message, /exit code 4/);
    assert.deepEqual(await pool.map((x: number) => x, [1]), [1]);
    // Its workers have gone with it.
    let before = -1;
    await until(() => before === (before = Atomics.load(beats, 0)));
  },
);

test(
  "get() with a timeout that comes at about the time of the result gives the one or the other, and the result when asked again",
  { timeout: 60_000 },
  async (t) => {
    const pool = makePool(t, 2);
    await Promise.all(
      mp.range(300).map(async (i) => {
        const result = pool.applyAsync(
          (ms: number) => {
            for (const end = performance.now() + ms; performance.now() < end;);
            return ms;
          },
          [i % 4],
        );
        for (;;) {
          const got = await result.get({ timeout: i % 7 }).catch((error: Error) => error);
          if (got === i % 4) return;
          assert.equal((got as Error).name, "TimeoutError");
        }
      }),
    );
  },
);

test("a result that is too large for a message rejects with the reason", { timeout: 60_000 }, async (t) => {
  const pool = makePool(t, 1);
  const error = await errorOf(
    pool.apply(() => new ArrayBuffer(5 * 2 ** 30).byteLength > 0 && new ArrayBuffer(5 * 2 ** 30)),
  );
  assert.ok(["SerializationError", "RangeError"].includes(error.name), error.name);
  assert.match((await errorOf(pool.apply(() => "x".repeat(2 ** 30)))).message, /Invalid string length/);
  assert.equal(await pool.apply(Math.max, [1, 2]), 2);
});

test("a result that is a promise of nothing can be aborted", async (t) => {
  const [pool, stop, begun] = [makePool(t, 1), new AbortController(), sharedCells()];
  const call = errorOf(
    pool.map(
      (cells: Int32Array) => {
        Atomics.add(cells, 0, 1);
        return {
          then() {
            /* never */
          },
        };
      },
      [begun],
      { signal: stop.signal },
    ),
  );
  await until(() => begun[0] === 1);
  stop.abort();
  assert.equal((await call).name, "AbortError");
  assert.equal(await pool.apply(count, [sharedCells()]), 0);
});
