import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageChannel, MessagePort } from "node:worker_threads";
import * as mp from "parallel-typescript";
import { blockUntil, count, errorOf, makePool, runScript, sharedCells } from "../helpers/pool";

const sqr = (x: number): number => x * x;

/** So many short calls that the pool knows that they are short, and sends many in one message. */
async function warmUp(pool: mp.Pool): Promise<void> {
  for (let round = 0; round < 3; round++) await Promise.all(mp.range(400).map((x) => pool.applyAsync(sqr, [x])));
}

/** The shared memory is found by its place in the arguments: short calls share a message only where these are numbers. */
const keepGate = (gate: Int32Array): void => {
  (globalThis as any).gate = gate;
};
const waitForNumber = (x: number): number => {
  if (x === 150) Atomics.wait((globalThis as any).gate as Int32Array, 0, 0);
  return x;
};

test("short calls made in one tick share messages", async (t) => {
  const pool = makePool(t, 2);
  await warmUp(pool);
  const post = t.mock.method(MessagePort.prototype, "postMessage");
  assert.deepEqual(await Promise.all(mp.range(1000).map((x) => pool.applyAsync(sqr, [x]))), mp.range(1000).map(sqr));
  assert.ok(post.mock.callCount() < 500, `${post.mock.callCount()} messages`);
});

test("many calls made in one tick share messages, and a long one holds back no result of those before it", async (t) => {
  const gate = sharedCells();
  const pool = makePool(t, 1, { initializer: keepGate, initargs: [gate] });
  await warmUp(pool);
  const calls = mp.range(300).map((x) => pool.applyAsync(waitForNumber, [x]));
  assert.deepEqual(await Promise.all(calls.slice(0, 150)), mp.range(150));
  assert.ok(calls.slice(150).every((call) => !call.ready()));
  count(gate);
  assert.deepEqual(await Promise.all(calls), mp.range(300));
});

test("a long call does not delay the calls behind it while another worker is free", async (t) => {
  const gate = sharedCells();
  const pool = makePool(t, 2, { initializer: keepGate, initargs: [gate] });
  await warmUp(pool);
  const calls = mp.range(300).map((x) => pool.applyAsync(waitForNumber, [x]));
  assert.deepEqual(
    await Promise.all(calls.filter((_, x) => x !== 150)),
    mp.range(300).filter((x) => x !== 150),
  );
  assert.equal(calls[150].ready(), false);
  count(gate);
  assert.equal(await calls[150], 150);
});

test("of many calls in one message only the one whose worker dies is lost", async (t) => {
  const pool = makePool(t, 1);
  await warmUp(pool);
  const outcomes = await Promise.allSettled(
    mp.range(300).map((x) => pool.applyAsync((y: number) => (y === 150 ? process.exit(4) : y), [x])),
  );
  assert.deepEqual(
    outcomes.flatMap((outcome, x) => (outcome.status === "fulfilled" && outcome.value === x ? [] : [x])),
    [150],
  );
  const { reason } = outcomes[150] as PromiseRejectedResult;
  assert.ok(reason instanceof mp.WorkerDiedError);
  assert.equal(reason.exitCode, 4);
});

test("of many calls in one message one that throws rejects alone; terminate rejects what is left", async (t) => {
  const pool = makePool(t, 1);
  await warmUp(pool);
  const outcomes = await Promise.allSettled(
    mp.range(100).map((x) =>
      pool.applyAsync(
        (y: number) => {
          if (y === 50) throw new RangeError("fifty");
          return y;
        },
        [x],
      ),
    ),
  );
  assert.deepEqual(
    outcomes.flatMap((outcome, x) => (outcome.status === "rejected" ? [x] : [])),
    [50],
  );
  const left = mp.range(500).map((x) => errorOf(pool.applyAsync(sqr, [x]).get()));
  await pool.terminate();
  const errors = await Promise.all(left);
  assert.ok(errors.at(-1) instanceof mp.PoolClosedError);
});

