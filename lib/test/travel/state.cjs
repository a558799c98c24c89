/** A CommonJS script in sloppy mode, and a script of `node:vm`: what the initializer assigns belongs to each worker, of the global object and of scripts too. */
const vm = require("node:vm");
const mp = require("parallel-typescript");

globalThis.setting = "here";
vm.runInThisContext("let scripted = 1; var declared = 1; const raise = () => { scripted++; declared++; }; const look = () => [scripted, declared];");
const { raise, look } = vm.runInThisContext("({ raise, look })");
var plain = 1, let = 2;
exports.shown = 1;
function initialize() {
  setting = "there";
  plain = 10;
  let = 20;
  exports.shown += 1;
  exports.made = "new";
  undeclared = "made there";
  raise();
}
// As test runners wrap modules: Jest, and Vitest.
const wrapped = [
  '({"Object.<anonymous>":function(mp){ let held = 1; return { set: () => { held = 2; }, get: () => held }; }})',
  "'use strict';(mp) => {{ let held = 1; return { set: () => { held = 2; }, get: () => held }; }}",
].map((text) => vm.runInThisContext(text)).map((it) => (typeof it === "function" ? it : it["Object.<anonymous>"])(mp));
// Sloppy code of different kinds beside the worker's own.
function sloppy() { return (function () { return typeof this; })(); }

(async () => {
  const pool = new mp.Pool(1, { initializer: initialize });
  const results = [
    await pool.apply(() => [setting, plain, let, undeclared]), await pool.apply(look), await pool.apply(() => [exports.shown, exports.made, exports.sum]),
    await pool.apply(() => [sloppy(), (() => { "use strict"; return plain; })()]), await pool.apply(() => { exports.shown = 7; plain++; }), await pool.apply(() => [exports.shown, plain]),
  ];
  for (const { set, get } of wrapped) results.push(await mp.withPool(1, (it) => it.apply(get), { initializer: set }));
  await pool.terminate();
  console.log(JSON.stringify({ results, here: [setting, plain, let, exports.shown, exports.made, typeof undeclared, ...look()] }));
})();
exports.sum = 3;
