// Runs the cell of an exercise in plain Node, after those cells of its notebook that it uses, as the kernel would.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import vm from "node:vm";
import { inRoot } from "../../setup/checkout.mjs";

const require = createRequire(inRoot("notebooks", "x.js"));
const ts = require("typescript");
const { exercises } = require("parallel-typescript-exercises/dist/exercises");
const { judge } = require("parallel-typescript-exercises/dist/judge");
const mp = require("parallel-typescript");

export { exercises, judge, mp, require };

const notebooks = Object.fromEntries(
  readdirSync(inRoot("notebooks"))
    .filter((name) => name.endsWith(".ipynb"))
    .map((name) => [Number(name.slice(0, 2)), JSON.parse(readFileSync(inRoot("notebooks", name), "utf8")).cells]),
);

const sourceOf = ({ source }) => [source].flat().join("");

/** The source of the cell that has that id, in the notebook of the exercise. */
export function cellOf(exercise, id) {
  const cell = notebooks[Number(exercise.id.split(".")[0])].find((each) => each.id === id);
  if (cell === undefined) throw new Error(`${exercise.id} uses the cell ${id}, which is not in its notebook`);
  return sourceOf(cell);
}

/** Runs the cell; resolves with what its checks said. */
export async function runCell(exercise, code, options) {
  const said = [];
  const check = async (id, answer) => {
    said.push(await judge(id === exercise.id ? exercise : undefined, answer, options));
  };
  const before = (exercise.uses ?? []).map((id) => cellOf(exercise, id));
  const imports = [];
  const withoutImports = [...before, code].map((source) =>
    source.replace(/^import .*;$/gm, (line) => {
      imports.push(line);
      return "";
    }),
  );
  const own = withoutImports.pop();
  // What earlier cells have named may be named anew.
  const source = [...new Set(imports), ...withoutImports, "{", own, "}"].join("\n");
  const { outputText } = ts.transpileModule(source, { compilerOptions: { target: "ES2022", module: "CommonJS" } });
  const run = vm.runInThisContext(`(async (exports, require, mp, check, console, pool) => {${outputText}\n})`, {
    filename: inRoot("notebooks", `exercise-${exercise.id}.js`),
  });
  // Notebooks have one, which cells before may need.
  const pool = before.some((source) => source.includes("pool.")) ? new mp.Pool(1) : undefined;
  await run({}, require, mp, check, { log: () => undefined }, pool);
  await pool?.terminate();
  return said;
}
