import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { adversarialBytes, SEPARATORS, temporaryFile } from "../helpers/files";

const random = mp.seededRandom("files");

/** How many files below a folder this process has open; Linux tells. */
function openFiles(): number {
  return readdirSync("/proc/self/fd").length;
}
const onLinux = { skip: process.platform !== "linux" && "only Linux tells which files are open" };

test("readInChunks gives the file in pieces of the size asked for, the last one shorter", (t) => {
  const bytes = Buffer.from(Array.from({ length: 1000 }, () => random.randint(0, 255)));
  const path = temporaryFile(t, bytes);
  for (const chunkSize of [1, 7, 250, 999, 1000, 1001, 5000]) {
    const chunks = [...mp.readInChunks(path, { chunkSize })];
    assert.deepEqual(Buffer.concat(chunks), bytes);
    assert.ok(chunks.slice(0, -1).every(({ length }) => length === chunkSize));
    assert.equal(chunks.length, Math.ceil(1000 / chunkSize));
    assert.ok(
      chunks.every((chunk) => chunk instanceof Uint8Array && chunk.byteLength === chunk.buffer.byteLength),
      "each the whole of its own buffer",
    );
    assert.equal(new Set(chunks.map(({ buffer }) => buffer)).size, chunks.length);
  }
});

test("readInChunks takes 256 KiB at a time unless told otherwise, and gives nothing for an empty file", (t) => {
  const path = temporaryFile(t, Buffer.alloc(600_000));
  assert.deepEqual(
    [...mp.readInChunks(path)].map(({ length }) => length),
    [262_144, 262_144, 75_712],
  );
  assert.deepEqual([...mp.readInChunks(temporaryFile(t, ""))], []);
});

test("readInChunks closes the file when the loop is left early", onLinux, (t) => {
  const path = temporaryFile(t, "0123456789");
  const before = openFiles();
  for (let round = 0; round < 5; round++) {
    for (const chunk of mp.readInChunks(path, { chunkSize: 2 })) if (chunk[0] === 0x32) break;
  }
  assert.throws(() => {
    for (const chunk of mp.readInChunks(path)) throw new Error(`stop at ${chunk.length}`);
  }, /stop at 10/);
  assert.equal([...mp.readInChunks(path)].length, 1);
  assert.equal(openFiles(), before);
});

test("readInChunks reports every error through the iterator", (t) => {
  const path = temporaryFile(t, "abc");
  for (const chunkSize of [0, -1, 1.5, NaN, Infinity, "7" as never]) {
    const chunks = mp.readInChunks(path, { chunkSize });
    assert.throws(() => chunks.next(), { name: "RangeError", message: /chunkSize must be a positive integer, but is/ });
  }
  const missing = mp.readInChunks(`${path}.missing`);
  assert.throws(
    () => missing.next(),
    (error: NodeJS.ErrnoException) => {
      assert.equal(error.code, "ENOENT");
      assert.ok(
        error.message.includes("text.bin.missing") && error.message.includes(JSON.stringify(process.cwd())),
        error.message,
      );
      assert.equal((error.cause as NodeJS.ErrnoException).code, "ENOENT");
      return true;
    },
  );
  assert.throws(() => mp.readInChunks(dirname(path)).next(), { code: "EISDIR", message: /is a folder, not a file/ });
  assert.throws(() => mp.readInChunks(5 as never).next(), {
    name: "TypeError",
    message: /path must be a string, but is the number 5/,
  });
});

test("fileRanges: whole, in order, none empty, never more than asked for, cut just after a separator", (t) => {
  for (let round = 0; round < 40; round++) {
    const bytes = adversarialBytes(
      random,
      ["dog", "x", "y".repeat(random.choice([1, 50, 9000]))],
      random.choice([1, 10, 500, 30_000]),
    );
    const path = temporaryFile(t, bytes);
    for (const parts of [1, 2, 3, 5, 8, 64, 1000, Number.MAX_SAFE_INTEGER]) {
      const ranges = mp.fileRanges(path, parts);
      assert.ok(ranges.length >= 1 && ranges.length <= parts);
      assert.equal(ranges[0].start, 0);
      assert.equal(ranges.at(-1)!.end, bytes.length);
      for (const [index, range] of ranges.entries()) {
        assert.deepEqual(Object.keys(range), ["path", "start", "end"]);
        assert.equal(range.path, path);
        assert.ok(range.end > range.start);
        if (index > 0) assert.equal(range.start, ranges[index - 1].end);
        if (index < ranges.length - 1)
          assert.ok(SEPARATORS.includes(bytes[range.end - 1]), `a separator before ${range.end}`);
      }
    }
  }
});

test("fileRanges are of about equal size where words are short", (t) => {
  const path = temporaryFile(t, "the whale ".repeat(10_000));
  const sizes = mp.fileRanges(path, 7).map(({ start, end }) => end - start);
  assert.equal(sizes.length, 7);
  assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 12, String(sizes));
});

test("fileRanges of an empty file, and of one that cannot be cut", (t) => {
  assert.deepEqual(mp.fileRanges(temporaryFile(t, ""), 4), []);
  const oneWord = temporaryFile(t, "x".repeat(50_000));
  assert.deepEqual(mp.fileRanges(oneWord, 4), [{ path: oneWord, start: 0, end: 50_000 }]);
  const twoWords = temporaryFile(t, `${"x".repeat(40_000)}\n${"y".repeat(10_000)}`);
  assert.deepEqual(
    mp.fileRanges(twoWords, 4).map(({ end }) => end),
    [40_001, 50_001],
  );
});

test(
  "fileRanges reads only around the cuts",
  { skip: process.platform !== "linux" && "only Linux tells how much was read" },
  (t) => {
    const path = temporaryFile(t, "");
    writeFileSync(path, Buffer.alloc(64 * 1024 * 1024, "dog "));
    const bytesRead = () => Number(/^rchar: (\d+)$/m.exec(readFileSync("/proc/self/io", "utf8"))![1]);
    const before = bytesRead();
    assert.equal(mp.fileRanges(path, 16).length, 16);
    assert.ok(bytesRead() - before < 1024 * 1024, `${bytesRead() - before} bytes`);
  },
);

test("fileRanges refuses wrong numbers of parts and missing files", (t) => {
  const path = temporaryFile(t, "a b");
  for (const parts of [0, -1, 1.5, NaN, "2" as never, undefined as never]) {
    assert.throws(() => mp.fileRanges(path, parts), {
      name: "RangeError",
      message: /parts must be a positive integer, but is/,
    });
  }
  assert.throws(() => mp.fileRanges(`${path}.missing`, 2), { code: "ENOENT" });
  assert.throws(() => mp.fileRanges(dirname(path), 2), { code: "EISDIR" });
});
