/** Long lists of numbers, and single numbers, take shorter ways to the workers and back: nobody must notice. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import * as fc from "fast-check";
import * as mp from "parallel-typescript";
import { runScript } from "./pool.helpers";

const pool = new mp.Pool(1);
after(() => pool.terminate());

const MANY = 1000;
const odd = [-0, NaN, Infinity, -Infinity, 2 ** 53 + 2, 5e-324, -1.5];

test("long lists of numbers come as they are, there and back, as arguments and as results", async () => {
  const list = [...mp.range(MANY), ...odd];
  const [text, same, other] = await pool.apply((it: number[], word: string) => [Array.isArray(it) && Object.is(it[1000], -0) ? word : "no", it, it.map((x) => x + 1)] as const, [list, "yes"]);
  assert.equal(text, "yes");
  assert.deepStrictEqual(same, list);
  assert.deepStrictEqual(other, list.map((x) => x + 1));
  // Each alone, and as an item.
  const back = await pool.apply((it: number[]) => { it.push(7); return it; }, [list]);
  assert.deepStrictEqual(back, [...list, 7]);
  back.push(8);
  assert.deepStrictEqual(await pool.map((n: number) => Array.from({ length: n }, (_, x) => x / 2), [MANY, 3]), [mp.range(MANY).map((x) => x / 2), [0, 0.5, 1]]);
  assert.equal(list.length, MANY + odd.length);
});

test("lists that are more than their numbers lose nothing", async () => {
  const see = (it: number[], other?: unknown): unknown => [it === other, 5 in it, Object.isFrozen(it), (it as { title?: string }).title, it.constructor.name, it.length];
  class Column extends Array<number> {}
  const list = mp.range(MANY);
  const hole = mp.range(MANY);
  delete hole[5];
  for (const it of [hole, Object.freeze(mp.range(MANY)), Object.assign(mp.range(MANY), { title: "t" }), Column.from(list), [...list, undefined], [...list, 1n]]) {
    assert.deepEqual(await pool.apply(see, [it as number[]]), see(it as number[]), it.constructor.name);
  }
  assert.deepEqual(await pool.apply(see, [list, list]), [true, true, false, undefined, "Array", MANY], "one list, twice");
  assert.deepEqual(await pool.apply((a: number[], { b }: { b: number[] }) => a === b, [list, { b: list }]), true);
  const [one, two] = await pool.apply((it: number[]) => [it, it], [list]);
  assert.equal(one, two);
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
  await fc.assert(fc.asyncProperty(fc.array(kinds, { minLength: 1, maxLength: 300 }), async (wanted) => {
    const answer = (kind: unknown, place: number): unknown => {
      if (kind === "failure") throw new RangeError(`at ${place}`);
      if (kind === "long list") return new Array<number>(600).fill(place);
      return kind === "object" ? { place } : kind;
    };
    const expected = wanted.map((kind, place) => { try { return answer(kind, place); } catch (error) { return (error as Error).message; } });
    const calls = wanted.map((kind, place) => pool.applyAsync(answer, [kind, place]).then((value) => value, (error: Error) => error.message));
    assert.deepStrictEqual(await Promise.all(calls), expected);
  }), { numRuns: 30 });
});

test("many more numbers than there are places for come back, each once", async () => {
  const calls = mp.range(20_000).map((x) => pool.applyAsync((y: number) => -y, [x]));
  assert.deepStrictEqual(await Promise.all(calls), mp.range(20_000).map((x) => -x));
});

test("what a task prints is seen before its result, in the order of the tasks", async (t) => {
  const { code, stdout } = await runScript(t, `
    (async () => {
      const pool = new mp.Pool(1);
      const say = (x) => { if (x % 7 === 0) console.log("in", x); return x; };
      for (let round = 0; round < 3; round++) await Promise.all(mp.range(300).map(async (x) => { const y = await pool.applyAsync(say, [x]); if (y % 7 === 0) console.log("out", y); }));
      await pool.terminate();
    })();`);
  assert.equal(code, 0);
  const lines = stdout.trim().split("\n");
  assert.equal(lines.length, 3 * 2 * 43);
  for (let round = 0; round < 3; round++) {
    const part = lines.slice(round * 86, (round + 1) * 86);
    for (const x of mp.range(0, 300, 7)) assert.ok(part.indexOf(`in ${x}`) < part.indexOf(`out ${x}`), `${x} in round ${round}`);
  }
});
