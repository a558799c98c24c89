// The rows of the table in docs/serialize.md: a function `fn()` called with `args`, or a `value()` there and back; `right` says whether what came back
// is right; `py` is the counterpart in Python, which leaves its answer in `right`; `test` names the test of this library.
import { createSecretKey } from "node:crypto";
import os from "node:os";
import { join } from "node:path";

const K = 3;
const cube = (x) => x ** K;
let total = 0;
const list = [];
class Point {
  constructor(x) {
    this.x = x;
  }
  twice() {
    return this.x * 2;
  }
}
class Account {
  #balance = 5;
  deposit(by) {
    this.#balance += by;
    return this;
  }
  get balance() {
    return this.#balance;
  }
}
class Tally extends Map {
  total() {
    return [...this.values()].reduce((a, b) => a + b, 0);
  }
}
class Broken extends Error {
  code = 5;
}
const counter = () => {
  let n = 0;
  return { inc: () => ++n, get: () => n };
};
const one = counter(),
  two = counter();
const [three, four] = new Function(
  "const make = () => { let n = 0; return { inc: () => eval('++n'), get: () => n }; }; return [make(), make()];",
)();
const early = new Function(
  "const read = () => { try { return late; } catch (error) { return error.name; } }; return read; let late = 1;",
)();
class Quiet {
  hi() {
    return "hi";
  }
}
class Loud extends Quiet {
  hi() {
    return `${super.hi()}!`;
  }
}
const { hi } = Loud.prototype,
  loud = new Loud();
const first = () => total + 8;
class Numbered {
  id = first();
}
const symbol = Symbol("own");
const isEven = (n) => n === 0 || isOdd(n - 1),
  isOdd = (n) => n !== 0 && isEven(n - 1);
async function* slowly() {
  yield 1;
  yield K;
}
const cycle = () => {
  const it = { n: 1 };
  it.self = it;
  return it;
};
const is = (expected) => (back) => back === expected;
const f = (name) => `functions: ${name}`;

