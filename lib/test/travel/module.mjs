import * as mp from "parallel-typescript";
import { Pool, withPool as together } from "parallel-typescript";
import os, { EOL } from "node:os";
import * as path from "node:path";
import seedrandom from "seedrandom";
import { flavour } from "#flavour";
import Shape, { Circle, Quad, changing, hidden, isQuad, double, isShape, later } from "./helper.mjs";
import * as everything from "./helper.mjs";

let count = 0;
const pool = new Pool(1);
class Dog extends Shape { bark() { return `${this.sides()} barks`; } }
const results = {
  builtin: await pool.apply(() => typeof os.cpus().length + EOL.length + path.join("a", "b").length),
  npm: (await pool.apply(() => seedrandom("a")())) === seedrandom("a")(),
  helper: await pool.apply((x) => double(x) + changing, [4]),
  later: await pool.apply(later, [1]),
  namespace: await pool.apply(() => everything.double(2) + everything.unit),
  own: await pool.apply(() => mp.range(3).length + typeof together),
  class: await pool.apply(() => new Dog().bark()),
  back: await pool.apply((it) => it instanceof Dog, [new Dog()]),
  let: await pool.apply(() => ++count),
  dynamic: await pool.apply(async () => (await import("./helper.mjs")).unit),
  flavours: await pool.apply(async () => [flavour(), (await import("#flavour")).flavour()].join()),
  json: await pool.apply(async () => (await import("./values.json", { with: { type: "json" } })).default.answer),
  meta: await pool.apply(() => import.meta.url.endsWith("module.mjs") && import.meta === import.meta),
  resolve: (await pool.apply(() => [import.meta.dirname, import.meta.filename, import.meta.resolve("./x.js"), import.meta.resolve("fs")].join())) === [import.meta.dirname, import.meta.filename, import.meta.resolve("./x.js"), import.meta.resolve("fs")].join(),
  shapes: [await pool.apply(() => new Shape()), await pool.apply(() => new everything.default())].every((it) => it instanceof Shape && it.sides() === 3),
  circle: await pool.apply((it) => isShape(it), [new Circle()]) && await pool.apply((it) => isQuad(it), [new Quad()]),
  beside: (await pool.apply((it) => [double(1), it], [new Circle()]))[1] instanceof Circle && (await pool.apply((it) => [double(1), it], [hidden()]))[1].constructor === hidden().constructor,
  shape: await pool.apply((it) => it instanceof Shape && it.sides(), [new Shape()]),
  kept: count,
  line: await pool.apply(() => { throw new Error("x"); }).catch((error) => /module\.mjs:(\d+)/.exec(error.cause.stack)[1]),
};
const child = new mp.Process({ target: (it) => { if (it.bark() !== "3 barks" || double(2) !== 4) process.exit(3); }, args: [new Dog()] });
child.start();
await child.join();
results.process = child.exitCode;
await pool.terminate();
console.log(JSON.stringify(results));
