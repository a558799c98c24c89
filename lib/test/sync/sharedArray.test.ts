import assert from "node:assert/strict";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { errorOf, makePool } from "../helpers/pool";

test("values of each type are there, are changed by tasks, and are seen here (_TestValue.test_value, test_rawvalue)", async (t) => {
  const pool = makePool(t, 1);
  const all = {
    i: mp.sharedArray(Int32Array, [4343]),
    d: mp.sharedArray(Float64Array, new Set([3.625])),
    h: mp.sharedArray(Int16Array, [-232]),
    q: mp.sharedArray(BigInt64Array, [2n ** 33n]),
    c: mp.sharedArray(Uint8Array, Buffer.from("x")),
  };
  assert.deepEqual([all.i[0], all.d[0], all.h[0], all.q[0], all.c[0]], [4343, 3.625, -232, 2n ** 33n, 120]);
  await pool.apply(
    ({ i, d, h, q, c }: typeof all) => {
      [i[0], d[0], h[0], q[0], c[0]] = [24234, -4.25, 234, 2n ** 34n, 121];
    },
    [all],
  );
  assert.deepEqual([all.i[0], all.d[0], all.h[0], all.q[0], all.c[0]], [24234, -4.25, 234, 2n ** 34n, 121]);
});

test("an array is a copy of its values, and a task that captures it computes in it (_TestArray.test_array, test_rawarray)", async (t) => {
  const pool = makePool(t, 1);
  const values = [680, 626, 934, 821, 150, 233, 548, 982, 714, 831];
  const array = mp.sharedArray(Int32Array, values);
  assert.deepEqual([...array], values);
  await pool.apply(() => {
    for (let i = 1; i < array.length; i++) array[i] = array[i] + array[i - 1];
  });
  let sum = 0;
  assert.deepEqual(
    [...array],
    values.map((value) => (sum += value)),
  );
  assert.equal(values[1], 626);
});

test("a length gives zeros (_TestArray.test_array_from_size)", () => {
  for (let round = 0; round < 3; round++) {
    const array = mp.sharedArray(Int32Array, 10);
    assert.deepEqual([...array], new Array(10).fill(0));
    array.set(mp.range(10));
  }
  assert.equal(mp.sharedArray(Float32Array, 0).length, 0);
});

test("Atomics work on it, with many tasks at once", async (t) => {
  const pool = makePool(t, 2);
  const counts = mp.sharedArray(Int32Array, 4);
  await pool.map((x) => Atomics.add(counts, x % 4, 1), mp.range(100));
  assert.deepEqual([...counts], [25, 25, 25, 25]);
});

test("a Process refuses it by name, with the remedy", () => {
  const array = mp.sharedArray(Int32Array, 4);
  assert.throws(
    () => new mp.Process({ target: (numbers) => numbers[0], args: [array] }).start(),
    (error: Error) => {
      assert.ok(error instanceof mp.SerializationError);
      assert.match(error.message, /argument 1 of Process-\d+.*a Process shares no memory.*Use a Pool, or send a copy/);
      return true;
    },
  );
});

test("wrong arguments are refused", async () => {
  for (const type of [undefined, Array, DataView, 3]) assert.throws(() => mp.sharedArray(type as never, 4), TypeError);
  for (const length of [-1, 1.5, NaN]) assert.throws(() => mp.sharedArray(Int32Array, length), RangeError);
  for (const values of ["123", undefined, {}])
    assert.throws(() => mp.sharedArray(Int32Array, values as never), TypeError);
  assert.throws(() => mp.sharedArray(BigInt64Array, [1n, 1]), {
    name: "TypeError",
    message: "sharedArray: BigInt64Array holds bigints, such as 1n; got the number 1.",
  });
  assert.throws(() => mp.sharedArray(Int32Array, [1, 1n]), {
    name: "TypeError",
    message: "sharedArray: Int32Array holds numbers, such as 1; got the bigint 1n.",
  });
  assert.throws(() => mp.sharedArray(Int32Array, 1e15), {
    name: "RangeError",
    message: /^sharedArray: there is no memory/,
  });
  assert.equal((await errorOf(Promise.reject(new mp.BrokenBarrierError("x")))).name, "BrokenBarrierError");
});
