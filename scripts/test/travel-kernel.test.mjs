import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { seenOfKernel } from "./pythonPrograms.mjs";

/** What each cell prints, in one kernel, in this order; a name says what is tried. */
const cells = {
  pool: `import * as mp from "parallel-typescript";
    import { Pool, range } from "parallel-typescript";
    const pool = new Pool(2);`,
  imports: `import os, { EOL } from "node:os";
    import * as path from "node:path";
    import * as fs from "fs";
    import seedrandom from "seedrandom";`,
  timers: `import { setTimeout as sleep } from "node:timers/promises";`,
  timersLater: `console.log(await pool.apply(async () => { await sleep(5); return "slept"; }));`,
  definitions: `const K = 3;
    const cube = (x: number): number => x ** K;
    let factor = 10;
    const log: string[] = [];
    const big = new Float64Array(20_000_000);
    const untravelable = new WeakMap();`,
  functions: `function scaled(x: number): number { return cube(x) * factor; }
    const viaImports = (x: number) => path.join("a", String(x)) + EOL.length + typeof os.cpus().length;
    async function later(x: number): Promise<number> { await null; return scaled(x); }
    function* count(to: number): Generator<number> { for (let i = 0; i < to; i++) yield i * K; }`,
  classes: `abstract class Animal { static made = 0; #age = 1; constructor(readonly name: string) { Animal.made++; } get age(): number { return this.#age; } grow(): this { this.#age++; return this; } abstract sound(): string; }
    class Dog extends Animal { sound(): string { return \`\${this.name} barks at \${this.age} \${K}\`; } }
    class Oops extends RangeError { constructor(message: string, readonly code = K) { super(message); } }
    enum Color { Red = 1, Blue = 7 }
    namespace Tools { export const half = (x: number) => x / 2; }`,
  run: `console.log(JSON.stringify([await pool.map(scaled, range(3)), await pool.map(later, [2]), await pool.apply(viaImports, [1]),
      await pool.apply(() => [...count(3)]), await pool.apply(() => Color.Blue + Tools.half(4)), await pool.apply(() => mp.range(2).length + range(3).length),
      await pool.apply(() => fs.existsSync(".") && seedrandom("a")() === seedrandom("a")())]));`,
  instances: `const dog = new Dog("Rex");
    class Point { constructor(readonly x: number) {} }
    const back = await pool.apply((it: Point) => it, [new Point(3)]);
    console.log(back instanceof Point, back.x, await pool.apply((it: Dog) => it.grow().sound(), [dog]), dog.age, Animal.made, await pool.apply(() => new Dog("Bo").sound()));`,
  initial: `let ids = 0;
    const nextId = (): number => ++ids;`,
  fields: `class Tagged { #id = nextId(); hi(): string { return "hi " + this.#id; } }
    class Louder extends Tagged { hi(): string { return super.hi() + "!"; } }
    const { hi } = Louder.prototype;
    console.log(await pool.apply(() => new Louder().hi()), ids, await pool.apply((it: Louder) => hi.call(it), [new Louder()]));
    try { await pool.apply(() => new Louder()); } catch (error) { console.log((error as Error).message); }`,
  keys: `const SIZE = "size";
    const MARK: unique symbol = Symbol("mark");`,
  inBrackets: `class Boxed { #x = 1; [MARK]() { return this.#x; } static [SIZE] = 5; }
    class Signed { mark = 4; get [SIZE]() { return this.mark * 2; } }
    class Field { [SIZE] = 3; }`,
  keysRedefined: `const SIZE = "weight";`,
  bracketed: `console.log(await pool.apply(() => [new Boxed()[MARK](), (Boxed as any).size, (new Signed() as any).size].join()));
    try { await pool.apply(() => new Field()); } catch (error) { console.log((error as Error).message); }`,
  required: `console.log(await pool.apply(() => typeof require("node:os").cpus), await pool.apply(async () => typeof (await import("node:os")).cpus));`,
  poolInside: `try { await pool.apply(() => pool.size); } catch (error) { console.log((error as Error).name, (error as Error).message); }`,
  redefine: `factor = 100;
    console.log(await pool.map(scaled, [1]));`,
  redefineFunction: `function cube(x: number): number { return -x; }
    const K = 5;`,
  afterwards: `const scaled2 = (x: number): number => cube(x) * factor + K;
    console.log(await pool.map(scaled2, [1]));`,
  assigns: `let total = 0;
    const add = (x: number): number => { total += x; log.push("x"); return total; };
    console.log(await pool.map(add, [1, 2, 3], { chunkSize: 3 }), total, log.length);`,
  earlierAssign: `console.log(await pool.apply(() => { factor++; return factor; }), factor);`,
  counters: `const counter = () => { let n = 0; return { inc: () => ++n, get: () => n }; };
    const [one, two] = [counter(), counter()];
    console.log(await pool.apply(() => { one.inc(); one.inc(); two.inc(); return [one.get(), two.get()]; }), one.get());`,
  line: `function thrower(x: number): number {
  // a comment

  interface Shape { a: number }
  const y: Shape = { a: x };
  if (y.a > 1) throw new Oops("too big");
  return y.a;
}`,
  error: `try { await pool.map(thrower, [0, 5]); } catch (error) {
      const { cause } = error as Error & { cause: Error };
      console.log(error instanceof Oops, (error as Oops).code, cause instanceof mp.RemoteError, /item 1/.test(String(cause.stack)), String(cause.stack).match(/thrower \\((.*?)\\)/)?.[1]);
    }`,
  refused: `const uses = () => untravelable; try { await pool.apply(uses); } catch (error) { console.log((error as Error).name, (error as Error).message); }`,
  process: `const child = new mp.Process({ target: (it: Dog, x: number) => console.log(it.sound(), scaled(x)), args: [dog, 2] });
    child.start(); await child.join(); console.log(child.exitCode);`,
  state: `let db: { path: string } | undefined;
    let opened = 0;
    const open = (path: string) => { db = { path }; opened++; };`,
  otherCell: `const reopen = (path: string) => { db = { path: path + "!" }; opened += 10; };
    const ask = () => [db?.path, opened];`,
  workerState: `await null;
    const owners = [new Pool(1, { initializer: open, initargs: ["one"] }), new Pool(1, { initializer: reopen, initargs: ["two"] })];
    console.log(JSON.stringify([await Promise.all(owners.map((it) => it.apply(ask))), await owners[0].apply(() => { opened = 5; }), await owners[0].apply(ask), await pool.apply(ask), opened]));
    for (const it of owners) await it.terminate();`,
  awaited: `await null;
    let loaded = "";
    const state = { level: 1 };
    const owner = new Pool(1, { initializer: async () => { loaded = "model"; state.level = 2; } });
    console.log(await owner.apply(() => loaded + state.level), loaded);`,
  afterAwaited: `console.log(await owner.apply(() => [loaded, state.level].join())); await owner.terminate();`,
  number: `import { currentWorker } from "parallel-typescript";
    const whoAmI = () => [mp.currentWorker?.number, currentWorker?.number].join();`,
  numbers: `await using single = new Pool(1);
    console.log(await single.apply(whoAmI), await single.apply(() => mp.currentWorker?.number), whoAmI(), mp.currentWorker);`,
  end: `await pool.terminate(); console.log("gone");`,
};

