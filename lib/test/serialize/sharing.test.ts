import assert from "node:assert/strict";
import { Session } from "node:inspector";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { countsThere, onePool, there, thereAndBack } from "../helpers/serialize";

function counter(start = 0) {
  let n = start;
  return {
    inc: () => ++n,
    get: () => n,
    add(by: number) {
      n += by;
    },
    async later() {
      n++;
    },
    *each() {
      yield n;
    },
  };
}

test("two functions of one message that close over one variable go on sharing it", async () => {
  const c = counter();
  c.inc();
  assert.deepEqual(
    await there(async () => {
      c.inc();
      c.add(10);
      await c.later();
      return [c.get(), c.each().next().value];
    }),
    [13, 13],
  );
  assert.equal(c.get(), 1);
  const { inc, get } = counter(5);
  assert.equal(
    await there(
      (up: typeof inc, read: typeof get) => {
        up();
        return read();
      },
      inc,
      get,
    ),
    6,
  );
});

test("closures of two different calls never share, even when all their values are equal", async () => {
  const [one, two, three] = [counter(), counter(), counter()];
  assert.deepEqual(
    await there(() => {
      one.inc();
      one.inc();
      two.inc();
      return [one.get(), two.get(), three.get()];
    }),
    [2, 1, 0],
  );
});

test("a parameter that hides the shared variable does not break the sharing", async () => {
  let n = 0;
  const hidden = {
    set: (n: number, f: (x: number) => void) => f(n),
    write: (v: number) => {
      n = v;
    },
    read: () => n,
  };
  const other = ((): typeof hidden => {
    let n = 0;
    return {
      set: (n, f) => f(n),
      write: (v) => {
        n = v;
      },
      read: () => n,
    };
  })();
  assert.deepEqual(
    await there(() => {
      hidden.set(4, hidden.write);
      return [hidden.read(), other.read()];
    }),
    [4, 0],
  );
});

test("thirty equal counters stay apart", async () => {
  const many = Array.from({ length: 30 }, () => counter());
  const counts = await there(() =>
    many.map((c, index) => {
      for (let i = 0; i < index; i++) c.inc();
      return c.get();
    }),
  );
  assert.deepEqual(counts, mp.range(30));
});

test("nested scopes share at the level at which they were shared", async () => {
  function outer() {
    let a = 0;
    const inner = () => {
      let b = 0;
      return { a: () => ++a, b: () => ++b, both: () => [a, b] };
    };
    return [inner(), inner()] as const;
  }
  const [x, y] = outer();
  assert.deepEqual(
    await there(() => {
      x.a();
      y.a();
      x.b();
      return [x.both(), y.both()];
    }),
    [
      [2, 1],
      [2, 0],
    ],
  );
});

test("finding shared variables changes nothing here and runs no code", async () => {
  let runs = 0;
  let n = 7;
  const inc = (by = (runs++, 1)): number => {
    runs++;
    n += by;
    return n;
  };
  const get = (): number => n;
  assert.equal(
    await there(() => {
      inc();
      return get();
    }),
    8,
  );
  assert.deepEqual([runs, n], [0, 7]);
});

test("a class and a function share the variable that both use", async () => {
  let made = 0;
  class Thing {
    constructor() {
      made++;
    }
  }
  const count = (): number => made;
  const bump = (): void => {
    made += 10;
  };
  assert.equal(
    await there(() => {
      new Thing();
      bump();
      return count();
    }),
    11,
  );
});

test("where it cannot be told whether a variable is shared, it is refused", async () => {
  function two() {
    let n = 0;
    return {
      up: class {
        now = ++n;
      },
      down: class {
        now = --n;
      },
    };
  }
  const [a, b] = [two(), two()];
  await assert.rejects(
    there(() => [new a.up().now, new a.down().now, new b.up().now]),
    (error: Error) =>
      error instanceof mp.SerializationError &&
      /`(up|down)` and `(up|down)` both use a variable `n`/.test(error.message),
  );
});

test("generators and functions with odd parameters share too", async () => {
  function tally() {
    let n = 0;
    return {
      *up() {
        yield ++n;
      },
      down({ by: [x] }: { by: number[] }) {
        n -= x;
      },
      read: () => n,
    };
  }
  const [a, b] = [tally(), tally()];
  assert.deepEqual(
    await there(() => {
      a.up().next();
      a.up().next();
      b.down({ by: [5] });
      return [a.read(), b.read()];
    }),
    [2, -5],
  );
});

