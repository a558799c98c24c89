import assert from "node:assert/strict";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { onePool, there } from "../helpers/serialize";

/** Where the function that made a stack stands: line and column. */
const placeOf = (stack: string | undefined): string | undefined =>
  /layout\.test\.js:(\d+:\d+)/.exec(String(stack))?.[1];
const offset = 0;

test("functions of one message keep their line and column in the worker", async () => {
  const one = () => [new Error().stack, offset],
    two = () => [new Error().stack, offset];
  const three = () => [new Error().stack];
  function declared(): (string | undefined)[] {
    return [new Error().stack, one.name];
  }
  const inner = ((): (() => (string | undefined)[]) => {
    const name = "inner";
    return () => [new Error().stack, name, one.name];
  })();
  class Thing {
    readonly made = new Error().stack;
    method(): (string | undefined)[] {
      return [new Error().stack, two.name];
    }
  }
  const object = {
    get stack() {
      return [new Error().stack, String(offset)];
    },
    taken() {
      return [new Error().stack, String(offset)];
    },
  };
  const getter = Object.getOwnPropertyDescriptor(object, "stack")?.get as () => unknown[];
  const { taken } = object;
  const all = (): unknown[] =>
    [one(), two(), three(), declared(), inner(), [new Thing().made], new Thing().method(), getter(), taken()].map(
      ([stack]) => stack,
    );
  const [here, overThere] = [all(), await there(all)].map((stacks) => stacks.map((stack) => placeOf(stack as string)));
  assert.equal(here.filter((place) => place !== undefined).length, 9);
  assert.deepEqual(overThere, here);
});

test("functions written in the wrong order, in one another and in sloppy mode find their variables", async () => {
  const sloppy = new Function("later", "return function () { return [typeof this, later()]; }")(
    () => 1,
  ) as () => unknown[];
  const makers = [
    (k: number) => () => k + last(),
    (k: number) => {
      const double = 2 * k;
      return () => [double, sloppy().length, makers.length];
    },
  ] as const;
  const made = makers.map((make) => make(3)) as [() => number, () => number[]];
  function last(): number {
    return offset + 4;
  }
  assert.deepEqual(await there(() => [made[0](), made[1](), sloppy(), last()]), [7, [6, 2, 2], ["object", 1], 4]);
});

/** Each place in a program where a template has a tag gives it one and the same list, again and again, as long as its code is kept. */
const tag = (strings: TemplateStringsArray): object => strings;

/** V8 itself keeps the code of texts that it has seen, until garbage has been collected a few times. */
async function forgetWhatV8Keeps(): Promise<void> {
  (await import("node:v8")).setFlagsFromString("--expose-gc");
  const gc = (await import("node:vm")).runInNewContext("gc") as () => void;
  for (let times = 0; times < 6; times++) gc();
}

test("a function that is sent again keeps its code, but not its variables", async () => {
  let count = 0;
  const outer = [1];
  const helper = (): object => tag`helper`;
  const counted = (k: number) => (): [object, object, number, number] => [
    tag`function`,
    helper(),
    (count += k),
    outer.push(0),
  ];
  const fn = counted(1);
  const call = async (): Promise<unknown> =>
    await onePool().apply(
      (run: typeof fn) => {
        const [own, helpers, counts, pushed] = run();
        const seen = ((globalThis as { seen?: object[] }).seen ??= []);
        const known = [own, helpers].map((each) => seen.includes(each));
        seen.push(own, helpers);
        return [...known, counts, pushed];
      },
      [fn],
    );
  assert.deepEqual(await call(), [false, false, 1, 2]);
  await there(forgetWhatV8Keeps);
  assert.deepEqual(await call(), [true, true, 1, 2]);
  outer.push(5);
  count = 7;
  assert.deepEqual(await call(), [true, true, 8, 3]);
});

test("the same text with other variables is another function, also while both are in use", async () => {
  const make =
    (k: number) =>
    async (x: number): Promise<number> => {
      await null;
      return (k += x);
    };
  const [ones, tens] = [make(1), make(10)];
  const both = mp.range(20).flatMap((x) => [onePool().apply(ones, [x]), onePool().apply(tens, [x])]);
  assert.deepEqual(
    await Promise.all(both),
    mp.range(20).flatMap((x) => [1 + x, 10 + x]),
  );
  const [left, right] = await Promise.all([ones, tens].map((fn) => onePool().map(fn, [1, 1, 1], { chunkSize: 1 })));
  assert.deepEqual(
    [left, right],
    [
      [2, 3, 4],
      [11, 12, 13],
    ],
  );
});
