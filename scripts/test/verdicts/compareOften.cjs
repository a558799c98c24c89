// Compares work with itself, or with work that takes longer by a factor, again and again, and prints the kinds of the verdicts as JSON.
const mp = require("parallel-typescript");

const { milliseconds, factor, times, budget, inPool } = JSON.parse(process.argv[2]);
console.log = () => {};

const work = (steps) => {
  let state = 1;
  for (let step = 0; step < steps; step++) state = (state * 1103515245 + 12345) & 0x7fffffff;
  return state;
};

/** How many steps take so long on this machine. */
function stepsFor(milliseconds) {
  let fastest = Infinity;
  for (let tried = 0; tried < 10; tried++) {
    const start = performance.now();
    work(2e6);
    fastest = Math.min(fastest, performance.now() - start);
  }
  return Math.round((2e6 * milliseconds) / fastest);
}

async function main() {
  const steps = stepsFor(milliseconds);
  const more = Math.round(steps * factor);
  const pool = inPool ? new mp.Pool(2) : undefined;
  const kinds = [];
  for (let time = 0; time < times; time++) {
    const variants = inPool
      ? { a: () => pool.map(work, [more, more]), b: () => pool.map(work, [steps, steps]) }
      : { a: () => work(more), b: () => work(steps) };
    const { verdicts } = await mp.compare(variants, { budget, sameResult: false });
    kinds.push(verdicts.b.kind);
  }
  await pool?.terminate();
  process.stdout.write(JSON.stringify(kinds));
}

void main();
