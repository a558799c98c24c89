// What is asked of every peer. None of them has a map that sends several items at once, so the list is cut by hand, into as
// many pieces as this project's map and Python's make of it.
import { fileURLToPath } from "node:url";
import { fingerprint, numbersUpTo, serve, timed, timedCalls, timedSending } from "./serve.mjs";
import { valueOf } from "./values.mjs";

/** `run(name, value)` resolves with what the function of that name in work.mjs makes of the value, in one of two workers; `more` are other ways of work. */
export function servePeer(run, close, more = {}) {
  return serve(
    {
      async map({ size, repeats }) {
        const numbers = numbersUpTo(size);
        const { seconds, result } = await timed(repeats, () => mapCubes(run, numbers));
        return { seconds, answer: fingerprint(result) };
      },
      async apply({ calls }) {
        const results = [];
        const { seconds } = await timed(calls, async (index) => results.push(await run("cube", index)));
        return { seconds, answer: fingerprint(results) };
      },
      async send({ calls, ...kind }) {
        const value = valueOf(kind);
        const { seconds, result } = await timedCalls(calls, () => run("sizeOf", value));
        return { seconds, answer: result };
      },
      async block({ calls }) {
        return { seconds: await timedSending(calls, (index) => run("cube", index)), answer: calls };
      },
      async applyAsync({ calls, repeats }) {
        const { seconds, result } = await timed(repeats, () =>
          Promise.all(numbersUpTo(calls).map((number) => run("cube", number))),
        );
        return { seconds, answer: fingerprint(result) };
      },
      ...more,
    },
    close,
  );
}

export async function mapCubes(run, numbers) {
  const length = Math.ceil(numbers.length / 8);
  const pieces = [];
  for (let at = 0; at < numbers.length; at += length) pieces.push(run("cubes", numbers.slice(at, at + length)));
  return (await Promise.all(pieces)).flat();
}

/** piscina, and tinypool, which comes from it: both are made and asked in the same way. */
export function servePiscina(Pool) {
  const pool = new Pool({
    filename: fileURLToPath(new URL("work.mjs", import.meta.url)),
    minThreads: 2,
    maxThreads: 2,
  });
  return servePeer(
    (name, value) => pool.run(value, { name }),
    () => pool.destroy(),
  );
}
