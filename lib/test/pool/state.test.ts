import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import * as mp from "parallel-typescript";
import { makePool } from "../helpers/pool";

class Database {
  readonly rows = new Map<number, string>();
  constructor(readonly path: string) {}
  get(id: number): string {
    return this.rows.get(id) ?? `row ${id} of ${this.path}`;
  }
}

let db: Database | undefined;
const open = (path: string): void => {
  db = new Database(path);
};
const query = (id: number): string => (db as Database).get(id);

test("a database: tasks see what the initializer assigns, the main program does not", async (t) => {
  const pool = makePool(t, 2, { initializer: open, initargs: ["a.sqlite"] });
  assert.deepEqual(await pool.map(query, [1, 2, 3], { chunkSize: 1 }), [
    "row 1 of a.sqlite",
    "row 2 of a.sqlite",
    "row 3 of a.sqlite",
  ]);
  assert.equal(await pool.apply((id: number) => db?.get(id), [4]), "row 4 of a.sqlite");
  assert.equal(db, undefined);
});

let model: { readonly weights: number[] };
let loads = 0;
async function load(scale: number): Promise<void> {
  await null;
  loads++;
  model = { weights: [1, 2, 3].map((it) => it * scale) };
}

test("a loaded model: an initializer that is asynchronous and assigns several variables", async (t) => {
  const pool = makePool(t, 1, { initializer: load, initargs: [10] });
  assert.deepEqual(await pool.map((at: number) => model.weights[at] + loads, [0, 1, 2]), [11, 21, 31]);
  assert.equal(loads, 0);
});

let cache: Map<number, number>;
const emptyCache = (): void => {
  cache = new Map();
};
function square(x: number): [hit: boolean, value: number] {
  const hit = cache.has(x);
  if (!hit) cache.set(x, x * x);
  return [hit, cache.get(x) as number];
}

test("a cache lives as long as its worker, from one call to the next", async (t) => {
  const pool = makePool(t, 1, { initializer: emptyCache });
  assert.deepEqual(await pool.map(square, [2, 3]), [
    [false, 4],
    [false, 9],
  ]);
  assert.deepEqual(await pool.map(square, [2, 4]), [
    [true, 4],
    [false, 16],
  ]);
  assert.deepEqual(await pool.apply(() => [...cache.keys()]), [2, 3, 4]);
});

let [first, second, third] = [1, 2, 3];
let rest: number[] = [];
let named = "";
let counted = 5;
let added = "a";
let given: number | undefined;
let looped = 0;
// eslint-disable-next-line no-var
var old = "var";
const assigned = {
  pattern: (): void => {
    [first, second = 20, ...rest] = [10, undefined as never, 30, 40];
  },
  object: (): void => {
    ({
      named,
      inner: { third },
    } = { named: "n", inner: { third: 33 } });
  },
  update: (): void => {
    counted++;
    added += "b";
    given ??= 7;
  },
  loop: (): void => {
    for (looped of [1, 2, 3]);
  },
  called: (): void => setOld(),
};
function setOld(): void {
  old = "set";
}

test("assignments of every form, and in functions that the initializer calls", async (t) => {
  const pool = makePool(t, 1, { initializer: () => Object.values(assigned).forEach((assign) => assign()) });
  const there = await pool.apply(() => ({ first, second, rest, named, third, counted, added, given, looped, old }));
  assert.deepEqual(there, {
    first: 10,
    second: 20,
    rest: [30, 40],
    named: "n",
    third: 33,
    counted: 6,
    added: "ab",
    given: 7,
    looped: 3,
    old: "set",
  });
  assert.deepEqual(
    { first, second, rest, named, third, counted, added, given, looped, old },
    {
      first: 1,
      second: 2,
      rest: [],
      named: "",
      third: 3,
      counted: 5,
      added: "a",
      given: undefined,
      looped: 0,
      old: "var",
    },
  );
});

test("a function in the arguments that assigns, and one in the items that refers to it", async (t) => {
  const pool = makePool(t, 1, { initializer: (set: (path: string) => void) => set("b"), initargs: [open] });
  assert.deepEqual(await pool.map((ask: (id: number) => string) => ask(1), [query, query]), [
    "row 1 of b",
    "row 1 of b",
  ]);
  assert.equal(await pool.apply((ask: (id: number) => string) => ask(2), [query]), "row 2 of b");
  const lazily = [];
  for await (const row of pool.imap((ask: (id: number) => string) => ask(3), [query])) lazily.push(row);
  assert.deepEqual(lazily, ["row 3 of b"]);
});

let total = 100;
const begin = (): void => {
  total = 0;
};
const add = (x: number): number => (total += x);

test("what a task assigns stays in that worker", async (t) => {
  const pool = makePool(t, 1, { initializer: begin });
  assert.deepEqual(
    [await pool.apply(add, [1]), await pool.apply(add, [2]), await pool.map(add, [3, 4])],
    [1, 3, [6, 10]],
  );
  assert.equal(await pool.apply(() => total), 10);
  assert.equal(total, 100);
});

