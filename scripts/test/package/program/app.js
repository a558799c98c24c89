import { basename } from "node:path";
import * as mp from "parallel-typescript";
import { areaOf } from "./shapes.js";

const factor = 3;
const times = (x) => x * factor;
const files = { double: new URL("./job.js", import.meta.url) };
const double = mp.task(files.double, "double");

class Box {
  #side;
  constructor(side) {
    this.#side = side;
  }
  get area() {
    return areaOf(this.#side);
  }
}

async function main() {
  if (process.env.WORKER_FILE) mp.setWorkerFile(process.env.WORKER_FILE);
  const pool = new mp.Pool(2);
  const queue = new mp.Queue();
  const lock = new mp.Lock();
  const child = new mp.Process({ target: (out, n) => out.put(times(n)), args: [queue, 14] });
  child.start();
  const failed = await pool
    .apply(() => JSON.parse("{"))
    .catch((error) => [error.name, error.cause instanceof mp.RemoteError]);
  const result = {
    map: await pool.map(times, mp.range(4)),
    classes: await pool.apply((box) => [box.area, basename("a/b.txt")], [new Box(5)]),
    seeded: (await pool.apply((seed) => mp.seededRandom(seed).random(), [42])) === mp.seededRandom(42).random(),
    range: await pool.apply(() => mp.range(3)),
    locked: await pool.map((x) => lock.with(() => x + 1), [1, 2], { progress: true }),
    failed,
    timeout: await pool.apply(() => new Promise(() => undefined), [], { timeout: 50 }).catch(({ name }) => name),
    byFile: [await pool.map(double, [1, 2, 3]), await double(4)],
    process: await queue.get(),
  };
  await child.join();
  await pool.terminate();
  console.log(JSON.stringify({ ...result, exitCode: child.exitCode }));
}

main().catch((error) => {
  console.error(`${error.name}: ${error.message}`);
  process.exitCode = 1;
});