test("waiting calls get their arguments as they were when the call was made, each its own copy", async (t) => {
  const gate = sharedCells();
  const pool = makePool(t, 1);
  const blocked = pool.applyAsync(() => blockUntil(gate, 0, 1));
  const one = { n: 1, inner: { list: [1] } };
  const list = [1, 2];
  const add = (x: typeof one): string => `${(x.n += 10)} ${x.inner.list.push(0)}`;
  const calls = [
    pool.applyAsync(add, [one]),
    pool.applyAsync(add, [one]),
    pool.applyAsync((...all: number[]) => all.join(), list),
  ];
  const mapped = pool.map(add, [one, one, { ...one, n: 5 }], { chunkSize: 1 });
  one.n = 100;
  one.inner.list.push(2, 3);
  list.push(3);
  count(gate);
  await blocked;
  assert.deepEqual(await Promise.all(calls), ["11 2", "11 2", "1,2"]);
  assert.deepEqual(await mapped, ["11 2", "11 2", "15 2"]);
});

test("a transferred buffer is sent once, to whichever worker is free first", async (t) => {
  const pool = makePool(t, 2);
  await warmUp(pool);
  for (let round = 0; round < 5; round++) {
    const items = mp.range(20).map(() => {
      const numbers = new Float64Array(100_000);
      return mp.transfer(numbers, [numbers.buffer]);
    });
    assert.deepEqual(
      await pool.map((numbers: Float64Array) => numbers.length, items, { chunkSize: 1 }),
      items.map(() => 100_000),
    );
  }
});

test("long lists of numbers arrive exactly, there and back", async (t) => {
  const pool = makePool(t, 2);
  const odd = [-0, NaN, Infinity, -Infinity, 5e-324, 2 ** 53, 0.1, -1.5];
  const items = mp.range(5000).map((x) => odd[x % odd.length]);
  const back = await pool.map((x: number) => x, items);
  assert.ok(Array.isArray(back));
  assert.ok(back.every((x, index) => Object.is(x, items[index])));
  assert.deepEqual(
    await pool.map((x: number) => Object.is(x, -0), items),
    items.map((x) => Object.is(x, -0)),
  );
  assert.deepEqual(
    await pool.map((x: number) => (x % 1000 === 999 ? `${x}` : x), mp.range(5000)),
    mp.range(5000).map((x) => (x % 1000 === 999 ? `${x}` : x)),
  );
  const holes: (number | undefined)[] = mp.range(2000);
  delete holes[1000];
  assert.deepEqual(
    await pool.map((x) => typeof x, holes),
    Array.from(holes, (x) => typeof x),
  );
  const mixed: unknown[] = [...mp.range(999), "x", 5n, null, ...mp.range(999)];
  assert.deepEqual(await pool.map((x: unknown) => x, mixed), mixed);
  assert.deepEqual(
    await pool.map(
      (x: string) => x.length,
      mp.range(5000).map((x) => "x".repeat(x % 7)),
    ),
    mp.range(5000).map((x) => x % 7),
  );
  const results: number[] = [];
  for await (const x of pool.imap((y: number) => -y, items, { chunkSize: 700 })) results.push(x);
  assert.ok(results.every((x, index) => Object.is(x, -items[index])));
  assert.deepEqual(items.slice(0, 3), [-0, NaN, Infinity], "the list itself is as it was");
});

test("a function that is called again and again keeps nothing from one call to the next, and is sent again after a change", async (t) => {
  const pool = makePool(t, 1);
  function counts(this: unknown): number {
    const self = counts as typeof counts & { n?: number };
    self.n = (self.n ?? 0) + 1;
    return self.n;
  }
  assert.deepEqual([await pool.apply(counts), await pool.apply(counts)], [1, 1]);
  const named = function keep(): number {
    return ((keep as any).n = ((keep as any).n ?? 0) + 1);
  };
  assert.deepEqual([await pool.apply(named), await pool.apply(named)], [1, 1]);
  const plain = Object.assign(function asIs(): number {
    return 1;
  }, {}) as (() => number) & { extra?: number };
  const tell = (fn: typeof plain): number | undefined => fn.extra;
  assert.equal(await pool.apply(plain), 1);
  plain.extra = 7;
  assert.equal(await pool.apply(tell, [plain]), 7);
  assert.equal(await pool.apply(plain), 1);
  (plain as any).prototype.method = 5;
  assert.equal(await pool.apply(plain), 1);
  const fib = function fib(n: number): number {
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
  };
  assert.deepEqual([await pool.apply(fib, [10]), await pool.apply(fib, [11])], [55, 89]);
  let factor = 2;
  const scale = (x: number): number => x * factor;
  assert.equal(await pool.apply(scale, [10]), 20);
  factor = 3;
  assert.equal(await pool.apply(scale, [10]), 30);
});

