/** Classes and functions that were changed after (or while) they were made: over there they are what they are here by now, not what was written. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import * as mp from "parallel-typescript";
import * as helpers from "../helpers/randomChanges";
import { there, thereAndBack } from "../helpers/serialize";

const { describe } = helpers;

/** Makes each class of some programs and changes it; what is to be described of it. */
function makeAll(programs: readonly helpers.Program[]): { text: string; things: Function[]; it: object | undefined }[] {
  const attempt = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      // Locked already, or not to be called any more.
      assert.ok(error instanceof TypeError, String(error));
    }
  };
  const change: typeof helpers.apply = (...args) => attempt(() => helpers.apply(...args));
  const texts = programs.map(helpers.write);
  // In one script, as each new one costs some milliseconds.
  const made = (
    new Function("change", `"use strict"; return [${texts.map((text) => `(() => { ${text} })()`).join(",\n")}];`) as (
      change: unknown,
    ) => any[]
  )(change);
  return programs.map(({ changes }, index) => {
    const { Class, Base, twin } = made[index];
    let it: object | undefined;
    attempt(() => {
      it = new Class(5);
    });
    for (const one of changes) change(one, made[index], twin);
    return { text: texts[index], things: [Class, Base], it };
  });
}

test("classes made and changed at random are the same in the worker", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(helpers.program, { minLength: 16, maxLength: 20 }),
      fc.boolean(),
      async (programs, instanceFirst) => {
        const all = makeAll(programs).map(({ text, things, it }) => ({
          text,
          it,
          things: instanceFirst && it !== undefined ? [it, ...things] : things,
        }));
        const seen = await there(() => all.map(({ things, it }) => describe(things, it)));
        all.forEach(({ things, it, text }, index) => assert.deepEqual(seen[index], describe(things, it), text));
        const [{ things, it, text }] = all;
        assert.deepEqual(await there(describe, things, it), describe(things, it), `as an argument: ${text}`);
        const classes = all.flatMap((one) => one.things.slice(-2));
        (await thereAndBack(classes)).forEach((back, index) => assert.equal(back, classes[index]));
      },
    ),
    { numRuns: 12 },
  );
});

/** Not known to TypeScript. */
const changed = <T>(thing: T): any => thing;

test("members that were replaced, deleted, aliased, swapped, or added by a static block travel as they are now", async () => {
  class P {
    static made = 1;
    static {
      changed(this.prototype).inBlock = function (this: P) {
        return this.values().next().value;
      };
    }
    *values(): Generator<number> {
      yield 1;
    }
    one(): string {
      return "one";
    }
    two(): string {
      return "two";
    }
    gone(): string {
      return "gone";
    }
    replaced(): string {
      return "as written";
    }
    get got(): string {
      return "as written";
    }
    set got(_: string) {
      /* nothing */
    }
  }
  const prototype = changed(P.prototype);
  prototype[Symbol.iterator] = prototype.values;
  [prototype.one, prototype.two] = [prototype.two, prototype.one];
  delete prototype.gone;
  prototype.replaced = function replaced(): string {
    return "by now";
  };
  Object.defineProperty(prototype, "got", { get: () => "by now" });
  P.made = 2;
  const look = (): unknown[] => {
    const it = changed(new P());
    return [
      [...it],
      it[Symbol.iterator] === it.values,
      it.one(),
      it.two(),
      "gone" in it,
      it.replaced(),
      it.got,
      typeof Object.getOwnPropertyDescriptor(P.prototype, "got")?.set,
      it.inBlock(),
      P.made,
      Reflect.ownKeys(P.prototype),
    ];
  };
  assert.deepEqual(await there(look), look());
  assert.deepEqual(look().slice(0, 10), [[1], true, "two", "one", false, "by now", "by now", "function", 1, 2]);
});

test("frozen, sealed and non-extensible objects stay so in the worker, prototypes too", async () => {
  class A {
    a(): void {
      /* nothing */
    }
  }
  class B {
    static b = 1;
  }
  class C {
    c(): void {
      /* nothing */
    }
  }
  class D {
    #d = 1;
    d(): number {
      return this.#d;
    }
  }
  Object.freeze(A.prototype);
  Object.seal(B);
  Object.preventExtensions(C.prototype);
  Object.freeze(D);
  const look = (): unknown[] =>
    [A, A.prototype, B, B.prototype, C, C.prototype, D, D.prototype].map((it) => [
      Object.isFrozen(it),
      Object.isSealed(it),
      Object.isExtensible(it),
    ]);
  assert.deepEqual(await there(look), look());
  assert.equal(await there((it: D) => it.d(), new D()), 1);
});

test("an instance of a locked class that came before it is refused by a sentence where its private members cannot be set", async () => {
  class Parent {
    parent = 1;
  }
  class Locked extends Parent {
    #x = 1;
    x(): number {
      return this.#x;
    }
  }
  Object.freeze(Locked);
  assert.equal(await there((it: Locked) => it.x(), new Locked()), 1);
  await assert.rejects(
    there((it: Locked) => [it.x(), Locked.name], new Locked()),
    (error: Error) =>
      error instanceof mp.SerializationError &&
      error.message.includes("the class Locked came after the class, which is locked"),
  );
});

test("a method of another evaluation of the class, or of the same text elsewhere, is told from the class's own", async () => {
  const make = (n: number) =>
    class {
      get(): number {
        return n;
      }
    };
  const [One, Two] = [make(1), make(2)];
  const n = 3,
    other = {
      get(): number {
        return n;
      },
    },
    Third = make(5);
  One.prototype.get = Two.prototype.get;
  Third.prototype.get = other.get;
  assert.deepEqual(
    await there(() => [new One().get(), new Two().get(), One.prototype.get === Two.prototype.get, new Third().get()]),
    [2, 2, true, 3],
  );
});