export const rows = [
  {
    what: "an arrow function that needs nothing",
    test: f("an arrow function ... travel"),
    fn: () => (x) => x * 2,
    args: [2],
    right: is(4),
    py: "right = there(lambda x: x * 2, 2) == 4",
  },
  {
    what: "a function that uses a constant and another function",
    test: f("an arrow function ... travel"),
    fn: () => (x) => cube(x) + K,
    args: [2],
    right: is(11),
    py: "K = 3\ndef cube(x): return x ** K\nright = there(lambda x: cube(x) + K, 2) == 11",
  },
  {
    what: "a closure over a parameter and a loop variable",
    test: "variables: const, let, var, parameters ...",
    fn: () => {
      const made = [];
      for (let i = 0; i < 3; i++) made.push(() => i);
      return () => made.map((it) => it()).join();
    },
    right: is("0,1,2"),
    py: "fns = [(lambda i: lambda: i)(i) for i in range(3)]\nright = there(lambda: [g() for g in fns]) == [0, 1, 2]",
  },
  {
    what: "mutually recursive functions",
    test: f("recursive and mutually recursive ..."),
    fn: () => isEven,
    args: [10],
    right: is(true),
    py: "def even(n): return n == 0 or odd(n - 1)\ndef odd(n): return n != 0 and even(n - 1)\nright = there(even, 10)",
  },
  {
    what: "an async generator, used inside a function",
    test: f("async functions, generators ..."),
    fn: () => async () => {
      let sum = 0;
      for await (const x of slowly()) sum += x;
      return sum;
    },
    right: is(4),
    py: "import asyncio\nasync def slowly():\n  yield 1\n  yield 3\ndef run():\n  async def all(): return [x async for x in slowly()]\n  return asyncio.run(all())\nright = there(run) == [1, 3]",
  },
  {
    what: "a shorthand method taken off its object",
    test: f("shorthand, async, generator ..."),
    fn: () =>
      ({
        twice(x) {
          return x * 2;
        },
      }).twice,
    args: [2],
    right: is(4),
    py: "class A:\n  def twice(self, x): return x * 2\nright = there(A.twice, None, 2) == 4",
  },
  {
    what: "a bound method, with its object",
    test: f("bound functions keep ..."),
    fn: () => {
      const it = new Point(4);
      return it.twice.bind(it);
    },
    right: is(8),
    py: "class P:\n  def __init__(self, x): self.x = x\n  def twice(self): return self.x * 2\nright = there(P(4).twice) == 8",
  },
  {
    what: "a function with its own properties",
    test: f("a function's own properties ..."),
    fn: () => {
      const it = Object.assign(() => it.unit, { unit: "cm" });
      return it;
    },
    right: is("cm"),
    py: "def g(): return g.unit\ng.unit = 'cm'\nright = there(g) == 'cm'",
  },
  {
    what: "a built-in function",
    test: f("built-in functions ..."),
    fn: () => Math.max,
    args: [1, 3, 2],
    right: is(3),
    py: "right = there(max, 1, 3, 2) == 3",
  },
  {
    what: "a function of a module",
    test: f("built-in functions ..."),
    fn: () => join,
    args: ["a", "b"],
    right: is(join("a", "b")),
    py: "from os.path import join\nright = there(join, 'a', 'b') == join('a', 'b')",
  },
  {
    what: "an imported module that a function uses",
    test: "variables: imports travel ...",
    fn: () => () => os.EOL,
    right: is(os.EOL),
    py: "import os\nright = there(lambda: os.linesep) == os.linesep",
  },
  {
    what: "assigning to a captured variable leaves the original alone",
    test: "variables: assigning to a captured ...",
    fn: () => () => {
      total += 5;
      list.push(1);
      return total;
    },
    right: (back) => back === 5 && total === 0 && list.length === 0,
    py: "total = 0\ndef add():\n  global total\n  total += 5\n  return total\nright = there(add) == 5 and total == 0",
  },
  {
    what: "two closures of one call share their variable, those of two calls do not",
    test: "sharing: two functions of one message ...",
    fn: () => () => {
      one.inc();
      one.inc();
      two.inc();
      return [one.get(), two.get()].join();
    },
    right: is("2,1"),
    py: "def counter():\n  n = 0\n  def inc():\n    nonlocal n\n    n += 1\n  return inc, lambda: n\none, two = counter(), counter()\ndef run():\n  one[0](); one[0](); two[0]()\n  return [one[1](), two[1]()]\nright = there(run) == [2, 1]",
  },
  {
    what: "an arrow function that uses the `this` around it",
    test: f("an arrow function keeps the this ..."),
    fn: () =>
      /** @this {{ q: number }} */
      function () {
        return () => this.q;
      }.call({ q: 7 }),
    right: is(7),
  },
  {
    what: "a class that a function makes instances of",
    test: "classes: a class travels ...",
    fn: () => () => new Point(3).twice(),
    right: is(6),
    py: "class P:\n  def __init__(self, x): self.x = x\n  def twice(self): return self.x * 2\nright = there(lambda: P(3).twice()) == 6",
  },
  {
    what: "an instance there and back: same class",
    test: "classes: an instance without private members, sent there and back ...",
    value: () => new Point(3),
    right: (back) => back instanceof Point && back.twice() === 6,
    py: "class P:\n  def __init__(self, x): self.x = x\nback = there(lambda it: it, P(3))\nright = isinstance(back, P) and back.x == 3",
  },
  {
    what: "private fields, there and back",
    test: "classes: an instance with private members ...",
    value: () => new Account().deposit(2),
    right: (back) => back instanceof Account && back.balance === 7,
    py: "class A:\n  def __init__(self): self.__balance = 5\n  def get(self): return self.__balance\nback = there(lambda it: it, A())\nright = isinstance(back, A) and back.get() == 5",
  },
  {
    what: "an instance of a subclass of Map",
    test: "classes: subclasses of built-ins ...",
    value: () => new Tally([["a", 1]]),
    right: (back) => back instanceof Tally && back.total() === 1,
    py: "class T(dict):\n  def total(self): return sum(self.values())\nback = there(lambda it: it, T(a=1))\nright = isinstance(back, T) and back.total() == 1",
  },
  {
    what: "Map, Set, Date, RegExp, BigInt, typed arrays",
    test: "values: everything that structured clone knows ...",
    value: () => [new Map([[1, new Set([2])]]), new Date(5), /a/g, 5n, new Uint8Array([1])],
    right: (back) =>
      back[0].get(1).has(2) && +back[1] === 5 && back[2].flags === "g" && back[3] === 5n && back[4][0] === 1,
    py: "import re, datetime, array\nv = [{1: {2}}, datetime.date(2000, 1, 1), re.compile('a'), 2 ** 80, array.array('B', [1])]\nright = there(lambda it: it, v) == v",
  },
  {
    what: "cycles and shared references",
    test: "sharing: shared references and cycles ...",
    value: cycle,
    right: (back) => back.self === back,
    py: "it = []\nit.append(it)\nback = there(lambda it: it, it)\nright = back[0] is back",
  },
  {
    what: "functions inside values",
    test: "values: functions inside values ...",
    fn: () => (it) => it.get("double")(4),
    args: [new Map([["double", (x) => x * 2]])],
    right: is(8),
    py: "right = there(lambda it: it['double'](4), {'double': lambda x: x * 2}) == 8",
  },
  {
    what: "a symbol of one's own, there and back",
    test: "values: symbols ...",
    value: () => symbol,
    right: is(symbol),
    py: "class S: pass\nback = there(lambda it: it, S)\nright = back is S",
  },
  {
    what: "a null prototype, a getter, a frozen object",
    test: "values: null prototypes ...",
    value: () => [
      Object.create(null),
      {
        get x() {
          return 5;
        },
      },
      Object.freeze({}),
    ],
    right: ([a, b, c]) =>
      Object.getPrototypeOf(a) === null &&
      Object.getOwnPropertyDescriptor(b, "x")?.get !== undefined &&
      Object.isFrozen(c),
    py: "class P:\n  @property\n  def x(self): return 5\nright = there(lambda it: it.x, P()) == 5",
  },
  {
    what: "an error of one's own class: class, properties, cause",
    test: "errors: an error keeps its class ...",
    fn: () => () => {
      throw Object.assign(new Broken("b", { cause: new RangeError("c") }), { extra: 1 });
    },
    right: () => false,
    caught: true,
    py: null,
  },
  {
    what: "an error as a value",
    test: "errors: errors as values ...",
    value: () => new Broken("b", { cause: new RangeError("c") }),
    right: (back) => back instanceof Broken && back.code === 5 && back.cause instanceof RangeError,
    py: "class B(Exception):\n  pass\nb = B('b')\nb.code = 5\nback = there(lambda it: it, b)\nright = isinstance(back, B) and back.code == 5",
  },
  {
    what: "a function sent there and back is the same function",
    test: f("a function sent there and back ..."),
    value: () => cube,
    right: is(cube),
    py: "def cube(x): return x ** 3\nback = there(lambda it: it, cube)\nright = back is cube",
  },
  {
    what: "a chain of 100,000 objects",
    test: "large: a chain of a hundred thousand objects ...",
    value: () => {
      let head = {};
      for (let i = 0; i < 100_000; i++) head = { next: head };
      return head;
    },
    right: (back) => {
      let n = 0;
      for (let at = back; at; at = at.next) n++;
      return n === 100_001;
    },
    py: "head = {}\nfor _ in range(100000): head = {'next': head}\nback = there(lambda it: it, head)\nright = True",
  },
  {
    what: "a method that uses `super`, taken off, and an object of its class",
    test: "classes: methods with super and private names ...",
    fn: () => () => hi.call(loud),
    right: is("hi!"),
    py: "class A:\n  def hi(self): return 'hi'\nclass B(A):\n  def hi(self): return super().hi() + '!'\nhi = B.hi\nright = there(lambda it: hi(it), B()) == 'hi!'",
  },
  {
    what: "an instance made there, whose fields call functions",
    test: "classes: an instance without private members, sent there and back ...",
    fn: () => () => new Numbered(),
    right: (back) => back instanceof Numbered && back.id === 8 && total === 0,
    py: "def first(): return 8\nclass N:\n  def __init__(self): self.id = first()\nback = there(lambda: N())\nright = isinstance(back, N) and back.id == 8",
  },
  {
    what: "what `eval` assigns to: two closures of one call, not of two",
    test: "sharing: variables that eval assigns ...",
    fn: () => () => {
      three.inc();
      three.inc();
      four.inc();
      return [three.get(), four.get()].join();
    },
    right: is("2,1"),
    py: null,
  },
  {
    what: "a variable that its declaration has not reached (Node 22 and later)",
    test: "variables: a variable before its declaration ...",
    fn: () => early,
    right: is("ReferenceError"),
    py: "def outer():\n  def read():\n    try: return late\n    except NameError: return 'unbound'\n  return read\n  late = 1\nright = there(outer()) == 'unbound'",
  },
  {
    what: "a named property of a long array, with its class",
    test: "values: what an array has beside its items ...",
    value: () =>
      Object.assign(
        Array.from({ length: 5000 }, (_, index) => index),
        { title: new Point(3) },
      ),
    right: (back) => back.length === 5000 && back.title instanceof Point,
    py: "class L(list): pass\nclass P: pass\nit = L(range(5000))\nit.title = P()\nback = there(lambda it: it, it)\nright = len(back) == 5000 and isinstance(back.title, P)",
  },
  {
    what: "a Blob and a key of node:crypto",
    test: "values: what threads can hand on ...",
    fn: () => async (blob, key) => (await blob.text()) + key.symmetricKeySize,
    args: [new Blob(["five"]), createSecretKey(Buffer.from("12345"))],
    right: is("five5"),
    py: null,
  },
].filter(({ caught }) => caught !== true);