test("more functions than a worker keeps are sent again when they are needed", async (t) => {
  const pool = makePool(t, 1);
  const functions = mp.range(600).map((x) => new Function(`return ${x}`) as () => number);
  for (const round of mp.range(2))
    assert.deepEqual(await Promise.all(functions.map((fn) => pool.apply(fn))), mp.range(600), `round ${round}`);
});

test("ready resolves when all workers have started and are initialized", async (t) => {
  const runs = sharedCells();
  const pool = makePool(t, 3, {
    initializer: (cells: Int32Array) => {
      Atomics.add(cells, 0, 1);
    },
    initargs: [runs],
  });
  await pool.ready;
  assert.equal(Atomics.load(runs, 0), 3);
  await pool.ready;
  await makePool(t, 2).ready;
});

test("ready rejects with the initializer's error, and on a pool that has ended", async (t) => {
  const pool = makePool(t, 2, {
    initializer: () => {
      throw new RangeError("not today");
    },
  });
  assert.ok((await errorOf(pool.ready)) instanceof RangeError);
  await pool.terminate();
  assert.ok((await errorOf(pool.ready)) instanceof mp.PoolClosedError);
  const waiting = makePool(t, 1);
  const ready = errorOf(waiting.ready);
  await waiting.terminate();
  assert.ok((await ready) instanceof mp.PoolClosedError);
});

/** Something that can be neither cloned nor moved any more; sent along with its buffer, it can be sent, but not read. */
const spent = (): Float64Array => {
  const view = new Float64Array(8);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  return view;
};

/** Newer versions of Node look at what they send. */
function refusesSpent(): boolean {
  const { port1, port2 } = new MessageChannel();
  try {
    const view = spent();
    port1.postMessage(view, [view.buffer as ArrayBuffer]);
    return false;
  } catch (error) {
    if ((error as Error).name === "DataCloneError") return true;
    throw error;
  } finally {
    port1.close();
    port2.close();
  }
}
test(
  "a task that cannot be read in the worker rejects, and the pool goes on",
  { skip: refusesSpent() && "this Node refuses such a message when it is sent" },
  async (t) => {
    const pool = makePool(t, 1);
    await pool.ready;
    const { postMessage } = MessagePort.prototype;
    const mock = t.mock.method(
      MessagePort.prototype,
      "postMessage",
      function (this: MessagePort, message: unknown, moves: any) {
        if (!Array.isArray(message) || !Array.isArray(message[0])) return postMessage.call(this, message, moves);
        const view = spent();
        return postMessage.call(
          this,
          [[...message[0].slice(0, 3), { flat: [view] }, true, undefined]],
          [view.buffer as ArrayBuffer],
        );
      },
    );
    const error = await errorOf(pool.apply(sqr, [3]));
    assert.ok(error instanceof mp.SerializationError);
    assert.match(error.message, /could not be read/);
    mock.mock.restore();
    assert.equal(await pool.apply(sqr, [3]), 9);
  },
);

test("a result that turns out to be unsendable or unreadable rejects, and the pool goes on", async (t) => {
  for (const moved of [false, true]) {
    const pool = makePool(t, 1);
    const error = await errorOf(
      pool.apply(
        (make: () => Float64Array, move: boolean) => {
          const { postMessage } = MessagePort.prototype;
          MessagePort.prototype.postMessage = function (message: any) {
            MessagePort.prototype.postMessage = postMessage;
            const view = make();
            return (postMessage as any).call(this, [...message.slice(0, 5), view], move ? [view.buffer] : []);
          };
          return "one";
        },
        [spent, moved],
      ),
    );
    assert.ok(error instanceof mp.SerializationError, String(error));
    assert.equal(await pool.apply(sqr, [3]), 9);
  }
});

test("what an initializer leaves behind is reported as its own, run late too", async (t) => {
  const { code, stdout, stderr } = await runScript(
    t,
    `
    (async () => {
      const pool = new mp.Pool(1, { maxTasksPerChild: 1, initializer: () => { Promise.reject(new TypeError("left over")); } });
      console.log(await pool.apply((x) => x, [1]), await pool.apply((x) => x, [2]));
      pool.close();
      await pool.join();
    })();`,
  );
  assert.deepEqual([code, stdout], [0, "1 2\n"], stderr);
  assert.match(stderr, /^The initializer left an unhandled rejection behind/m);
  assert.doesNotMatch(stderr, /^A task left/m);
});
