/** Arguments that make no sense get a sentence of the library's, not what is said inside Node. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { errorOf, makePool, runScript } from "./helpers/pool";

type Refusal = [call: () => unknown, name: string, message: RegExp];

async function refuses(refusals: Record<string, Refusal>): Promise<void> {
  for (const [what, [call, name, message]] of Object.entries(refusals)) {
    const error = await errorOf((async () => call())());
    assert.equal(error.name, name, `${what}: ${error.message}`);
    assert.match(error.message, message, what);
  }
}

test("pools, processes and queues refuse wrong values with a sentence", async (t) => {
  const never = (value: unknown): never => value as never;
  await refuses({
    "more workers than memory": [
      () => new mp.Pool(2 ** 31),
      "RangeError",
      /^Pool: processes must be \d+ at the most, as each worker takes \d+ MB of memory or more, of which there are \d+ here; got the number 2147483648\./,
    ],
    "many more": [() => new mp.Pool(10 ** 6), "RangeError", /at the most/],
    "no number of workers": [
      () => new mp.Pool(never("2")),
      "RangeError",
      /processes must be a positive integer; got the string "2"/,
    ],
    "options that are null": [
      () => new mp.Pool(1, never(null)),
      "TypeError",
      /^Pool expects its options as an object, .* null came/,
    ],
    "initargs that are no list": [
      () => new mp.Pool(1, { initializer: () => 1, initargs: never(5) }),
      "TypeError",
      /initargs must be a list of arguments; got the number 5/,
    ],
    "initargs to be waited for": [
      () =>
        new mp.Pool(1, {
          initializer: () => 1,
          initargs: never(
            (async function* () {
              yield 1;
            })(),
          ),
        }),
      "TypeError",
      /initargs must be a list/,
    ],
    "a process of null": [
      () => new mp.Process(never(null)),
      "TypeError",
      /^Process expects its options as an object, .* null came/,
    ],
    "a process of a function": [
      () => new mp.Process(never(() => 1)),
      "TypeError",
      /^Process expects its options as an object, .* a function without a name came/,
    ],
    "a process of a number": [
      () => new mp.Process({ target: never(5) }),
      "TypeError",
      /target must be a function; got the number 5/,
    ],
    "a process whose argument has no brackets": [
      () => new mp.Process({ target: () => 1, args: never("abc") }),
      "TypeError",
      /args must be a list of arguments, such as \[1, 2\]; got the string "abc"/,
    ],
    "a queue of null": [() => new mp.Queue(never(null)), "RangeError", /maxSize must be an integer; got null/],
    "a handle of one's own": [
      () => Reflect.construct(mp.AsyncResult, []),
      "TypeError",
      /made by a pool. Write pool\.applyAsync/,
    ],
    "withPool of nothing": [() => mp.withPool(1, never(undefined)), "TypeError", /expected a function of the pool/],
    "withPool of too many": [() => mp.withPool(2 ** 31, () => 1), "RangeError", /at the most/],
  });
  const queue = new mp.Queue(-1);
  for (const item of [1, 2, 3]) await queue.put(item);
  assert.equal(queue.full(), false, "0 or less is no limit, as in Python");
  const pool = makePool(t, 1);
  await refuses({
    "an argument without brackets": [
      () => pool.apply((name: string) => name, never("abc")),
      "TypeError",
      /a list, such as \[3\] for one argument; got the string "abc"/,
    ],
    "a hole among the argument lists": [
      () => pool.starmap(Math.pow, [, [2, 3]] as [number, number][]),
      "TypeError",
      /item 0 must be a list of arguments/,
    ],
    "no items": [() => pool.map(Math.abs, never({})), "TypeError", /can be iterated/],
  });
  assert.throws(() => {
    (pool as { size: number }).size = 5;
  }, TypeError);
  assert.equal(pool.size, 1);
});

test("timeit, compare, pictures, files and random numbers refuse wrong values with a sentence", async () => {
  const never = (value: unknown): never => value as never;
  const order =
    /JavaScript puts names that are whole numbers before all others\. Call it by a word, e\.g\. \{ serial, "2 workers": \.\.\. \}/;
  const wrong = (): never => {
    throw new Error("must not be called");
  };
  await refuses({
    "variants that JavaScript sorts": [() => mp.compare({ serial: wrong, 2: wrong, 4: wrong }), "TypeError", order],
    "one of them": [() => mp.compare({ serial: wrong, "2": wrong }), "TypeError", order],
    "variants that are null": [() => mp.compare(never(null)), "TypeError", /object of functions.*null came/],
    "variants in a Map": [
      () => mp.compare(never(new Map([["a", () => 1]]))),
      "TypeError",
      /object of functions.*class Map came/,
    ],
    "sameResult of text": [
      () => mp.compare({ a: wrong }, { sameResult: never("no") }),
      "TypeError",
      /sameResult to be true or false/,
    ],
    "no statement": [() => mp.timeit(never(undefined)), "TypeError", /expects a function/],
    "a result of no runs": [() => Reflect.construct(mp.TimeitResult, [1, []]), "TypeError", /milliseconds of each run/],
    "a file that is not there": [
      () => mp.machines(["/nowhere/ada.jsonl"]),
      "Error",
      /^There is no file "\/nowhere\/ada\.jsonl" \(ENOENT\)/,
    ],
    "a folder": [() => mp.machines([__dirname]), "Error", /is a folder, not a file/],
    "speed-ups of null": [() => mp.amdahl(never(null)), "TypeError", /null came/],
    "progress of a number": [() => mp.progress(never(5)).next(), "TypeError", /something to loop over/],
    "a range of NaN": [() => mp.range(NaN), "RangeError", /stop must be an integer, but is the number NaN/],
    "a range without a step": [() => mp.range(0, 1, 0), "RangeError", /step must not be 0/],
    "cpuCount of null": [() => mp.cpuCount(never(null)), "TypeError", /null came/],
    "words in a number": [() => mp.countWords(never(5), ["a"]), "TypeError", /source must be the path of a file/],
    "no parts": [() => mp.fileRanges("x", 0), "RangeError", /parts must be a positive integer/],
    "no path": [() => mp.fileRanges("a\0b", 1), "TypeError", /A path cannot hold the character with the code 0/],
    "pieces that no array holds": [
      () => mp.readInChunks(__filename, { chunkSize: 2 ** 52 }).next(),
      "RangeError",
      /chunkSize must be \d+ at the most/,
    ],
    "transfer of nothing": [() => mp.transfer(1, never(undefined)), "TypeError", /list of ArrayBuffers/],
    "a hole among the buffers": [
      () => mp.transfer(1, [, new ArrayBuffer(1)] as ArrayBuffer[]),
      "TypeError",
      /list of ArrayBuffers/,
    ],
    "a choice of less than nothing": [
      () => mp.seededRandom(1).choice({ length: -1 }),
      "RangeError",
      /^choice: the length .* the number -1/,
    ],
  });
  assert.deepEqual(
    Object.keys(
      (await mp.compare({ "2 workers": () => 1, "007": () => 1, "-1": () => 1, "1.5": () => 1 }, { n: 1, r: 1 }))
        .timings,
    ),
    ["2 workers", "007", "-1", "1.5"],
  );
});

test(
  "a program whose output nobody reads ends by itself, without an error of Node's",
  { skip: process.platform === "win32" && "needs a shell" },
  async (t) => {
    const long = '" ".repeat(5000)';
    const programs = {
      workers: `const pool = new mp.Pool(2); pool.map((x) => { console.log(x + ${long}); console.error(x + ${long}); }, mp.range(200)).then(() => pool.terminate());`,
      process: `const child = new mp.Process({ target: () => { for (let x = 0; x < 200; x++) console.log(x + ${long}); } }); child.start(); child.join();`,
    };
    for (const [name, source] of Object.entries(programs)) {
      // The first line is read, and then the pipe is closed; what the program ends with is told by the other one.
      const { stderr } = await runScript(t, source, {
        wrapper: ["/bin/sh", "-c", '{ "$0" "$@" 2> /dev/null; echo "ended with $?" >&2; } | head -n 1 > /dev/null'],
      });
      assert.equal(stderr, "ended with 0\n", name);
    }
  },
);
