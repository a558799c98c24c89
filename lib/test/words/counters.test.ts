/** The three ways of counting, each by itself and with chunks of any size, which the public face does not offer. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import {
  chooseCounter,
  countAcrossChunks,
  longest,
  type WordCounter,
  SimdCounter,
  simdCounter,
  PairCounter,
  PlainCounter,
} from "../../dist/internal";
import { asBytes, plainCounts, tinyCase } from "../helpers/count";
import { adversarialBytes, python, temporaryFile, temporaryFolder } from "../helpers/files";

type CounterOf = (words: readonly Uint8Array[]) => WordCounter;
const COUNTERS: Record<string, CounterOf> = {
  simd: (words) => simdCounter(words)!,
  pairs: (words) => new PairCounter(words),
  plain: (words) => new PlainCounter(words),
};
const random = mp.seededRandom("counters");

function countWith(counterOf: CounterOf, source: mp.FileRange, words: readonly string[], chunkSize?: number): number[] {
  const bytes = words.map(asBytes);
  const counter = counterOf(bytes);
  const file = openSync(source.path, "r");
  try {
    countAcrossChunks(file, source.start, source.end, counter, longest(bytes), chunkSize);
  } finally {
    closeSync(file);
  }
  return counter.counts;
}

const sumOf = (lists: readonly number[][], words: readonly string[]) =>
  words.map((_, place) => lists.reduce((sum, list) => sum + list[place], 0));

test(
  "this machine has SIMD, and the counter for it is the first choice",
  { skip: process.arch !== "x64" && process.arch !== "arm64" },
  () => {
    assert.ok(chooseCounter([asBytes("dog")]) instanceof SimdCounter);
    assert.ok(chooseCounter(Array.from({ length: 1000 }, (_, index) => asBytes(`w${index}`))) instanceof PlainCounter);
    assert.ok(chooseCounter([asBytes("x".repeat(100_000))]) instanceof PlainCounter);
  },
);

test("400 tiny files: every counter counts as the plain way and as Python, in whole files and in sums over 1 to 9 ranges", (t) => {
  const folder = temporaryFolder(t);
  const cases = Array.from({ length: 400 }, (_, number) => {
    const path = join(folder, `${number}.bin`);
    const { text, words } = tinyCase(random);
    writeFileSync(path, text);
    return { path, size: text.length, words, expected: plainCounts(text, words) };
  });
  const pythons = python(
    `
answers = []
for case in input:
    pieces = open(case["path"], "rb").read().decode("latin-1").split()
    answers.append([pieces.count(word) for word in case["words"]])
print(json.dumps(answers))`,
    cases,
  );
  assert.deepEqual(
    cases.map(({ expected }) => expected),
    pythons,
  );
  assert.ok(pythons.flat().filter((count: number) => count > 1).length > 300, "there is something to count");

  for (const [name, counterOf] of Object.entries(COUNTERS)) {
    for (const { path, size, words, expected } of cases) {
      const chunkSize = random.randint(1, 40);
      const hint = `${name}, ${path}, chunks of ${chunkSize}`;
      assert.deepEqual(countWith(counterOf, { path, start: 0, end: Infinity }, words), expected, hint);
      assert.deepEqual(countWith(counterOf, { path, start: 0, end: size }, words, chunkSize), expected, hint);
      const parts = random.randint(1, 9);
      const counts = mp.fileRanges(path, parts).map((range) => countWith(counterOf, range, words, chunkSize));
      assert.deepEqual(sumOf(counts, words), expected, `${hint}, ${parts} ranges`);
    }
  }
});

test("ranges that begin and end within words count those parts, with every counter", (t) => {
  for (let round = 0; round < 100; round++) {
    const { text, words } = tinyCase(random);
    const path = temporaryFile(t, text);
    const [start, end] = [random.randint(0, text.length), random.randint(0, text.length)].sort(
      (one, other) => one - other,
    );
    const expected = plainCounts(text.subarray(start, end), words);
    for (const [name, counterOf] of Object.entries(COUNTERS)) {
      assert.deepEqual(
        countWith(counterOf, { path, start, end }, words, random.randint(1, 70)),
        expected,
        `${name}, ${start} to ${end}`,
      );
    }
  }
});

test("words longer than a chunk, and nearly equal ones, with every counter", (t) => {
  const word = Array.from({ length: 300 }, () => random.choice("ab\u00e9")).join("");
  const words = [word, word.slice(1), word.slice(0, -1), `${word}a`, "a"];
  const text = adversarialBytes(random, words, 50_000);
  const path = temporaryFile(t, text);
  const expected = plainCounts(text, words);
  for (const counterOf of Object.values(COUNTERS)) {
    for (const chunkSize of [1, 7, 64, 299, 300, 301, 4096])
      assert.deepEqual(countWith(counterOf, { path, start: 0, end: Infinity }, words, chunkSize), expected);
  }
});

test("a text that is all matches, or one endless word", (t) => {
  for (const [text, words, expected] of [
    ["a ".repeat(200_000), ["a"], [200_000]],
    ["\u00e9\u00e9 ".repeat(100_000), ["\u00e9\u00e9", "\u00e9"], [100_000, 0]],
    ["aaa".repeat(300_000), ["aaa", "a"], [0, 0]],
    [`${"x".repeat(600_000)} x ${"x".repeat(600_000)}`, ["x", "xx"], [1, 0]],
  ] as const) {
    const path = temporaryFile(t, text);
    for (const [name, counterOf] of Object.entries(COUNTERS))
      assert.deepEqual(countWith(counterOf, { path, start: 0, end: Infinity }, words), expected, name);
  }
});

test("what an earlier count left in the memory is not counted again", (t) => {
  const path = temporaryFile(t, "dog cat dog");
  assert.deepEqual(mp.countWords(path, ["dog", "cat"]), { dog: 2, cat: 1 });
  assert.deepEqual(mp.countWords(temporaryFile(t, "cat"), ["dog", "cat"]), { dog: 0, cat: 1 });
  assert.deepEqual(mp.countWords(temporaryFile(t, ""), ["dog", "cat"]), { dog: 0, cat: 0 });
});

test("1,000 words are counted as Python does", (t) => {
  const words = Array.from({ length: 1000 }, (_, index) => `w${index.toString(7)}`);
  const path = temporaryFile(t, adversarialBytes(random, words, 200_000));
  const counts = python(
    `
from collections import Counter
found = Counter(open(input["path"], "rb").read().decode("latin-1").split())
print(json.dumps([found[word] for word in input["words"]]))`,
    { path, words },
  );
  assert.deepEqual(Object.values(mp.countWords(path, words)), counts);
  assert.deepEqual(countWith(COUNTERS.pairs, { path, start: 0, end: Infinity }, words), counts);
  assert.deepEqual(countWith(COUNTERS.simd, { path, start: 0, end: Infinity }, words), counts);
});

const COUNT_AND_NAME = `
  const mp = require("parallel-typescript");
  const { chooseCounter } = require("../../dist/internal");
  const [path, ...words] = process.argv.slice(1);
  console.log(chooseCounter(words.map((word) => Buffer.from(word, "latin1"))).constructor.name, JSON.stringify(mp.countWords(path, words)));`;

test("without SIMD, plain JavaScript takes over with the same counts", (t) => {
  const words = ["dog", "cat", "dogs", "d", "\u00e9t\u00e9"];
  const text = adversarialBytes(random, words, 100_000);
  const path = temporaryFile(t, text);
  const counts = JSON.stringify(
    Object.fromEntries(plainCounts(text, words).map((count, place) => [words[place], count])),
  );
  const run = (flags: string[], env: NodeJS.ProcessEnv, before = "") =>
    execFileSync(process.execPath, [...flags, "-e", before + COUNT_AND_NAME, path, ...words], {
      env: { ...process.env, ...env },
      cwd: __dirname,
      encoding: "utf8",
    }).trim();
  assert.equal(run([], { PARALLEL_TYPESCRIPT_SIMD: "off" }), `PairCounter ${counts}`);
  assert.equal(
    run([], {}, 'WebAssembly.Memory = function () { throw new RangeError("could not allocate memory"); };'),
    `PairCounter ${counts}`,
  );
  // V8 offers no SIMD to WebAssembly on a processor without SSSE3 or SSE4.1; this flag makes it take ours for one.
  if (process.arch === "x64") assert.equal(run(["--no-enable-ssse3"], {}), `PairCounter ${counts}`);
});