test("without an initializer tasks see the main program's value; two pools have a value each", async (t) => {
  const with1 = makePool(t, 1, { initializer: open, initargs: ["one"] });
  const with2 = makePool(t, 1, {
    initializer: () => {
      db = new Database("two");
    },
  });
  const without = makePool(t, 1);
  const ask = (id: number): string | undefined => db?.get(id);
  db = new Database("here");
  try {
    const all = async (): Promise<unknown[]> =>
      Promise.all([with1, with2, without].map((pool) => pool.apply(ask, [1])));
    assert.deepEqual(await all(), ["row 1 of one", "row 1 of two", "row 1 of here"]);
    db = undefined;
    assert.deepEqual(await all(), ["row 1 of one", "row 1 of two", undefined]);
  } finally {
    db = undefined;
  }
});

test("a variable that the initializer assigns is not sent, so it may hold here what cannot travel", async (t) => {
  const pool = makePool(t, 1, { initializer: open, initargs: ["there"] });
  await pool.ready;
  (db as unknown) = { get: () => "here", tied: new WeakMap() };
  try {
    assert.equal(await pool.apply(query, [1]), "row 1 of there");
  } finally {
    db = undefined;
  }
});

let factor = 2;
let opened = 0;
const times = (x: number): number => x * factor + opened;

test("other variables of the same script travel at the time of the call", async (t) => {
  const pool = makePool(t, 1, {
    initializer: () => {
      opened = 1;
      return factor;
    },
  });
  assert.equal(await pool.apply(times, [10]), 21);
  factor = 3;
  assert.equal(await pool.apply(times, [10]), 31);
  factor = 2;
});

test("a replaced worker runs the initializer again", async (t) => {
  const pool = makePool(t, 1, { initializer: begin, maxTasksPerChild: 2 });
  const sums: number[] = [];
  for (let i = 0; i < 5; i++) sums.push(await pool.apply(add, [1]));
  assert.deepEqual(sums, [1, 2, 1, 2, 1]);
  await assert.rejects(
    pool.apply(() => process.exit(3)),
    mp.WorkerDiedError,
  );
  assert.equal(await pool.apply(add, [1]), 1);
});

test("an initializer that failed starts again from the main program's values", async (t) => {
  const tries = new Int32Array(new SharedArrayBuffer(4));
  const pool = makePool(t, 1, {
    initializer: () => {
      counted++;
      if (Atomics.add(tries, 0, 1) === 0) throw new RangeError("not yet");
    },
  });
  await assert.rejects(
    pool.apply(() => counted),
    { message: "not yet" },
  );
  assert.equal(await pool.apply(() => counted), 6);
});

const state: { db?: Database; open: number; nested: { n: number } } = { open: 0, nested: { n: 1 } };

test("an object in which the initializer assigns something, wherever it is declared", async (t) => {
  const pool = makePool(t, 1, {
    initializer: () => {
      state.db = new Database("c");
      state.open++;
      state.nested.n = 5;
    },
  });
  assert.deepEqual(await pool.apply(() => [state.db?.get(1), state.open, state.nested.n]), ["row 1 of c", 1, 5]);
  assert.deepEqual(await pool.apply(() => ++state.open), 2);
  assert.deepEqual(await pool.apply(() => ++state.open), 3);
  assert.deepEqual(state, { open: 0, nested: { n: 1 } });
  const inside = { level: 1, list: [1] };
  class Settings {
    static level = 1;
  }
  const other = makePool(t, 1, {
    initializer: () => {
      inside.level++;
      inside.list[0] = 5;
      Settings.level = 7;
    },
  });
  assert.deepEqual(await other.apply(() => [inside, Settings.level]), [{ level: 2, list: [5] }, 7]);
  assert.deepEqual(
    await other.map((it: Settings) => [it instanceof Settings, ++inside.level, ++Settings.level], [new Settings()]),
    [[true, 3, 8]],
  );
  assert.equal(await other.apply(() => inside.level), 3);
  assert.deepEqual([inside, Settings.level], [{ level: 1, list: [1] }, 1]);
});

const store = {
  db: undefined as string | undefined,
  open(path: string) {
    this.db = path;
  },
  get() {
    return this.db;
  },
};
class Registry {
  static entries = 0;
  static fill(): void {
    this.entries = 5;
  }
  size = 1;
  enlarge(): void {
    this.size = 9;
  }
}
const registry = new Registry();

test("an object whose methods assign to it, called by the initializer", async (t) => {
  const pool = makePool(t, 1, {
    initializer: (path: string) => {
      store.open(path);
      Registry.fill();
      registry.enlarge();
    },
    initargs: ["m"],
  });
  assert.deepEqual(
    await pool.apply(() => [store.get(), store.db, Registry.entries, registry.size, registry instanceof Registry]),
    ["m", "m", 5, 9, true],
  );
  assert.deepEqual([store.db, Registry.entries, registry.size], [undefined, 0, 1]);
});

