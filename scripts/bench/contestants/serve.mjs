// One side of a contest: a process that keeps its pools warm, is asked for one way of work at a time, and answers with its
// seconds and with what came out. A request and an answer are each one line of JSON; pools.py speaks the same.
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { createInterface } from "node:readline";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { median } from "../median.mjs";

/** Answers requests { way, ...options } with what `ways[way](options)` resolves with, until standard input ends. */
export async function serve(ways, close) {
  // Not by a flag of the command line: V8 would not take the code that a build has made without it, and users have no such flag.
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc");
  setFlagsFromString("--no-expose-gc");
  for await (const line of createInterface({ input: process.stdin })) {
    const { way, ...options } = JSON.parse(line);
    // What the way before left behind is not this one's to clear.
    collectGarbage();
    let answer;
    try {
      if (ways[way] === undefined) throw new Error(`There is no way ${JSON.stringify(way)} here.`);
      answer = await ways[way](options);
    } catch (error) {
      answer = { error: error.stack };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
  await close?.();
}

/** Does the work `repeats` times, one after the other, and after each, untimed, `tidyUp`: the median of their seconds, and the last result. */
export async function timed(repeats, work, tidyUp) {
  const seconds = [];
  let result;
  for (let index = 0; index < repeats; index++) {
    const start = performance.now();
    result = await work(index);
    seconds.push((performance.now() - start) / 1000);
    await tidyUp?.();
  }
  return { seconds: median(seconds), result };
}

/** The seconds of one of `calls` calls, after as many that are not timed, each with the same value. */
export async function timedCalls(calls, call) {
  for (let index = 0; index < calls; index++) await call();
  return timed(calls, call);
}

/** How long a call holds up the thread that makes it: the median of the last of `calls` new functions. */
export async function timedSending(calls, send) {
  const seconds = [];
  for (let index = 0; index < calls; index++) {
    const start = performance.now();
    const sent = send(index);
    seconds.push((performance.now() - start) / 1000);
    await sent;
  }
  return median(seconds.slice(-calls / 2));
}

/** The seconds from the start of workers to their first results, several times; `use` has the cubes of numbers computed by them, and `end` ends them, untimed. */
export async function timedStart({ size, repeats }, start, use, end) {
  const numbers = numbersUpTo(size);
  let started;
  const { seconds, result } = await timed(
    repeats,
    () => use((started = start()), numbers),
    () => end(started),
  );
  return { seconds, answer: fingerprint(result) };
}

/** Some tens of milliseconds of work, so that no worker is long alone at the end. */
const LARGEST_RANGE = 2 ** 28;
/** Into how many ranges a file is cut: more than workers, which evens out what disturbs one of them. */
export const partsOf = (path, workers) => Math.max(4 * workers, Math.ceil(statSync(path).size / LARGEST_RANGE));

/** A fingerprint of a list of numbers, its order included. */
export function fingerprint(numbers) {
  return createHash("sha256").update(Float64Array.from(numbers)).digest("hex").slice(0, 16);
}

/** The numbers to be cubed. They begin again after 100,000, so that every cube is exact here as in Python. */
export function numbersUpTo(size) {
  return Array.from({ length: size }, (_, index) => index % 100_000);
}

export const textOf = (length) => Buffer.alloc(length, "all work and no play. ").toString("latin1");