describe("functions, values and errors of cells travel", () => {
  let seen;
  const prints = (name, text) => assert.deepEqual([seen[name].text.trim(), seen[name].status], [text, "ok"]);
  before(async () => {
    const results = await seenOfKernel("travel_kernel.py", Object.values(cells));
    seen = Object.fromEntries(Object.keys(cells).map((name, index) => [name, results[index]]));
  });

  it("a timer that another cell imports travels by its name", () => prints("timersLater", "slept"));

  it("no cell of definitions says anything", () => {
    for (const name of [
      "pool",
      "imports",
      "definitions",
      "functions",
      "classes",
      "keys",
      "inBrackets",
      "keysRedefined",
      "redefineFunction",
      "line",
    ])
      prints(name, "");
  });
  it("definitions spread over many cells, imports of all forms, enums and namespaces", () => {
    prints("run", '[[0,10,80],[80],"a/11number",[0,3,6],9,5,true]');
  });
  it("an instance there and back is an instance of the same class", () =>
    prints("instances", "true 3 Rex barks at 2 3 1 1 Bo barks at 1 3"));
  it("fields whose initial values call functions of earlier cells, a method with super, taken off; what has private members is refused on its way back", () =>
    assert.match(
      seen.fields.text,
      /^hi 1! 0 hi 1!\n.* an instance of `Tagged` with private members \(#id\), .* Return its data/,
    ));
  it("keys in brackets that are names of earlier cells, also when those were redefined", () =>
    assert.match(
      seen.bracketed.text,
      /^1,5,8\n.*the class `Field` has a field whose key stands in brackets.* Give the field a plain name/,
    ));
  it("a task sees the number of its worker, the notebook none", () => prints("numbers", "1,1 1 , undefined"));
  it("require and import() inside a function", () => prints("required", "function function"));
  it("a pool that is used inside a task is refused by its name", () => {
    assert.match(
      seen.poolInside.text,
      /^SerializationError captured variable `pool` of the function cannot travel to a worker: it is a Pool/,
    );
  });
  it("a redefined function or constant is the one that runs, in a pool that is already open", () =>
    prints("afterwards", "[ -95 ]"));
  it("an assignment changes the worker's copy alone", () => {
    prints("assigns", "[ 1, 3, 6 ] 0 0");
    prints("earlierAssign", "101 100");
  });
  it("closures of one call share their variable, those of two calls do not", () => prints("counters", "[ 2, 1 ] 0"));
  it("an error keeps its class and names the line of the cell", () => {
    assert.match(seen.error.text, /^true 5 true true In\[\d+\]:6:\d+\n$/);
  });
  it("what cannot travel is refused by the name of the variable", () => {
    assert.match(
      seen.refused.text,
      /^SerializationError captured variable `untravelable` of `uses` cannot travel to a worker: it is a WeakMap/,
    );
  });
  it("a Process runs what cells define", () => assert.match(seen.process.text, /^Rex barks at 1 5 -200\n0\n$/));
  it("what an initializer assigns belongs to each worker: in the cell of the variable and in others, redefined or not", () => {
    prints("workerState", '[[["one",1],["two!",10]],null,["one",5],[null,0],0]');
    prints("awaited", "model2");
    prints("afterAwaited", "model,2");
  });
  it("the pool ends", () => prints("end", "gone"));
});
