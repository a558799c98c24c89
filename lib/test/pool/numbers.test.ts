/** Long lists of numbers, and single numbers, take shorter ways to the workers and back: nobody must notice. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import * as fc from "fast-check";
import * as mp from "parallel-typescript";
import { runScript } from "../helpers/pool";

const pool = new mp.Pool(1);
after(() => pool.terminate());

const MANY = 1000;
const odd = [-0, NaN, Infinity, -Infinity, 2 ** 53 + 2, 5e-324, -1.5];

test("long lists of numbers arrive equal, as arguments and as results", async () => {
  const list = [...mp.range(MANY), ...odd];
  const [text, same, other] = await pool.apply(
    (it: number[], word: string) =>
      [Array.isArray(it) && Object.is(it[1000], -0) ? word : "no", it, it.map((x) => x + 1)] as const,
    [list, "yes"],
  );
  assert.equal(text, "yes");
  assert.deepStrictEqual(same, list);
  assert.deepStrictEqual(
    other,
    list.map((x) => x + 1),
  );
  // Each alone, and as an item.
  const back = await pool.apply(
    (it: number[]) => {
      it.push(7);
      return it;
    },
    [list],
  );
  assert.deepStrictEqual(back, [...list, 7]);
  back.push(8);
  assert.deepStrictEqual(await pool.map((n: number) => Array.from({ length: n }, (_, x) => x / 2), [MANY, 3]), [
    mp.range(MANY).map((x) => x / 2),
    [0, 0.5, 1],
  ]);
  assert.equal(list.length, MANY + odd.length);
});

test("lists of numbers that have more than their items arrive whole", async () => {
  const see = (it: number[], other?: unknown): unknown => [
    it === other,
    5 in it,
    Object.isFrozen(it),
    (it as { title?: string }).title,
    it.constructor.name,
    it.length,
  ];
  class Column extends Array<number> {}
  const list = mp.range(MANY);
  const hole = mp.range(MANY);
  delete hole[5];
  for (const it of [
    hole,
    Object.freeze(mp.range(MANY)),
    Object.assign(mp.range(MANY), { title: "t" }),
    Column.from(list),
    [...list, undefined],
    [...list, 1n],
  ]) {
    assert.deepEqual(await pool.apply(see, [it as number[]]), see(it as number[]), it.constructor.name);
  }
  assert.deepEqual(
    await pool.apply(see, [list, list]),
    [true, true, false, undefined, "Array", MANY],
    "one list, twice",
  );
  assert.deepEqual(await pool.apply((a: number[], { b }: { b: number[] }) => a === b, [list, { b: list }]), true);
  const [one, two] = await pool.apply((it: number[]) => [it, it], [list]);
  assert.equal(one, two);
});

test("large typed arrays arrive equal, as items, arguments and results, and share no memory with the originals", async () => {
  const arrays = [
    new Uint8Array(5000).fill(7),
    new Float64Array(600).fill(-0),
    new BigInt64Array(1000).fill(-3n),
    new Uint8ClampedArray(4096).fill(300),
    new Float32Array(1000).fill(1.5),
  ];
  const double = <T extends { set(from: T): void; slice(): T }>(array: T): T => {
    const copy = array.slice();
    copy.set(array);
    return copy;
  };
  assert.deepStrictEqual(
    await pool.map(double as (it: Uint8Array) => Uint8Array, arrays as Uint8Array[], { chunkSize: 2 }),
    arrays,
  );
  for (const array of arrays) {
    const back = await pool.apply(
      (it: Uint8Array) => {
        (globalThis as { kept?: Uint8Array }).kept = it;
        return it;
      },
      [array as Uint8Array],
    );
    assert.deepStrictEqual(back, array);
    assert.notEqual(back.buffer, (array as Uint8Array).buffer);
    assert.ok(back.buffer instanceof ArrayBuffer);
    // The worker has kept its own.
    assert.equal(await pool.apply(() => (globalThis as { kept?: Uint8Array }).kept?.length), array.length);
  }
});

test("views of a part of a buffer, and buffers that several views share, arrive whole", async () => {
  const memory = new ArrayBuffer(8000);
  const [first, part, whole] = [new Uint8Array(memory), new Uint16Array(memory, 4000), new Uint32Array(memory)];
  const see = (...its: { byteOffset: number; byteLength: number; buffer: ArrayBufferLike }[]): unknown =>
    its.map((it) => [
      it.byteOffset,
      it.byteLength,
      it.buffer.byteLength,
      it.buffer === its[0].buffer,
      it.constructor.name,
    ]);
  assert.deepEqual(await pool.apply(see, [part]), see(part));
  assert.deepEqual(await pool.apply(see, [first, part, whole]), see(first, part, whole));
  assert.deepEqual(await pool.apply(see, [first, whole]), see(first, whole));
  const buffer = Buffer.alloc(10_000, 1);
  assert.deepEqual(await pool.apply(see, [buffer]), see(buffer));
  const titled = Object.assign(new Uint8Array(5000), { title: "t" });
  assert.equal(await pool.apply((it: { title: string }) => it.title, [titled]), "t");
  const moved = new Uint8Array(5000).fill(1);
  assert.equal(await pool.apply((it: Uint8Array) => it[4999], [mp.transfer(moved, [moved.buffer])]), 1);
  assert.equal(moved.length, 0);
});

test("reused memory holds what the next call puts there, however the call before ended", async () => {
  for (let round = 0; round < 20; round++) {
    const numbers = mp.range(MANY + round);
    const calls = mp
      .range(10)
      .map((x) => pool.applyAsync((it: number[], y: number) => it.reduce((sum, each) => sum + each, y), [numbers, x]));
    const cubes = pool.map((x: number) => x + 0.5, numbers);
    const failed = pool
      .map((x: number) => {
        if (x === 700) throw new RangeError("no");
        return x;
      }, numbers)
      .catch((error: Error) => error.message);
    const bytes: number[] = [];
    for await (const sum of pool.imap(
      (it: Uint8Array) => it.reduce((all, each) => all + each, 0),
      mp.range(5).map((x) => new Uint8Array(6000).fill(x + round)),
    ))
      bytes.push(sum);
    const total = numbers.reduce((sum, each) => sum + each, 0);
    assert.deepEqual(
      await Promise.all(calls),
      mp.range(10).map((x) => total + x),
    );
    assert.deepEqual(
      await cubes,
      numbers.map((x) => x + 0.5),
    );
    assert.equal(await failed, "no");
    assert.deepEqual(
      bytes,
      mp.range(5).map((x) => (x + round) * 6000),
    );
  }
});

test("the memory does not grow, however often long lists are sent", async (t) => {
  const { code, stdout } = await runScript(
    t,
    `
    (async () => {
      const pool = new mp.Pool(1);
      const list = mp.range(200_000);
      const length = (it) => it.length;
      const add = (x) => x + 1;
      const bytes = new Uint8Array(1_600_000);
      let most = 0;
      for (let round = 0; round < 300; round++) {
        await pool.apply(length, [list]);
        await pool.apply(length, [bytes]);
        if (round % 10 === 0) await pool.map(add, list);
        if (round === 20) most = process.memoryUsage().rss;
      }
      console.log((process.memoryUsage().rss - most) / 1e6);
      await pool.terminate();
    })();`,
  );
  assert.equal(code, 0);
  // They come to 1,000 MB in all.
  assert.ok(Number(stdout) < 300, `${stdout} MB more`);
});

test("a list that is changed after the call is sent as it was", async () => {
  const list = mp.range(MANY);
  const calls = [1, 2, 3].map((factor) => {
    const call = pool.applyAsync((it: number[], by: number) => it[10] * by, [list, factor]);
    list[10]++;
    return call;
  });
  assert.deepEqual(await Promise.all(calls), [10, 22, 36]);
});

test("single results of any kind come in the place of their call", async () => {
  const kinds = fc.constantFrom<unknown>(1, -0, NaN, "s", undefined, null, true, 5n, "long list", "object", "failure");
  await fc.assert(
    fc.asyncProperty(fc.array(kinds, { minLength: 1, maxLength: 300 }), async (wanted) => {
      const answer = (kind: unknown, place: number): unknown => {
        if (kind === "failure") throw new RangeError(`at ${place}`);
        if (kind === "long list") return new Array<number>(600).fill(place);
        return kind === "object" ? { place } : kind;
      };
      const expected = wanted.map((kind, place) => {
        try {
          return answer(kind, place);
        } catch (error) {
          return (error as Error).message;
        }
      });
      const calls = wanted.map((kind, place) =>
        pool.applyAsync(answer, [kind, place]).then(
          (value) => value,
          (error: Error) => error.message,
        ),
      );
      assert.deepStrictEqual(await Promise.all(calls), expected);
    }),
    { numRuns: 30 },
  );
});

test("thousands of results at once come back, each once", async () => {
  const calls = mp.range(20_000).map((x) => pool.applyAsync((y: number) => -y, [x]));
  assert.deepStrictEqual(
    await Promise.all(calls),
    mp.range(20_000).map((x) => -x),
  );
});

test("the output of a task appears before its result, in the order of the tasks", async (t) => {
  const { code, stdout } = await runScript(
    t,
    `
    (async () => {
      const pool = new mp.Pool(1);
      const say = (x) => { if (x % 7 === 0) console.log("in", x); return x; };
      for (let round = 0; round < 3; round++) await Promise.all(mp.range(300).map(async (x) => { const y = await pool.applyAsync(say, [x]); if (y % 7 === 0) console.log("out", y); }));
      await pool.terminate();
    })();`,
  );
  assert.equal(code, 0);
  const lines = stdout.trim().split("\n");
  assert.equal(lines.length, 3 * 2 * 43);
  for (let round = 0; round < 3; round++) {
    const part = lines.slice(round * 86, (round + 1) * 86);
    for (const x of mp.range(0, 300, 7))
      assert.ok(part.indexOf(`in ${x}`) < part.indexOf(`out ${x}`), `${x} in round ${round}`);
  }
});
