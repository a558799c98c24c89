// Globals that were there before the library was loaded are the program's own all the same.
globalThis.early = { answer: 42 };
globalThis.twice = function (x) { return x * 2; };
const mp = require("parallel-typescript");
const pool = new mp.Pool(1);
pool.apply(() => [twice(early.answer), typeof setTimeout, typeof structuredClone, typeof navigator]).then((list) => {
  console.log(JSON.stringify({ list: list.slice(0, 3) }));
  return pool.terminate();
});
