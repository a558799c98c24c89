import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { onePool, there, thereAndBack } from "../helpers/serialize";

const runs: string[] = [];
const SYMBOL = Symbol("mine");

class Account {
  static readonly bank = "first";
  static opened = 0;
  static #secretCount = 100;
  static #next(): number {
    return ++Account.#secretCount;
  }
  static get count(): number {
    return Account.#secretCount;
  }
  static {
    runs.push("static block");
  }

  owner: string;
  #balance = 0;
  #log: string[] = ["opened"];
  readonly describe = (): string => `${this.owner} has ${this.#balance}`;

  constructor(owner: string, { balance = 0 }: { balance?: number } = {}) {
    runs.push("constructor");
    this.owner = owner;
    this.#balance = balance;
    Account.opened++;
  }
  get balance(): number {
    return this.#balance;
  }
  set balance(value: number) {
    this.#set(value);
  }
  #set(value: number): void {
    this.#log.push(`set ${value}`);
    this.#balance = value;
  }
  get #last(): string {
    return this.#log[this.#log.length - 1];
  }
  last(): string {
    return this.#last;
  }
  deposit(amount: number): this {
    this.#set(this.#balance + amount);
    return this;
  }
  static isOne(it: object): boolean {
    return #balance in it;
  }
  static next(): number {
    return this.#next();
  }
  [Symbol.toPrimitive](): number {
    return this.#balance;
  }
  [SYMBOL](): string {
    return "by my symbol";
  }
  *[Symbol.iterator](): Generator<string> {
    yield* this.#log;
  }
  async later(): Promise<number> {
    await null;
    return this.#balance;
  }
}
(Account as unknown as Record<symbol, string>)[Symbol.for("static")] = "by symbol";
class Savings extends Account {
  #rate = 0.5;
  constructor(owner: string) {
    super(owner, { balance: 10 });
  }
  override deposit(amount: number): this {
    return super.deposit(amount * (1 + this.#rate));
  }
  override get balance(): number {
    return super.balance;
  }
  override set balance(value: number) {
    super.balance = value;
  }
}

test("a class travels with fields, statics, private members, accessors and symbols, and nothing of it runs again", async () => {
  runs.length = 0;
  const seen = await there(() => {
    const account = new Account("Ann", { balance: 5 });
    account.balance = 7;
    return [
      account.deposit(1).balance,
      account.last(),
      Number(account),
      [...account],
      account[SYMBOL](),
      Account.bank,
      Account.next(),
      Account.count,
      (Account as unknown as Record<symbol, string>)[Symbol.for("static")],
      Account.isOne(account),
      Account.isOne({}),
      account.describe(),
      runs,
    ];
  });
  assert.deepEqual(seen, [
    8,
    "set 8",
    8,
    ["opened", "set 7", "set 8"],
    "by my symbol",
    "first",
    101,
    101,
    "by symbol",
    true,
    false,
    "Ann has 8",
    ["constructor"],
  ]);
  assert.deepEqual(runs, [], "the worker's copy of the list changed, ours did not");
  assert.equal(Account.count, 100);
});

test("an instance of a class with a base arrives with the private members of both, and no constructor runs", async () => {
  const savings = new Savings("Bob");
  runs.length = 0;
  const seen = await there(
    (it: Savings) => [it.deposit(10).balance, it.last(), Account.isOne(it), it.describe(), runs],
    savings,
  );
  assert.deepEqual(seen, [25, "set 25", true, "Bob has 25", []]);
  assert.deepEqual([savings.balance, runs], [10, []]);
});

test("an instance without private members, sent there and back, is an instance of the same class; no constructor runs here", async () => {
  let opened = 0;
  class Point {
    readonly tags: string[] = [];
    constructor(
      readonly x: number,
      readonly y: number,
    ) {
      opened++;
    }
    get size(): number {
      return Math.hypot(this.x, this.y);
    }
  }
  class Named extends Point {
    readonly id = ++opened;
    name = "p";
  }
  const named = new Named(3, 4);
  const before = opened;
  const back = await there((it: Named) => {
    it.tags.push("seen");
    return it;
  }, named);
  assert.ok(back instanceof Named && back instanceof Point);
  assert.deepEqual([back.size, back.tags, back.name, back.id, named.tags], [5, ["seen"], "p", 2, []]);
  assert.deepEqual(Reflect.ownKeys(back), Reflect.ownKeys(named));
  const made = await there(() => [new Point(1, 0), new Named(0, 2)]);
  assert.deepEqual(
    made.map((it) => [it.constructor.name, it.size]),
    [
      ["Point", 1],
      ["Named", 2],
    ],
  );
  assert.equal(opened, before);
});

test("an instance with private members, or with a field that is an arrow function, is refused on its way back and says what to do", async () => {
  let ids = 0;
  class Numbered {
    #id = ++ids;
    id(): number {
      return this.#id;
    }
  }
  class Sub extends Numbered {
    extra = 1;
  }
  class Button {
    clicks = 0;
    onClick = (): number => ++this.clicks;
  }
  class Method {
    #secret(): number {
      return 1;
    }
    told(): number {
      return this.#secret();
    }
  }
  const mine = new Button();
  assert.deepEqual(await there((it: Button) => [it.onClick(), it.clicks, new Numbered().id()], mine), [1, 1, 1]);
  const refusedBack = (back: Promise<unknown>, words: RegExp): Promise<void> =>
    assert.rejects(back, (error: Error) => error instanceof mp.SerializationError && words.test(error.message));
  const fields =
    /it is an instance of `Numbered` with private members \(#id\), .* Return its data instead, as a plain object/;
  await refusedBack(
    there(() => new Numbered()),
    fields,
  );
  await refusedBack(
    there(() => ({ inner: new Sub() })),
    /property `.inner`.* Return its data instead/,
  );
  await refusedBack(thereAndBack(new Numbered()), fields);
  await refusedBack(
    thereAndBack(new Method()),
    /an instance of `Method` with private members, .* Return its data instead/,
  );
  await refusedBack(
    there(() => new Button()),
    /property `.onClick` is an arrow function .* Make it a method, or return the data/,
  );
  await refusedBack(thereAndBack(mine), /property `.onClick` is an arrow function/);
  assert.equal(ids, 1);
});

test("subclasses of built-ins keep their contents, fields and private members", async () => {
  class Tally extends Map<string, number> {
    total = 0;
    #steps = 0;
    add(key: string): this {
      this.#steps++;
      this.total++;
      return this.set(key, (this.get(key) ?? 0) + 1);
    }
    get steps(): number {
      return this.#steps;
    }
  }
  class Unique extends Set<number> {
    sum(): number {
      return [...this].reduce((a, b) => a + b, 0);
    }
  }
  class Row extends Array<number> {
    last(): number {
      return this[this.length - 1];
    }
  }
  class Day extends Date {
    #zone = "utc";
    zone(): string {
      return this.#zone;
    }
  }
  class Bytes extends Uint8Array {
    first(): number {
      return this[0];
    }
  }
  class Pattern extends RegExp {
    twice(text: string): boolean {
      return this.test(text + text);
    }
  }
  class Problem extends TypeError {
    code = 5;
    constructor(
      message: string,
      readonly at = 3,
    ) {
      super(message);
    }
  }
  class Words extends String {
    shout(): string {
      return this.toUpperCase();
    }
  }
  const back = await there(
    (a: Tally, b: Unique, c: Row, d: Day, e: Bytes, f: Pattern, g: Problem, h: Words) =>
      [
        a.add("x").steps,
        new Unique(b).add(3),
        (c.push(9), c),
        d.zone(),
        e,
        f,
        g,
        h,
        [
          a.steps,
          b.sum(),
          c.last(),
          d.zone(),
          e.first(),
          f.twice("b"),
          g.at,
          h.shout(),
          (c.map((x) => x) as unknown) instanceof Row,
        ],
      ] as const,
    new Tally().add("x"),
    new Unique([1, 2]),
    Row.of(4, 5) as Row,
    new Day(5),
    new Bytes([8, 9]),
    new Pattern("bb", "g"),
    new Problem("p"),
    new Words("hi"),
  );
  assert.deepEqual(back[8], [2, 3, 9, "utc", 8, true, 3, "HI", true]);
  assert.equal(back[0], 2);
  assert.ok(back[1] instanceof Unique && back[1].sum() === 6);
  const row = back[2];
  assert.ok(row instanceof Row && row.last() === 9 && row.length === 3);
  assert.equal(back[3], "utc");
  assert.ok(back[4] instanceof Bytes && back[4].first() === 8 && back[4].length === 2);
  assert.ok(back[5] instanceof Pattern && back[5].flags === "g");
  assert.ok(back[6] instanceof Problem && back[6].code === 5 && back[6].at === 3 && back[6].message === "p");
  assert.ok(back[7] instanceof Words && back[7].shout() === "HI");
});

test("subclasses of classes of modules travel: of Node's and of npm's", async () => {
  class Bus extends EventEmitter {
    heard: string[] = [];
    hear(): this {
      return this.on("word", (word: string) => this.heard.push(word));
    }
  }
  assert.deepEqual(
    await there(() => {
      const bus = new Bus().hear();
      bus.emit("word", "hi");
      return bus.heard;
    }),
    ["hi"],
  );
  const bus = await thereAndBack(new Bus());
  assert.ok(bus instanceof Bus && bus instanceof EventEmitter);
});

test("class expressions, classes without a name, mixins and abstract chains travel", async () => {
  const Named = class Inner {
    me(): string {
      return Inner.name;
    }
  };
  const Nameless = [
    class {
      x = 1;
    },
  ][0];
  const Loud = <T extends new (...args: any[]) => object>(Base: T) =>
    class extends Base {
      #times = 1;
      shout(): number {
        return ++this.#times;
      }
    };
  const Mixed = Loud(Loud(Nameless));
  assert.deepEqual(await there(() => [new Named().me(), new Nameless().x, new Mixed().shout()]), ["Inner", 1, 2]);
  const mixed = new Mixed();
  mixed.shout();
  assert.equal(await there((it: InstanceType<typeof Mixed>) => [it.shout(), it.shout()][1], mixed), 4);
});

test("what was added to a class after it was made travels with it", async () => {
  class Grown {
    old(): number {
      return 1;
    }
  }
  Object.assign(Grown, { extra: [1, 2] });
  Object.defineProperty(Grown.prototype, "added", {
    value(this: Grown) {
      return this.old() + 1;
    },
    configurable: true,
  });
  const AsAny = Grown as any;
  assert.deepEqual(await there(() => [new AsAny().added(), AsAny.extra]), [2, [1, 2]]);
});

test("a static method, a bound method with private fields and an arrow field with private fields travel alone", async () => {
  class Button {
    #clicks = 0;
    static make(): Button {
      return new this();
    }
    onClick = (): number => ++this.#clicks;
    press = this.#press.bind(this);
    bump = this.raise.bind(this);
    #press(): number {
      return (this.#clicks += 10);
    }
    raise(): number {
      return (this.#clicks += 100);
    }
    get clicks(): number {
      return this.#clicks;
    }
  }
  const button = new Button();
  button.onClick();
  assert.equal(await there(button.onClick), 2);
  assert.equal(await there(button.bump), 101);
  const { onClick } = button;
  assert.deepEqual(
    await there(() => {
      onClick();
      return button.clicks;
    }),
    2,
  );
  assert.equal(await there(() => Button.make().clicks), 0);
});

test("a method whose class cannot be found is refused by name", async () => {
  const last = (() => {
    class Hidden {
      #x = 1;
      last(): number {
        return this.#x;
      }
    }
    return Hidden.prototype.last;
  })();
  await assert.rejects(
    there(last),
    (error: Error) => error instanceof mp.SerializationError && error.message.includes("`last` uses a private name"),
  );
  const child = {
    __proto__: { hi: () => "base" },
    hi() {
      return (super.hi as () => string)();
    },
  };
  await assert.rejects(
    there(child.hi),
    (error: Error) => error instanceof mp.SerializationError && error.message.includes("uses super"),
  );
});

test("instances are told apart by class over there: instanceof, constructor, prototype", async () => {
  const account = new Account("Ann");
  assert.deepEqual(
    await there(
      (it: Account) => [
        it instanceof Account,
        it.constructor === Account,
        Object.getPrototypeOf(it) === Account.prototype,
      ],
      account,
    ),
    [true, true, true],
  );
});

test("of many instances of one class, those with something of their own keep it", async () => {
  class Cell {
    x: unknown;
    constructor(x: unknown) {
      this.x = x;
    }
    get twice(): number {
      return 2 * (this.x as number);
    }
  }
  const shared = { n: 1 };
  const make = (x: unknown, change: (cell: any) => unknown = () => undefined): Cell => {
    const cell = new Cell(x);
    change(cell);
    return cell;
  };
  const cells = [
    make(1),
    make(2),
    make(shared),
    make(shared),
    make(3, Object.freeze),
    make(4, (cell) => Object.defineProperty(cell, "hidden", { value: 5 })),
    make(6, (cell) => Object.defineProperty(cell, "later", { get: () => 7, enumerable: true })),
    make((x: number) => x + 1),
    make(8, (cell) => (cell[SYMBOL] = 9)),
    make(10, (cell) => (cell.self = cell)),
    make(11, (cell) => (cell.constructor = 12)),
    make(13, (cell) => (cell.default = Math)),
    Object.setPrototypeOf(new Map([[14, 15]]), Cell.prototype) as Cell,
    Object.setPrototypeOf([16], Cell.prototype) as Cell,
  ];
  const found = await there(
    (list: any[], symbol: symbol) => [
      list.every((cell) => cell instanceof Cell),
      list[1].twice,
      list[2].x === list[3].x,
      Object.isFrozen(list[4]),
      [list[5].hidden, Object.keys(list[5]).length],
      typeof Object.getOwnPropertyDescriptor(list[6], "later")?.get,
      list[7].x(1),
      list[8][symbol],
      list[9].self === list[9],
      list[10].constructor,
      list[11].default === Math,
      Map.prototype.get.call(list[12], 14),
      Array.isArray(list[13]),
    ],
    cells,
    SYMBOL,
  );
  assert.deepEqual(found, [true, 4, true, true, [5, 1], "function", 2, 9, true, 12, true, 15, true]);
});

test("constructors with odd parameters and early returns work over there as here", async () => {
  const extra = 1;
  class Odd {
    #kept: number[];
    first: unknown;
    constructor({ a }: { a: number }, [b, c = extra]: number[] = [], ...rest: number[]) {
      this.#kept = [a, b, c, ...rest];
      this.first = arguments.length;
      if (a < 0) return;
      this.#kept.push(99);
    }
    kept(): number[] {
      return this.#kept;
    }
  }
  const seen = await there(() => [
    new Odd({ a: 1 }, [2], 5).kept(),
    new Odd({ a: -1 }).kept(),
    new Odd({ a: 1 }).first,
    Odd.length,
  ]);
  assert.deepEqual(seen, [[1, 2, 1, 5, 99], [-1, undefined, 1], 1, 1]);
  assert.deepEqual(await there((it: Odd) => it.kept(), new Odd({ a: 1 }, [2])), [1, 2, 1, 99]);
});

class Person {
  constructor(readonly name: string) {}
  #greeting = "Hello";
  hi(): string {
    return `${this.#greeting} ${this.name}`;
  }
  get pardon() {
    return this.#pardon;
  }
  #pardon(): string {
    return `${this.hi()}?`;
  }
  static who(): string {
    return "a person";
  }
}
class Teacher extends Person {
  override hi(): string {
    return `${super.hi()}, children`;
  }
  static override who(): string {
    return `${super.who()} who teaches`;
  }
  async *twice(): AsyncGenerator<string> {
    yield super.hi();
    yield this.hi();
  }
}

test("methods with super and private names, taken off, find the class that comes along or stands around them", async () => {
  const ann = new Teacher("Ann");
  const { hi, twice, pardon } = ann;
  const base = Person.prototype.hi;
  const seen = await there(async () => {
    const all: string[] = [];
    for await (const text of twice.call(ann)) all.push(text);
    return [hi.call(ann), base.call(ann), hi === ann.hi, pardon.call(ann), ...all];
  });
  assert.deepEqual(seen, [
    "Hello Ann, children",
    "Hello Ann",
    true,
    "Hello Ann, children?",
    "Hello Ann",
    "Hello Ann, children",
  ]);
  const { who } = Teacher;
  assert.equal(await there((Class: typeof Teacher) => who.call(Class), Teacher), "a person who teaches");
  assert.equal(await there((...sent: unknown[]) => sent[0], hi, ann), hi);
});

test("of two evaluations of one class text each method finds its own", async () => {
  const make = (n: number) =>
    class {
      #x = n;
      get(): number {
        return this.#x;
      }
    };
  const [A, B] = [make(1), make(2)];
  const [one, two, a, b] = [A.prototype.get, B.prototype.get, new A(), new B()];
  assert.deepEqual(
    await there(() => [
      one.call(a),
      two.call(b),
      (() => {
        try {
          return one.call(b);
        } catch (error) {
          return (error as Error).name;
        }
      })(),
    ]),
    [1, 2, "TypeError"],
  );
});

test("a class that extends null travels; one that extends a bound function, or uses its outer class's private names, is refused", async () => {
  class Bare extends null {
    static z(): number {
      return 2;
    }
  }
  assert.deepEqual(await there(() => [Bare.z(), Object.getPrototypeOf(Bare.prototype)]), [2, null]);
  const Bound = Object.assign(Person.bind(null), { prototype: Person.prototype });
  class OfBound extends Bound {}
  class Outer {
    static #x = 1;
    static inner() {
      return class Inner {
        peek(): number {
          return Outer.#x;
        }
      };
    }
  }
  const Inner = Outer.inner();
  await assert.rejects(
    there(() => new OfBound("x").name),
    (error: Error) => error instanceof mp.SerializationError && error.message.includes("extends a bound function"),
  );
  await assert.rejects(
    there(() => new Inner().peek()),
    (error: Error) =>
      error instanceof mp.SerializationError && error.message.includes("the class `Inner` uses a private name"),
  );
});

test("a list of instances of one class that travels as a whole: identity, order, and what one of them has beside", async () => {
  class Point {
    x: number;
    next: Point | undefined;
    constructor(x: number) {
      this.x = x;
    }
    double(): number {
      return 2 * this.x;
    }
  }
  const points = Array.from({ length: 30 }, (_, x) => new Point(x));
  const chained = Array.from({ length: 30 }, (_, x) => new Point(x));
  chained[3].next = chained[7];
  const locked = Array.from({ length: 30 }, (_, x) => new Point(x));
  Object.freeze(locked[29]);
  const found = await there(
    (all: Point[], third: Point, links: Point[], last: Point[], twice: Point[]) => [
      all.every((point, index) => point.x === index && point instanceof Point && point.double() === 2 * index),
      all[3] === third,
      links[3].next === links[7],
      links.length,
      Object.isFrozen(last[29]) && !Object.isFrozen(last[28]),
      twice[0] === twice[10] && twice.length === 20,
      Object.getPrototypeOf(all[0]) === Object.getPrototypeOf(links[9]),
    ],
    points,
    points[3],
    chained,
    locked,
    [...points.slice(0, 10), ...points.slice(0, 10)],
  );
  assert.deepEqual(found, [true, true, true, 30, true, true, true]);
  // And home again.
  const back = await onePool().apply((list: Point[]) => list.reverse(), [points]);
  assert.ok(back.every((point, index) => point instanceof Point && point.x === 29 - index));
});

test("a class whose only private parts are static methods and accessors", async () => {
  class Hidden {
    static #seven(): number {
      return 7;
    }
    static get #eight(): number {
      return 8;
    }
    static seven = (): number => Hidden.#seven();
    static taken = Hidden.#seven;
    nine = (): number => Hidden.#eight + 1;
  }
  let handedOut = (): number => 0;
  class Handing {
    static #ten(): number {
      return 10;
    }
    static {
      handedOut = () => Handing.#ten();
    }
  }
  assert.ok(Handing);
  assert.deepEqual(
    await there((it: Hidden) => [Hidden.seven(), Hidden.taken(), it.nine(), handedOut()], new Hidden()),
    [7, 7, 9, 10],
  );
});
