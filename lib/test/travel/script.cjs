/* eslint-disable */
// A CommonJS script: sloppy mode, require, module.exports of its own.
const mp = require("parallel-typescript");
const os = require("node:os");
const { join } = require("node:path");
const { double, Shape, unit } = require("./helper.cjs");
const ts = require("typescript");
var counter = 0;
exports.mine = 5;
exports.unused = new WeakMap();
class Dog extends Shape { bark() { return `${this.sides()} barks`; } }
function sloppy() { with ({ hidden: 4 }) { return hidden + arguments.length + (this === undefined ? 100 : 0); } }
function legacy(a, a2) { arguments[0] = 9; return a; }

async function main() {
  const pool = new mp.Pool(1);
  const results = {
    require: await pool.apply(() => typeof os.cpus().length + join("a", "b").length),
    helper: await pool.apply((x) => double(x) + unit, [4]),
    npm: await pool.apply(() => ts.version === require("typescript").version),
    relative: await pool.apply(() => require("./helper.cjs").unit),
    class: await pool.apply(() => new Dog().bark()),
    sloppy: await pool.apply(sloppy, [1, 2]),
    legacy: await pool.apply(legacy, [1]),
    exports: await pool.apply(() => { exports.mine++; return exports.mine; }),
    filename: await pool.apply(() => __filename.endsWith("script.cjs") && __dirname.length > 0),
    var: await pool.apply(() => ++counter),
    kept: exports.mine,
    line: await pool.apply(() => { throw new Error("x"); }).catch((error) => /script\.cjs:(\d+)/.exec(error.cause.stack)[1]),
  };
  const child = new mp.Process({ target: (it) => { if (it.bark() !== "3 barks" || double(2) !== 4) process.exit(3); }, args: [new Dog()] });
  child.start();
  await child.join();
  results.process = child.exitCode;
  await pool.terminate();
  console.log(JSON.stringify(results));
}
main();
