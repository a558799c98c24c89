import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import * as mp from "parallel-typescript";
import { adversarialBytes, python, temporaryFile, temporaryFolder } from "../helpers/files";

const CHUNK = 256 * 1024;

/** What the Python lesson's expression finds in whole files, or in the given ranges of them. */
const COUNT_IN_PYTHON = `
answers = []
for source in input:
    with open(source["path"], "rb") as file:
        data = file.read()
    tokens = data[source.get("start", 0):source.get("end", len(data))].decode("latin-1").strip().split()
    answers.append({word: tokens.count(word) for word in source["words"]})
print(json.dumps(answers))`;

const random = mp.seededRandom("count");
const LONG = Array.from({ length: CHUNK + 1000 }, () => random.choice("abcdefghij\u00e9\u00ff")).join("");
const WORDS = [
  "dog",
  "cat",
  "boy",
  "girl",
  "d",
  "do",
  "dogs",
  "Dog",
  "\u00e9t\u00e9",
  "\u00ff",
  "x".repeat(300),
  "__proto__",
  "constructor",
  "7",
];
const IMPOSSIBLE = ["", " ", "a b", "dog\n", "\u00a0", "\u0085", "☃", "\u0164og", "d\ud83d\udc36"];

/** Bytes of all kinds, each as likely as any other: no text at all. */
const randomBytes = (size: number) => Uint8Array.from({ length: size }, () => random.randint(0, 255));

test("200 random binary files: every count is Python's, with SIMD and without, and ranges of any number add up to it", (t) => {
  const folder = temporaryFolder(t);
  t.after(() => delete process.env.PARALLEL_TYPESCRIPT_SIMD);
  const sources: { path: string; start?: number; end?: number; words: string[] }[] = [];
  for (let number = 0; number < 200; number++) {
    const path = join(folder, `${number}.bin`);
    const size = random.choice([0, 1, 5, 100, 3000, 3000, 3000, 3000, CHUNK - 10, CHUNK + 10]);
    const words = number % 20 === 19 ? [...WORDS, LONG] : WORDS;
    writeFileSync(path, number % 4 === 0 ? randomBytes(size) : adversarialBytes(random, words, size));
    sources.push({ path, words: [...words, ...IMPOSSIBLE] });
  }
  const answers = python(COUNT_IN_PYTHON, sources);
  const found = { text: 0, bytes: 0 };
  for (const [number, { path, words }] of sources.entries()) {
    for (const simd of ["on", "off"]) {
      process.env.PARALLEL_TYPESCRIPT_SIMD = simd;
      const whole = mp.countWords(path, words);
      assert.deepEqual(Object.entries(whole), Object.entries(answers[number]), `file ${number}`);
      found[number % 4 === 0 ? "bytes" : "text"] += whole.d;
      for (let parts = 1; parts <= 9; parts++) {
        const sum = new Map<string, number>();
        for (const range of mp.fileRanges(path, parts)) {
          for (const [word, count] of Object.entries(mp.countWords(range, words)))
            sum.set(word, (sum.get(word) ?? 0) + count);
        }
        for (const [word, count] of Object.entries(whole))
          assert.equal(
            sum.get(word) ?? 0,
            count,
            `${JSON.stringify(word.slice(0, 20))} in ${parts} parts of file ${number}`,
          );
      }
    }
  }
  assert.ok(found.text > 1000 && found.bytes > 10, `there is something to count: ${JSON.stringify(found)}`);
});

test("a range made by hand counts its own bytes, words cut at its ends included", (t) => {
  const path = temporaryFile(t, adversarialBytes(random, WORDS, 5000));
  const sources = Array.from({ length: 300 }, () => {
    const [start, end] = [random.randint(0, 5000), random.randint(0, 5000)].sort((a, b) => a - b);
    return { path, start, end, words: WORDS };
  });
  const answers = python(COUNT_IN_PYTHON, sources);
  assert.deepEqual(
    sources.map((source) => Object.entries(mp.countWords(source, WORDS))),
    answers.map(Object.entries),
  );
});