test("an initializer that assigns a variable inside a function is refused, with what to do instead", async (t) => {
  let inside = 0;
  const pool = makePool(t, 1, {
    initializer: () => {
      inside = 1;
    },
  });
  const error = await pool
    .apply(function read() {
      return inside;
    })
    .then(
      () => assert.fail("it ran"),
      (reason: unknown) => reason as Error,
    );
  assert.ok(error instanceof mp.SerializationError, String(error));
  assert.match(error.message, /`inside` of `read`/);
  assert.match(error.message, /initializer/);
  assert.match(error.message, /inside a function/);
  assert.match(error.message, /outside of all functions/);
  await assert.rejects(
    pool.map((x) => x + inside, [1]),
    mp.SerializationError,
  );
  assert.equal(await pool.apply(() => 5), 5);
});

function makeStore(): { open(): void; get(): number } {
  let held = 0;
  return {
    open: () => {
      held = 1;
    },
    get: () => held,
  };
}

test("a variable inside a function that other functions of its own share: refused; one of another call: travels", async (t) => {
  const [one, two] = [makeStore(), makeStore()];
  const [open1, get1, get2] = [one.open, one.get, two.get];
  const pool = makePool(t, 1, { initializer: open1 });
  await assert.rejects(pool.apply(get1), { name: "SerializationError", message: /`held`.*inside a function/ });
  assert.equal(await pool.apply(get2), 0);
});

const log = (() => {
  let lines = 0;
  return { log: () => ++lines };
})();

test("a function with a variable of its own that initializer and tasks call keeps it in each worker", async (t) => {
  const pool = makePool(t, 1, {
    initializer: () => {
      log.log();
    },
  });
  assert.equal(await pool.apply(() => log.log()), 2);
  assert.equal(await pool.apply(() => log.log()), 3);
});

class Service {
  db?: Database;
  readonly factor = 2;
  readonly pools: mp.Pool[];
  constructor(t: import("node:test").TestContext) {
    this.pools = [
      makePool(t, 1, { initializer: () => this.open() }),
      makePool(t, 1, { initializer: this.open.bind(this) }),
      makePool(t, 1, {
        initializer: () => {
          this.db = new Database("p");
        },
      }),
    ];
  }
  open(): void {
    this.db = new Database("p");
  }
  ask(): Promise<unknown>[] {
    return this.pools.map((pool) => pool.apply(() => this.db?.get(1)));
  }
  other(): Promise<unknown[]> {
    return Promise.all(this.pools.map((pool) => pool.apply(() => this.factor)));
  }
}

test("properties of `this` that the initializer assigns: an error that says so", async (t) => {
  const service = new Service(t);
  for (const call of service.ask())
    await assert.rejects(call, {
      name: "SerializationError",
      message: /initializer assigns `this\.db`.*outside of all functions/,
    });
  assert.deepEqual(await service.other(), [2, 2, 2]);
});

const evaluated = (text: string): number => eval(text) as number;

test("a function that calls eval sees the worker's own variables", async (t) => {
  const pool = makePool(t, 1, { initializer: begin });
  assert.equal(await pool.apply(evaluated, ["total += 5"]), 5);
  assert.equal(await pool.apply(add, [1]), 6);
});

test("a name of the worker's own may be another variable elsewhere", async (t) => {
  const pool = makePool(t, 1, { initializer: begin });
  const sum = (
    (total: number) => (x: number) =>
      x + total
  )(1000);
  assert.equal(await pool.apply(sum, [1]), 1001);
  assert.deepEqual(await pool.apply(() => [sum(1), add(1)]), [1001, 1]);
});

test("withPool takes the options of a pool", async () => {
  assert.deepEqual(await mp.withPool(2, (pool) => pool.map(query, [1, 2]), { initializer: open, initargs: ["w"] }), [
    "row 1 of w",
    "row 2 of w",
  ]);
});

async function run(file: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(__dirname, "..", "..", "test", "serialize", "fixtures", file),
  ]);
  return JSON.parse(stdout);
}

test("an ES module: its own variables, exported or not", async () => {
  assert.deepEqual(await run("state.mjs"), {
    results: [
      ["m", 1, "there", 1, 9, 5],
      ["m", 2, "there", 1, 9, 5],
    ],
    here: [null, "here", 0, 1],
  });
});

test("a CommonJS script: globals, exports, sloppy mode, scripts of node:vm", async () => {
  assert.deepEqual(await run("state.cjs"), {
    results: [["there", 10, 20, "made there"], [2, 2], [2, "new", 3], ["object", 10], null, [7, 11], 2, 2],
    here: ["here", 1, 2, 1, null, "undefined", 1, 1],
  });
});