test("what hangs on a function, a method or a class leads back to it over there", async () => {
  class C {
    static again: unknown;
    static list: unknown[];
    m(): number {
      return 1;
    }
  }
  C.again = C;
  C.list = [C, C.prototype, C.prototype.m];
  changed(C.prototype).owner = C;
  changed(C.prototype.m).of = C.prototype;
  const f = changed(function f() {
      /* nothing */
    }),
    g = changed(() => f),
    bound = changed(f.bind(null));
  Object.assign(f, { self: f, list: [f, g], bound });
  Object.assign(g, { f });
  Object.assign(bound, { self: bound, f });
  const look = (): unknown[] => [
    C.again === C,
    C.list[0] === C,
    C.list[1] === C.prototype,
    C.list[2] === C.prototype.m,
    changed(C.prototype).owner === C,
    changed(C.prototype.m).of === C.prototype,
    f.self === f,
    f.list[0] === f,
    f.list[1] === g,
    g.f === f,
    f.bound === bound,
    bound.self === bound,
    bound.f === f,
    Object.keys(C),
    Object.keys(f),
  ];
  assert.deepEqual(await there(look), look());
  assert.ok(
    look()
      .slice(0, 13)
      .every((it) => it === true),
  );
});

test("a prototype that the program put there, and one that has lost its constructor, are the same object over there", async () => {
  const own = { hi: () => "hi" };
  const F = changed(function F() {
      /* nothing */
    }),
    G = changed(function G() {
      /* nothing */
    });
  F.prototype = G.prototype = own;
  class Lost {
    #x = 1;
    x(): number {
      return this.#x;
    }
  }
  const lost = new Lost();
  delete changed(Lost.prototype).constructor;
  const look = (): unknown[] => [
    new F() instanceof G,
    F.prototype === own,
    lost instanceof Lost,
    Object.getPrototypeOf(lost) === Lost.prototype,
    lost.x(),
  ];
  assert.deepEqual(await there((it: Lost) => [it.x(), ...look()], lost), [1, true, true, true, true, 1]);
  const hidden = (() => {
    class Hidden {
      #y = 1;
      y(): number {
        return this.#y;
      }
    }
    return new Hidden();
  })();
  Object.defineProperty(Object.getPrototypeOf(hidden), "constructor", { value: undefined });
  await assert.rejects(
    thereAndBack(hidden as object),
    (error: Error) => error instanceof mp.SerializationError && /cannot be found/.test(error.message),
  );
});

test("a method that was sent and comes back is the one that it was; one made over there is its class's here", async () => {
  class Tool {
    static make(): Tool {
      return new Tool();
    }
    use(): number {
      return 1;
    }
  }
  const { use } = Tool.prototype;
  assert.deepEqual(
    await there(
      (given: unknown, Class: typeof Tool) => [given === Class.prototype.use, given === use, Class === Tool],
      use,
      Tool,
    ),
    [true, true, true],
  );
  assert.equal(await there(() => Tool.prototype.use), use);
  assert.equal(await thereAndBack(Tool.make), Tool.make);
});

class Worded {
  #join(words: string[]): string {
    return words.join(" ");
  }
  words(...words: string[]): string {
    return this.#join(words);
  }
}
class Both extends Worded {
  #extra = "!";
  get #loud(): string {
    return this.#extra.repeat(2);
  }
  override words(...words: string[]): string {
    return super.words(...words) + this.#loud;
  }
  static #secret(): string {
    return "s";
  }
  static told(): string {
    return Both.#secret();
  }
}

test("instances of classes with private methods and no private field arrive whole, in a pool and a process", async () => {
  const [it, both] = [new Worded(), new Both()];
  assert.deepEqual(await there((a: Worded, b: Both) => [a.words("a", "b"), b.words("c"), Both.told()], it, both), [
    "a b",
    "c!!",
    "s",
  ]);
  const queue = new mp.Queue<string>();
  const process = new mp.Process({
    target: async (a: Worded) => {
      await queue.put(a.words("p", "q"));
    },
    args: [it],
  });
  process.start();
  assert.equal(await queue.get(), "p q");
  await process.join();
});

test("what only has the prototype of a class with private methods does not get them over there", async () => {
  class Marked {
    #m(): number {
      return 1;
    }
    static is(it: object): boolean {
      return #m in it;
    }
    m(): number {
      return this.#m();
    }
  }
  const not = Object.create(Marked.prototype) as Marked;
  assert.deepEqual(await there((a: Marked, b: Marked) => [Marked.is(a), Marked.is(b)], new Marked(), not), [
    true,
    false,
  ]);
});

test("the stack of a class that has a constructor names the lines of its methods", async () => {
  class Failing {
    readonly list = [1, 2];

    constructor(readonly x: number) {}
    fail(): never {
      throw new Error(`${this.x}`);
    }
  }
  const lineOf = (error: unknown): string =>
    /changes\.test\.[jt]s:(\d+)/.exec((error as Error).stack as string)?.[1] ?? "";
  const here = (() => {
    try {
      return new Failing(1).fail();
    } catch (error) {
      return lineOf(error);
    }
  })();
  await assert.rejects(
    there(() => new Failing(2).fail()),
    (error) => lineOf(error) === here,
  );
});