test("shared references and cycles keep their identity within one message", async () => {
  const shared = { n: 1 };
  const cyclic: Record<string, unknown> = {
    list: [shared, shared],
    map: new Map<unknown, unknown>([[shared, new Set([shared])]]),
  };
  cyclic.self = cyclic;
  const read = (): boolean => cyclic.self === cyclic && shared.n === 1;
  assert.deepEqual(
    await there(
      (it: typeof cyclic, that: typeof shared, fn: typeof read) => {
        const [a, b] = it.list as unknown[];
        const map = it.map as Map<unknown, Set<unknown>>;
        return [it.self === it, a === b, a === that, map.has(that), map.get(that)?.has(that), fn()];
      },
      cyclic,
      shared,
      read,
    ),
    [true, true, true, true, true, true],
  );
  const back = await thereAndBack(cyclic);
  assert.equal(back.self, back);
  assert.equal((back.list as unknown[])[0], (back.list as unknown[])[1]);
});

test("what an item refers to twice is one object there; instances in items are of the class that the function refers to", async () => {
  const settings = { log: [] as number[] };
  const use = (it: { settings: typeof settings; x: number }): boolean =>
    it.settings.log === it.settings.log && settings.log.length === 0;
  assert.equal(await there(use, { settings, x: 1 }), true);
  class Animal {
    legs = 4;
  }
  assert.deepEqual(await onePool().map((it) => it instanceof Animal, [new Animal(), new Animal()], { chunkSize: 1 }), [
    true,
    true,
  ]);
});

test("a redefined function is the one that runs, in a pool that is already open", async () => {
  let price = (x: number): number => x * 2;
  const total = (x: number): number => price(x) + 1;
  assert.deepEqual(await onePool().map(total, [1, 2]), [3, 5]);
  price = (x) => x * 100;
  assert.deepEqual(await onePool().map(total, [1, 2]), [101, 201]);
});

test("a redefined class is the one that runs, and each instance keeps its own", async () => {
  const make = (n: number) =>
    class Versioned {
      version() {
        return n;
      }
    };
  const [Old, New] = [make(1), make(2)];
  assert.deepEqual(
    await there((a, b) => [a.version(), b.version(), new New().version()], new Old(), new New()),
    [1, 2, 2],
  );
});

test("what is added to a class later, and what its statics are by now, is there the next time; a class sent there and back is itself", async () => {
  class Growing {
    static count = 1;
  }
  assert.equal(await there((it: Growing) => (it.constructor as typeof Growing).count, new Growing()), 1);
  Growing.count = 2;
  Object.assign(Growing.prototype, { echo: (text: string) => text });
  assert.deepEqual(
    await there(
      (it: Growing) => [
        (it.constructor as typeof Growing).count,
        (it as unknown as { echo(text: string): string }).echo("hi"),
      ],
      new Growing(),
    ),
    [2, "hi"],
  );
  assert.equal(await thereAndBack(Growing), Growing);
});

test("variables that eval assigns are told apart, too", async () => {
  const make = new Function(
    "return () => { let n = 0; const step = 1; return { inc: () => eval('n += step'), get: () => n }; };",
  )() as () => { inc(): void; get(): number };
  const [one, two] = [make(), make()];
  assert.deepEqual(await countsThere(one, two), [2, 1]);
  assert.equal(one.get(), 0);
});

test("a class whose fields do more than make values shares its variables through its methods", async () => {
  let made = 0;
  class Numbered {
    #id = ++made;
    id(): number {
      return this.#id;
    }
  }
  const read = (): number => made;
  assert.deepEqual(
    await there(() => {
      new Numbered();
      return [new Numbered().id(), read()];
    }),
    [2, 2],
  );
  assert.equal(made, 0);
});

test("functions that a static block made keep sharing what they assign to", async () => {
  let peek: (it: Safe) => number = () => 0,
    poke: (it: Safe, to: number) => void = () => undefined;
  class Safe {
    #x = 1;
    static {
      peek = (it) => it.#x;
      poke = (it, to) => {
        it.#x = to;
      };
    }
  }
  const safe = new Safe();
  assert.equal(
    await there(() => {
      poke(safe, 5);
      return peek(safe);
    }),
    5,
  );
});

test("variables that were told apart once need no second look", async (t) => {
  const many = Array.from({ length: 20 }, () => counter());
  const use = (): number[] =>
    many.map((c) => {
      c.inc();
      return c.get();
    });
  const post = t.mock.method(Session.prototype, "post");
  const stops = (): number =>
    post.mock.calls.filter(({ arguments: [method] }) => (method as string) === "Runtime.terminateExecution").length;
  assert.deepEqual(
    await there(use),
    many.map(() => 1),
  );
  const first = stops();
  assert.ok(first >= 20, "each of the counters was entered");
  assert.ok(first < 20 * 2, `${first} stops: one a counter, though each has several functions that assign`);
  assert.deepEqual(
    await there(use),
    many.map(() => 1),
  );
  assert.equal(stops(), first);
});
