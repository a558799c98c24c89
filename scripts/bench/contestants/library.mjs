// This project's pools and processes.
import { createRequire } from "node:module";
import { cube } from "./work.mjs";
import { fingerprint, numbersUpTo, serve, textOf, timed } from "./serve.mjs";

const mp = createRequire(import.meta.url)("parallel-typescript");

const same = (value) => value;
const nothing = () => {};

const pool = new mp.Pool(2);

const ways = {
  async map({ size, repeats }) {
    const numbers = numbersUpTo(size);
    const { seconds, result } = await timed(repeats, () => pool.map(cube, numbers));
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
  async text({ length }) {
    const text = textOf(length);
    const { seconds, result } = await timed(1, () => pool.apply(same, [text]));
    return { seconds, answer: [result === text, result.length] };
  },
  async start({ size, repeats }) {
    const numbers = numbersUpTo(size);
    let started;
    const { seconds, result } = await timed(
      repeats,
      () => {
        started = new mp.Pool(2);
        return started.map(cube, numbers);
      },
      () => started.terminate(),
    );
    return { seconds, answer: fingerprint(result) };
  },
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