test("a word is found wherever the edge of a chunk cuts it", (t) => {
  const folder = temporaryFolder(t);
  for (let before = CHUNK - 6; before <= CHUNK + 1; before++) {
    const path = join(folder, `${before}.bin`);
    writeFileSync(path, `${" ".repeat(before)}girl${" ".repeat(CHUNK)}${"girl".repeat(2)} girl`);
    assert.deepEqual(mp.countWords(path, ["girl", "gir", "irl"]), { girl: 2, gir: 0, irl: 0 }, `after ${before} bytes`);
  }
  const path = temporaryFile(t, `x ${LONG} ${LONG}y ${LONG}`);
  assert.deepEqual(Object.values(mp.countWords(path, [LONG, `${LONG}y`, LONG.slice(0, -1)])), [2, 1, 0]);
});

test("every byte separates words in Python exactly if it does here", (t) => {
  const folder = temporaryFolder(t);
  const sources = Array.from({ length: 256 }, (_, byte) => {
    const path = join(folder, `${byte}.bin`);
    writeFileSync(path, Buffer.of(0x61, byte, 0x62));
    return { path, words: ["a", "b"] };
  });
  assert.deepEqual(
    sources.map(({ path, words }) => mp.countWords(path, words)),
    python(COUNT_IN_PYTHON, sources),
  );
});

test("the result has the words as given, in that order, even strange and repeated ones", (t) => {
  const path = temporaryFile(t, "dog __proto__ dog cat");
  const counts = mp.countWords(path, ["cat", "dog", "__proto__", "dog", ""]);
  assert.deepEqual(Object.entries(counts), [
    ["cat", 1],
    ["dog", 2],
    ["__proto__", 1],
    ["", 0],
  ]);
  assert.equal(inspect(mp.countWords(path, ["dog", "cat"])), "{ dog: 2, cat: 1 }");
  assert.deepEqual(mp.countWords(path, []), {});
});

test("the memory of countWords does not grow with the file", (t) => {
  const path = temporaryFile(t, Buffer.alloc(16 * 1024 * 1024, "dog cat "));
  const { arrayBuffers } = process.memoryUsage();
  mp.countWords(path, ["dog"]);
  assert.ok(process.memoryUsage().arrayBuffers - arrayBuffers < 4 * 1024 * 1024);
});

test("wrong arguments and missing files are named", (t) => {
  const path = temporaryFile(t, "dog");
  assert.throws(() => mp.countWords(5 as never, ["dog"]), { name: "TypeError", message: /source .* the number 5/ });
  assert.throws(() => mp.countWords(null as never, ["dog"]), { name: "TypeError", message: /source .* null/ });
  assert.throws(() => mp.countWords(path, "dog" as never), {
    name: "TypeError",
    message: /array of strings, but are the string "dog"/,
  });
  assert.throws(() => mp.countWords(path, ["dog", 5 as never]), {
    name: "TypeError",
    message: /words\[1\] is the number 5/,
  });
  for (const [start, end] of [
    [2, 1],
    [-1, 2],
    [0, 1.5],
    [0, NaN],
    [undefined, 2],
  ]) {
    assert.throws(() => mp.countWords({ path, start: start as number, end: end as number }, ["dog"]), {
      name: "RangeError",
      message: /0 <= start <= end/,
    });
  }
  assert.throws(() => mp.countWords({ path, start: 0, end: 4 }, ["dog"]), {
    name: "RangeError",
    message: /ends at byte 4, but the file .* has only 3/,
  });
  assert.throws(() => mp.countWords({ path, start: 9, end: 10 }, ["dog"]), {
    name: "RangeError",
    message: /has only 3/,
  });
  assert.deepEqual(mp.countWords({ path, start: 1, end: 1 }, ["dog"]), { dog: 0 });
  assert.throws(() => mp.countWords(`${path}.missing`, ["dog"]), {
    code: "ENOENT",
    message: /There is no file ".*missing"/,
  });
});
