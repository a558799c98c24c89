/** An ES module as the main script: what its pool's initializer assigns belongs to each worker. */
import * as mp from "parallel-typescript";

let model;
var loads = 0;
export let exported = "here";
let untouched = 1;
const settings = { level: 1 };
const load = async (name) => {
  await null;
  ({ model, more: [exported] } = { model: { name }, more: ["there"] });
  loads += 1;
  settings.level = 9;
};
export default load;
const ask = (x) => [model.name, x, exported, loads, settings.level, untouched];
class Asker { #x = 2; ask() { return ask(this.#x); } }

const pool = new mp.Pool(1, { initializer: load, initargs: ["m"] });
untouched = 5;
const results = [await pool.apply(ask, [1]), await pool.apply((asker) => asker.ask(), [new Asker()])];
await pool.terminate();
console.log(JSON.stringify({ results, here: [model, exported, loads, settings.level] }));
