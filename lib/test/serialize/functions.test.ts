import assert from "node:assert/strict";
import { test } from "node:test";
import { dirname, join } from "node:path";
import * as os from "node:os";
import * as ts from "typescript";
import { there, thereAndBack } from "../helpers/serialize";

const base = 10;

test("an arrow function, a function expression and a declared function travel", async () => {
  function declared(x: number): number {
    return x + base;
  }
  assert.equal(await there((x: number) => x ** 3, 3), 27);
  assert.equal(
    await there(function (x: number) {
      return x * base;
    }, 3),
    30,
  );
  assert.equal(await there(declared, 3), 13);
});

test("async functions, generators and async generators travel inside a function", async () => {
  const later = async (x: number): Promise<number> => {
    await null;
    return x + 1;
  };
  function* numbers(): Generator<number> {
    yield 1;
    yield base;
  }
  async function* slowly(): AsyncGenerator<number> {
    yield* numbers();
    await null;
    yield 5;
  }
  assert.equal(await there(later, 1), 2);
  assert.deepEqual(
    await there(async () => {
      const all: number[] = [];
      for (const x of numbers()) all.push(x);
      for await (const x of slowly()) all.push(x);
      return all;
    }),
    [1, 10, 1, 10, 5],
  );
  assert.deepEqual(await there(() => [Object.getPrototypeOf(numbers).constructor.name, numbers() instanceof numbers]), [
    "GeneratorFunction",
    true,
  ]);
});

test("shorthand, async, generator, computed and symbol methods travel when taken off their object", async () => {
  const key = "named";
  const methods = {
    twice(x: number) {
      return x * 2;
    },
    async later(x: number) {
      await null;
      return x;
    },
    *both(x: number) {
      yield x;
      yield base;
    },
    [key](x: number) {
      return x + 5;
    },
    [Symbol.iterator](x: number) {
      return x + 6;
    },
    "with space"(x: number) {
      return x + 7;
    },
    async *slowly(x: number) {
      yield x;
    },
    get(x: number) {
      return x + 8;
    },
  };
  assert.equal(await there(methods.twice, 4), 8);
  assert.equal(await there(methods.later, 4), 4);
  const { both, slowly } = methods;
  assert.deepEqual(await there(() => [...both(1)]), [1, 10]);
  assert.equal(await there(methods.named, 1), 6);
  assert.equal(await there(methods[Symbol.iterator], 1), 7);
  assert.equal(await there(methods["with space"], 1), 8);
  assert.equal(await there(methods.get, 1), 9);
  assert.equal(await there(async () => (await slowly(3).next()).value as number), 3);
});

test("getters and setters travel, alone and on their object", async () => {
  const celsius = {
    degrees: 5,
    get fahrenheit() {
      return this.degrees * 1.8 + 32 + (base - 10);
    },
    set fahrenheit(value: number) {
      this.degrees = (value - 32) / 1.8;
    },
  };
  const { get, set } = Object.getOwnPropertyDescriptor(celsius, "fahrenheit") as Required<PropertyDescriptor>;
  assert.equal(await there(() => get.call({ degrees: 100 }) as number), 212);
  assert.equal(
    await there(() => {
      const o = { degrees: 0 };
      set.call(o, 212);
      return o.degrees;
    }),
    100,
  );
  assert.deepEqual(
    await there((it: typeof celsius) => {
      it.fahrenheit = 212;
      return [it.degrees, it.fahrenheit];
    }, celsius),
    [100, 212],
  );
  assert.equal(celsius.degrees, 5);
});

test("bound functions keep their this, their arguments and their name", async () => {
  function sum(this: { start: number }, a: number, b: number): number {
    return this.start + a + b + base;
  }
  const bound = sum.bind({ start: 100 }, 1);
  assert.equal(await there(bound, 2), 113);
  assert.deepEqual(await there(() => [bound.name, bound.length, bound(1)]), ["bound sum", 1, 112]);
  assert.equal(await there(bound.bind(null, 5)), 116);
  assert.equal(await there(Math.max.bind(Math, 7), 3), 7);
  const counts = new Map([["a", 1]]);
  assert.equal(await there(counts.get.bind(counts), "a"), 1);
});

test("recursive and mutually recursive functions travel", async () => {
  function factorial(n: number): number {
    return n < 2 ? 1 : n * factorial(n - 1);
  }
  const isEven = (n: number): boolean => n === 0 || isOdd(n - 1);
  const isOdd = (n: number): boolean => n !== 0 && isEven(n - 1);
  assert.equal(await there(factorial, 5), 120);
  assert.equal(await there(isEven, 10), true);
  assert.equal(
    await there(function inner(n: number): number {
      return n === 0 ? 0 : 1 + inner(n - 1);
    }, 4),
    4,
  );
});

test("default, destructured and rest parameters travel, and defaults see the outer variables", async () => {
  const tricky = (
    { a, b: [c = base] = [] }: { a: number; b?: number[] },
    d = a + base,
    ...rest: number[]
  ): number[] => [a, c, d, ...rest];
  assert.deepEqual(await there(tricky, { a: 1 }), [1, 10, 11]);
  assert.deepEqual(await there(tricky, { a: 1, b: [2] }, 3, 4, 5), [1, 2, 3, 4, 5]);
});

