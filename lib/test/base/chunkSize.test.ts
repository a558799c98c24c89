import assert from "node:assert/strict";
import { test } from "node:test";
// Not part of the public face: what a pool does with these numbers depends on time, the arithmetic does not.
import { checkChunkSize, defaultChunkSize } from "../../dist/internal";
import { python } from "../helpers/files";

test("the default chunk size is CPython's, the empty input included", () => {
  const cases: [number, number][] = [
    [2 ** 53 - 1, 1],
    [2 ** 53 - 1, 3],
    [10 ** 15, 64],
  ];
  for (let items = 0; items <= 300; items++) for (const workers of [1, 2, 3, 8, 61]) cases.push([items, workers]);
  // The lines of Pool._map_async, in Lib/multiprocessing/pool.py.
  const expected = python(
    `
answers = []
for items, workers in input:
    chunksize, extra = divmod(items, workers * 4)
    if extra:
        chunksize += 1
    if items == 0:
        chunksize = 0
    answers.append(chunksize)
print(json.dumps(answers))`,
    cases,
  );
  assert.deepEqual(
    cases.map(([items, workers]) => defaultChunkSize(items, workers)),
    expected,
  );
  assert.equal(defaultChunkSize(255, 8), 8);
});

test("a chunk size is a positive integer, or refused", () => {
  for (const size of [1, 7, Number.MAX_SAFE_INTEGER]) assert.equal(checkChunkSize(size), size);
  for (const [size, words] of [
    [0, "the number 0"],
    [-1, "the number -1"],
    [1.5, "the number 1.5"],
    [NaN, "the number NaN"],
    [Infinity, "the number Infinity"],
    ["5", 'the string "5"'],
    [5n, "the bigint 5n"],
    [null, "null"],
    [undefined, "undefined"],
  ] as const) {
    assert.throws(() => checkChunkSize(size), {
      name: "RangeError",
      message: `chunkSize must be a positive integer, but is ${words}. Give 1 or more, or leave it out for the default.`,
    });
  }
});
