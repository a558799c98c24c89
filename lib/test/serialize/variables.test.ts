import assert from "node:assert/strict";
import { test } from "node:test";
import { EOL } from "node:os";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import seedrandom from "seedrandom";
import * as path from "node:path";
import * as mp from "parallel-typescript";
import { bytesSent, onePool, there } from "../helpers/serialize";

const constant = 1;
// eslint-disable-next-line no-var
var old = 2;
let changing = 3;

test("const, let, var, parameters, loop variables and catch bindings travel by value", async () => {
  const made: (() => number)[] = [];
  function enclosing(parameter: number, { deep }: { deep: number }, ...rest: number[]): void {
    made.push(() => parameter + deep + rest[1]);
    for (let i = 0; i < 3; i++) made.push(() => i);
    for (const key of [7, 8]) made.push(() => key);
    for (const key in { 20: 0 }) made.push(() => Number(key));
    try {
      throw new Error("30");
    } catch (error) {
      made.push(() => Number((error as Error).message));
    }
    {
      const block = 40;
      made.push(() => block);
    }
    switch (1) {
      case 1: {
        const cased = 50;
        made.push(() => cased);
      }
    }
  }
  enclosing(1, { deep: 2 }, 3, 4);
  assert.deepEqual(await there(() => made.map((fn) => fn())), [7, 0, 1, 2, 7, 8, 20, 30, 40, 50]);
  assert.equal(await there(() => constant + old + changing), 6);
});

test("a variable travels with the value that it has at the time of the call", async () => {
  const read = (): number => changing;
  assert.equal(await there(read), 3);
  changing = 33;
  assert.equal(await there(read), 33);
  changing = 3;
});

test("assigning to a captured variable changes the worker's copy alone", async () => {
  let count = 0;
  const list = [1];
  assert.deepEqual(
    await there(() => {
      count += 5;
      list.push(2);
      return [count, list.length];
    }),
    [5, 2],
  );
  assert.equal(count, 0);
  assert.deepEqual(list, [1]);
});

test("what a function does to its variables stays within one call of map", async () => {
  let count = 0;
  const next = (): number => ++count;
  assert.deepEqual(await onePool().map(next, [0, 0, 0], { chunkSize: 1 }), [1, 2, 3]);
  assert.deepEqual(await onePool().map(next, [0], { chunkSize: 1 }), [1]);
});

test("imports travel: named, default and as a namespace", async () => {
  assert.equal(await there(() => EOL), EOL);
  assert.equal(await there(() => seedrandom("a")()), seedrandom("a")());
  assert.equal(await there(() => path.join("a", "b")), path.join("a", "b"));
  assert.equal(await there(() => path.posix.sep), "/");
  assert.deepEqual(await there(() => mp.range(3)), [0, 1, 2]);
});

test("the library's own functions and classes are the same in the worker", async () => {
  assert.equal(await there(() => mp.availableCpus()), mp.availableCpus());
  assert.equal(await there((error: unknown) => error instanceof mp.TimeoutError, new mp.TimeoutError("x")), true);
});

test("names in comments, strings, keys and shadowed scopes are no references", async () => {
  const socket = new WeakMap();
  const fn = (given: number): unknown => {
    // socket is only spoken of here
    const text = "socket" + `${"socket"}`;
    const object = { socket: given, other: { socket: 1 } };
    const inner = (socket: number): number => socket + 1;
    {
      const socket = 5;
      object.socket += socket;
    }
    label: for (;;) break label;
    return [text, object.socket, object.other.socket, inner(1), /socket/.test(text)];
  };
  assert.deepEqual(await there(fn, 1), ["socketsocket", 6, 1, 2, true]);
  await assert.rejects(
    there(() => typeof socket),
    mp.SerializationError,
  );
});

test("typeof of an undeclared name is undefined in the worker, too", async () => {
  // @ts-expect-error: it is nowhere
  assert.equal(await there(() => typeof nowhereAtAll), "undefined");
  await assert.rejects(
    // @ts-expect-error: it is nowhere
    there(() => nowhereAtAll),
    ReferenceError,
  );
});

test("globals that the program made travel by value", async (t) => {
  const global = globalThis as Record<string, unknown>;
  global.madeUp = { answer: 42 };
  global.madeFunction = () => (global.madeUp as { answer: number }).answer;
  t.after(() => {
    delete global.madeUp;
    delete global.madeFunction;
  });
  const read = new Function("return madeUp.answer") as () => number;
  assert.equal(await there(read), 42);
});

test("a large array that stands beside a function does not travel", async () => {
  const large = new Float64Array(15_000_000).fill(1);
  const small = new Float64Array(10).fill(2);
  const bytes = await bytesSent(() => there(() => small.length));
  assert.ok(bytes < 100_000, `${bytes} bytes were sent`);
  assert.equal(large.length, 15_000_000);
  const all = await bytesSent(() => there(() => large.length));
  assert.ok(all >= large.byteLength, "the measure sees what does travel");
});

