// This project's pools and processes.
import { createRequire } from "node:module";
import { cube } from "./work.mjs";
import { fingerprint, numbersUpTo, serve, textOf, timed, timedCalls, timedSending, timedStart } from "./serve.mjs";
import { sizeOf, valueOf } from "./values.mjs";

const mp = createRequire(import.meta.url)("parallel-typescript");

class Owner {
  one = 1;
  add() {
    return (x) => x + this.one;
  }
}

const lessonsCube = (x) => x ** 3;
const same = (value) => value;
const nothing = () => {};

const pool = new mp.Pool(2);

const ways = {
  async map({ size, repeats, power = false }) {
    const numbers = numbersUpTo(size);
    const { seconds, result } = await timed(repeats, () => pool.map(power ? lessonsCube : cube, numbers));
    return { seconds, answer: fingerprint(result) };
  },
  async apply({ calls }) {
    const results = [];
    const { seconds } = await timed(calls, async (index) => results.push(await pool.apply(cube, [index])));
    return { seconds, answer: fingerprint(results) };
  },
  async applyAsync({ calls, repeats }) {
    const { seconds, result } = await timed(repeats, async () => {
      const pending = numbersUpTo(calls).map((number) => pool.applyAsync(cube, [number]));
      const results = [];
      for (const each of pending) results.push(await each.get());
      return results;
    });
    return { seconds, answer: fingerprint(result) };
  },
  /** On as many workers as are asked for: more than there are cores, too. */
  async spin({ workers, tasks, milliseconds }) {
    return mp.withPool(workers, async (many) => {
      await many.ready;
      const work = (x) => {
        const end = performance.now() + milliseconds;
        while (performance.now() < end);
        return x;
      };
      const { seconds, result } = await timed(1, () => many.map(work, numbersUpTo(tasks), { chunkSize: 1 }));
      return { seconds, answer: result.length };
    });
  },
  async send({ calls, ...kind }) {
    const value = valueOf(kind);
    const { seconds, result } = await timedCalls(calls, () => pool.apply(sizeOf, [value]));
    return { seconds, answer: result };
  },
  async block({ calls, kind }) {
    const owner = new Owner();
    const make = { new: () => (x) => x + 1, captures: (index) => (x) => x + index, this: () => owner.add() }[kind];
    return { seconds: await timedSending(calls, (index) => pool.apply(make(index), [index])), answer: calls };
  },
  async text({ length }) {
    const text = textOf(length);
    const { seconds, result } = await timed(1, () => pool.apply(same, [text]));
    return { seconds, answer: [result === text, result.length] };
  },
  start: (request) =>
    timedStart(
      request,
      () => new mp.Pool(2),
      (started, numbers) => started.map(cube, numbers),
      (started) => started.terminate(),
    ),
  async processes({ count }) {
    const { seconds, result } = await timed(1, async () => {
      const processes = Array.from({ length: count }, () => new mp.Process({ target: nothing }));
      for (const process of processes) process.start();
      for (const process of processes) await process.join();
      return processes.map(({ exitCode }) => exitCode);
    });
    return { seconds, answer: result };
  },
};

await serve(ways, () => pool.terminate());
