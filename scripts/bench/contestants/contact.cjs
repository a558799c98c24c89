// A fresh program that uses a pool as a newcomer does. It loads nothing beside that, and prints the seconds of one way of work and what came out.
//
//     node contact.cjs POOL '{"way":"first"}'
const begun = performance.now();
const { join } = require("node:path");

const [who, request] = process.argv.slice(2);
const { way } = JSON.parse(request);
const fileOf = (name) => join(__dirname, `contact.${name}.cjs`);
/** None of the peers has a map that sends several items at once. */
const PIECE = 32;

const POOLS = {
  async library() {
    const { Pool } = require("parallel-typescript");
    const pool = new Pool(2);
    // The lesson's own function.
    const cube = (x) => x ** 3;
    const next = (x) => x + 1;
    return {
      one: (x) => pool.apply(cube, [x]),
      second: (x) => pool.apply(next, [x]),
      list: (items) => pool.map(cube, items),
      end: () => pool.terminate(),
    };
  },
  async piscina() {
    const { Piscina } = require("piscina");
    return peer(threads(new Piscina({ filename: fileOf("plain"), minThreads: 2, maxThreads: 2 })));
  },
  async tinypool() {
    const { Tinypool } = await import("tinypool");
    return peer(threads(new Tinypool({ filename: fileOf("plain"), minThreads: 2, maxThreads: 2 })));
  },
  async workerpool() {
    const pool = require("workerpool").pool(fileOf("workerpool"), {
      minWorkers: 2,
      maxWorkers: 2,
      workerType: "thread",
    });
    return peer({ run: (name, value) => pool.exec(name, [value]), end: () => pool.terminate() });
  },
  async poolifier() {
    const { FixedThreadPool } = require("poolifier");
    const pool = new FixedThreadPool(2, fileOf("poolifier"));
    return peer({ run: (name, value) => pool.execute(value, name), end: () => pool.destroy() });
  },
  async threads() {
    const { Worker } = require("node:worker_threads");
    const workers = [0, 1].map(() => {
      const worker = new Worker(fileOf("threads"));
      const waiting = [];
      worker.on("message", (result) => waiting.shift()(result));
      return { worker, waiting };
    });
    let calls = 0;
    return peer({
      run: (name, value) =>
        new Promise((resolve) => {
          const { worker, waiting } = workers[calls++ % workers.length];
          waiting.push(resolve);
          worker.postMessage({ name, value });
        }),
      end: () => Promise.all(workers.map(({ worker }) => worker.terminate())),
    });
  },
};
const threads = (pool) => ({ run: (name, value) => pool.run(value, { name }), end: () => pool.destroy() });

function peer({ run, end }) {
  const pieces = (items) =>
    Array.from({ length: Math.ceil(items.length / PIECE) }, (_, at) => items.slice(at * PIECE, (at + 1) * PIECE));
  return {
    one: (x) => run("cube", x),
    second: (x) => run("next", x),
    list: async (items) => (await Promise.all(pieces(items).map((piece) => run("cubes", piece)))).flat(),
    end,
  };
}

const upTo = (size) => Array.from({ length: size }, (_, index) => index);
async function oneByOne(pool, calls) {
  let sum = 0;
  for (const x of upTo(calls)) sum += await pool.one(x);
  return sum;
}

const WAYS = {
  second: (pool) => pool.second(2),
  calls: (pool) => oneByOne(pool, 255),
  map: (pool) => pool.list(upTo(255)),
  again: (pool) => oneByOne(pool, 1500),
  busy: (pool) => oneByOne(pool, 1500),
};
/** What comes before it, untimed. */
const BEFORE = {
  calls: WAYS.second,
  map: WAYS.calls,
  again: WAYS.again,
  // Another program keeps one core busy meanwhile, and ends with this one.
  busy: async (pool) => {
    const { spawn } = require("node:child_process");
    const other = spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" });
    process.on("exit", () => other.kill("SIGKILL"));
    await WAYS.again(pool);
  },
};

async function main() {
  const pool = await POOLS[who]();
  let answer = await pool.one(2);
  let seconds = (performance.now() - begun) / 1000;
  if (way !== "first") {
    await BEFORE[way]?.(pool);
    const start = performance.now();
    answer = await WAYS[way](pool);
    seconds = (performance.now() - start) / 1000;
  }
  console.log(JSON.stringify({ seconds, answer }));
  await pool.end();
  process.exit(0);
}

void main();