test("a function's own properties, name and length travel with it", async () => {
  const memo = Object.assign((x: number): number => memo.cache.get(x) ?? -1, {
    cache: new Map([[1, 11]]),
    [Symbol.for("tag")]: "t",
  });
  assert.equal(await there(memo, 1), 11);
  const described = Object.defineProperty((a: number, b: number) => a + b, "name", { value: "plus" });
  assert.deepEqual(
    await there(() => [
      described.name,
      described.length,
      memo.name,
      (memo as unknown as Record<symbol, string>)[Symbol.for("tag")],
    ]),
    ["plus", 2, "", "t"],
  );
});

test("a frozen function arrives frozen", async () => {
  const frozen = Object.freeze(Object.assign(() => 1, { part: 2 }));
  assert.deepEqual(await there(() => [Object.isFrozen(frozen), frozen(), frozen.part]), [true, 1, 2]);
});

test("old-style constructors with methods on their prototype travel", async () => {
  const Point = function (this: { x: number }, x: number): void {
    this.x = x;
  } as unknown as { new (x: number): { x: number; twice(): number }; prototype: object };
  Point.prototype = {
    constructor: Point,
    twice(this: { x: number }) {
      return this.x * 2;
    },
  };
  assert.equal(await there(() => new Point(4).twice()), 8);
  const back = await there(() => new Point(5));
  assert.ok(back instanceof Point);
});

test("built-in functions and functions of modules are the same functions in the worker", async () => {
  assert.equal(await there(Math.max, 1, 5, 2), 5);
  assert.equal(await there(Number, "12"), 12);
  assert.equal(await there(parseInt, "12px"), 12);
  assert.deepEqual(await there(structuredClone<number[]>, [1]), [1]);
  assert.equal(await there(join, "a", "b"), join("a", "b"));
  assert.equal(await there(() => dirname("/a/b") + os.EOL.length), `/a${os.EOL.length}`);
  assert.equal(await there(() => ts.isIdentifierStart(97, ts.ScriptTarget.ES2022)), true);
  assert.equal(await thereAndBack(join), join);
  assert.equal(await thereAndBack(Array.prototype.map), Array.prototype.map);
  assert.equal(await thereAndBack(process), process);
});

test("a function sent there and back is the same function", async () => {
  const mine = (): number => base;
  class Mine {
    x = 1;
  }
  const [back, Class] = await thereAndBack([mine, Mine] as const);
  assert.equal(back, mine);
  assert.equal(Class, Mine);
});

test("an arrow function keeps the this and the arguments around it", async () => {
  const arrows = function (this: { q: number }, a: number, b: number) {
    assert.deepEqual([a, b], [5, 6]);
    return {
      self: () => this.q,
      // eslint-disable-next-line prefer-rest-params
      args: () => arguments[1] as number,
      // eslint-disable-next-line prefer-rest-params
      deep: () => () => () => this.q + (arguments[0] as number),
    };
  }.call({ q: 77 }, 5, 6);
  assert.equal(await there(arrows.self), 77);
  assert.equal(await there(arrows.args), 6);
  const { deep } = arrows;
  assert.equal(await there(() => deep()()()), 82);
});

test("import() inside a function finds modules as its author's file does", async () => {
  assert.equal(await there(async () => (await import("node:path")).basename("/a/b")), "b");
  assert.equal(await there(async () => typeof (await import("typescript")).version), "string");
});

test("functions made by eval and by new Function travel", async () => {
  const made = new Function("a", "b", "return a * b") as (a: number, b: number) => number;
  assert.equal(await there(made, 6, 7), 42);
  const evaluated = (0, eval)("(x) => x + 1") as (x: number) => number;
  assert.equal(await there(evaluated, 1), 2);
});

test("a function that calls eval takes along all variables of its scopes", async () => {
  const hidden = 41;
  const guess = (name: string): number => (eval(name) as number) + (hidden - 41);
  assert.equal(await there(guess, "hidden"), 41);
});

test("the name of a declared function is a variable: what is assigned to it holds in the worker too", async () => {
  const source = `
    const memoize = (fn) => {
      const known = new Map();
      return (n) => known.get(n) ?? (known.set(n, fn(n)), known.get(n));
    };
    let calls = 0;
    function fibonacci(n) { calls++; return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }
    const plain = fibonacci;
    fibonacci = memoize(fibonacci);
    function replaced() { return typeof replaced; }
    const before = replaced;
    replaced = 5;
    function once() { once = () => "later"; return "first"; }
    async function* untouched(n) { if (n > 0) { yield n; yield* untouched(n - 1); } }
    const inner = 7;
    const expression = function inner(n) { return n === 0 ? typeof inner : inner(n - 1); };
    return {
      calls: () => [fibonacci(40), calls],
      names: () => [plain.name, plain.length, before(), expression(2)],
      once: () => [once(), once()],
      untouched,
    };`;
  const made = new Function(source)() as Record<"calls" | "names" | "once", () => unknown> & {
    untouched: (n: number) => AsyncIterable<number>;
  };
  assert.deepEqual(await there(made.calls), [102334155, 41]);
  assert.deepEqual(await there(made.names), ["fibonacci", 1, "number", "function"]);
  assert.deepEqual(await there(made.once), ["first", "later"]);
  const { untouched } = made;
  assert.deepEqual(
    await there(async () => {
      const found: number[] = [];
      for await (const n of untouched(3)) found.push(n);
      return found;
    }),
    [3, 2, 1],
  );
});