test("a captured array is sent once, however many chunks there are", async () => {
  const pool = new mp.Pool(2);
  try {
    const large = new Float64Array(2_000_000).fill(1);
    const use = (x: number): number => large[x] + x;
    const bytes = await bytesSent(() => pool.map(use, mp.range(1000), { chunkSize: 1 }));
    assert.ok(bytes < 1.5 * large.byteLength, `${bytes} bytes for ${large.byteLength}`);
    assert.ok(bytes >= large.byteLength);
  } finally {
    await pool.terminate();
  }
});

test("a getter on a captured object is not called to send it", async () => {
  let calls = 0;
  const careful = {
    get bomb(): number {
      calls++;
      throw new Error("called");
    },
    fine: 1,
  };
  assert.equal(await there(() => careful.fine), 1);
  assert.equal(calls, 0);
  await assert.rejects(
    there(() => careful.bomb),
    { message: "called" },
  );
  // Nor on an argument, whatever it is named.
  const argument = {
    get buffer(): number {
      calls++;
      throw new Error("called");
    },
  };
  assert.deepEqual(await there((it) => Object.keys(it), argument), ["buffer"]);
  assert.equal(calls, 0);
});

test("a variable without a value yet is undefined, never a crash", async () => {
  const early = (): unknown => (typeof lateFunction === "function" ? lateFunction() : "not yet");
  const first = await there(early);
  function lateFunction(): string {
    return "there";
  }
  assert.equal(first, "there");
});

test(
  "a variable before its declaration cannot be read in the worker either",
  { skip: process.version.startsWith("v20.") ? "V8 of Node 20 does not tell" : false },
  async () => {
    const read = (): number => late;
    const guard = (): string => {
      try {
        return String(late);
      } catch (error) {
        return (error as Error).name;
      }
    };
    const write = (): void => {
      late = 5;
    };
    const sent = [there(read), there(guard), there(write)];
    let late = 1;
    await assert.rejects(sent[0], { name: "ReferenceError", message: "Cannot access 'late' before initialization" });
    assert.equal(await sent[1], "ReferenceError");
    await assert.rejects(sent[2], ReferenceError);
    late += 1;
    assert.equal(await there(read), 2);
  },
);

test("variables named like what every object has travel with their own values", async () => {
  const fn = (() => {
    const constructor = 1,
      toString = 2,
      valueOf = 3,
      hasOwnProperty = 4,
      __proto__ = { five: 5 };
    let isPrototypeOf = 6;
    return (): unknown[] => [constructor, toString, valueOf, hasOwnProperty, __proto__.five, ++isPrototypeOf];
  })();
  assert.deepEqual(await there(fn), [1, 2, 3, 4, 5, 7]);
});

test("variables with names that only sloppy mode allows travel", async () => {
  const fn = new Function(
    "var let = 2, static = 3, yield = 5, await = 6; return function () { return [let, static, yield, await]; };",
  )() as () => number[];
  assert.deepEqual(await there(fn), [2, 3, 5, 6]);
});

test("the object of a with statement, and variables named eval or arguments, are refused, not copied wrong", async () => {
  const odd = [
    "with ({ q: 5 }) { return function () { return ++q; }; }",
    "var eval = (x) => x + 1; return function () { return eval(1); };",
    "var arguments = 4; return () => arguments;",
  ].map((code) => new Function(code)() as () => number);
  for (const [index, words] of [/with/, /named `eval`/, /named `arguments`/].entries()) {
    await assert.rejects(
      there(odd[index]),
      (error: Error) => error instanceof mp.SerializationError && words.test(error.message),
    );
  }
});

test("workers forget the functions of calls that have ended", async () => {
  for (let round = 0; round < 10; round++) {
    const held = { round };
    await onePool().map(
      (x: number) => {
        ((globalThis as { refs?: WeakRef<object>[] }).refs ??= []).push(new WeakRef(held));
        return x;
      },
      [1, 2],
      { chunkSize: 1 },
    );
  }
  const [met, alive] = await there(async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    // What is behind a WeakRef lives at least as long as the task that looked.
    for (let turn = 0; turn < 3; turn++) {
      await new Promise((resolve) => {
        setTimeout(resolve, 1);
      });
      collect();
    }
    const refs = (globalThis as { refs?: WeakRef<object>[] }).refs ?? [];
    return [refs.length, refs.filter((ref) => ref.deref() !== undefined).length];
  });
  assert.equal(met, 20);
  assert.ok(alive <= 2, `${alive} of ${met} are still there`);
});
