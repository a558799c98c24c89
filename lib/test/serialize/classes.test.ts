import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { there, thereAndBack } from "../helpers/serialize";

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

test("an instance sent there and back is an instance of the same class, private members and all", async () => {
  const savings = new Savings("Bob");
  runs.length = 0;
  const back = await there((it: Savings) => {
    it.deposit(10);
    return it;
  }, savings);
  assert.ok(back instanceof Savings && back instanceof Account && Account.isOne(back));
  assert.deepEqual([back.owner, back.balance, back.last(), savings.balance], ["Bob", 25, "set 25", 10]);
  assert.equal(back.deposit(2).balance, 28);
  assert.equal(back.describe(), "Bob has 28");
  assert.deepEqual(runs, [], "no constructor ran here");
  assert.deepEqual(Reflect.ownKeys(back), Reflect.ownKeys(savings));
});

test("instances made in a worker come back as instances of the class here", async () => {
  const opened = Account.opened;
  const made = await there(() => [new Account("A"), new Savings("B")]);
  assert.deepEqual(
    made.map((it) => [it.constructor.name, it.balance]),
    [
      ["Account", 0],
      ["Savings", 10],
    ],
  );
  assert.equal(Account.opened, opened);
});

test("an instance whose class would do more than make values is refused on its way back, not made wrong", async () => {
  let ids = 0;
  class Numbered {
    #id = ++ids;
    id(): number {
      return this.#id;
    }
  }
  class Computed {
    #id = this.compute();
    compute(): number {
      return ++ids;
    }
    id(): number {
      return this.#id;
    }
  }
  assert.equal(await there(() => new Numbered().id()), 1);
  for (const Class of [Numbered, Computed]) {
    await assert.rejects(
      there(() => new Class()),
      (error: Error) => error instanceof mp.SerializationError && error.message.includes(`\`${Class.name}\``),
    );
  }
  assert.equal(ids, 0);
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
        a.add("x"),
        new Unique(b).add(3),
        (c.push(9), c),
        d,
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
  assert.ok(back[0] instanceof Tally && back[0].get("x") === 2 && back[0].total === 2 && back[0].steps === 2);
  assert.ok(back[1] instanceof Unique && back[1].sum() === 6);
  const row = back[2];
  assert.ok(row instanceof Row && row.last() === 9 && row.length === 3);
  assert.ok(back[3] instanceof Day && +back[3] === 5 && back[3].zone() === "utc");
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
  const back = await there((it: InstanceType<typeof Mixed>) => {
    it.shout();
    return it;
  }, mixed);
  assert.ok(back instanceof Mixed);
  assert.equal(back.shout(), 4);
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
  assert.deepEqual((await thereAndBack(new Odd({ a: 1 }, [2]))).kept(), [1, 2, 1, 99]);
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
  assert.equal(await thereAndBack([hi, ann] as const).then(([method]) => method), hi);
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

test("an instance comes back though its fields' initial values call functions, and none of them is called here", async () => {
  const calls: string[] = [];
  const nextId = (): number => calls.push("id");
  const tools = {
    list: (length: number) => {
      calls.push("list");
      return Array.from({ length }, () => 1);
    },
  };
  class Part {
    weight = 4;
    constructor() {
      calls.push("part");
    }
  }
  class Whole {
    #id = nextId();
    #list = tools.list(2);
    #part = new Part();
    ids = Array.from({ length: 2 }, () => nextId());
    all(): unknown[] {
      return [this.#id, this.#list, this.#part.weight, this.ids];
    }
  }
  class More extends Whole {
    #more = nextId() * 10;
    constructor() {
      super();
      calls.push("constructor");
    }
    more(): unknown[] {
      return [this.#more, ...this.all()];
    }
  }
  const whole = await there(() => new Whole());
  assert.ok(whole instanceof Whole);
  assert.deepEqual(whole.all(), [1, [1, 1], 4, [4, 5]]);
  assert.deepEqual((await there(() => new More())).more(), [60, 1, [1, 1], 4, [4, 5]]);
  assert.deepEqual(calls, []);
  assert.deepEqual([nextId(), new Part().weight, tools.list(1)], [1, 4, [1]], "all is as it was");
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
