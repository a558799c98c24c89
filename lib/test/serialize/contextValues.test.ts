/** Values of other vm contexts (Jest's environment is one) arrive as their kind, of this context's classes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createContext, runInContext, runInNewContext } from "node:vm";
import * as mp from "parallel-typescript";
import { there, thereAndBack } from "../helpers/serialize";

const context = createContext({});
const made = (code: string): any => runInContext(`(${code})`, context) as unknown;

/** An expression, and what it must be here. */
const VALUES: [code: string, here: unknown][] = [
  ["{ a: 1, b: [2, { c: 3 }] }", { a: 1, b: [2, { c: 3 }] }],
  ["[1, , 3]", [1, , 3]],
  ["Array.from({ length: 300 }, (_, n) => n)", mp.range(300)],
  ["new Map([[{ k: 1 }, new Set([1])]])", new Map([[{ k: 1 }, new Set([1])]])],
  ["new Date(5)", new Date(5)],
  ["/a+/gi", /a+/gi],
  ["new Float64Array([1, 2])", new Float64Array([1, 2])],
  ["new DataView(new ArrayBuffer(4))", new DataView(new ArrayBuffer(4))],
  ["new ArrayBuffer(3)", new ArrayBuffer(3)],
  ["Object('text')", Object("text")],
  ["Object(5n)", Object(5n)],
  ["Object(false)", Object(false)],
  ["Object.create(null, { x: { value: 1, enumerable: true } })", Object.assign(Object.create(null), { x: 1 })],
  ["new RangeError('m')", new RangeError("m")],
];

for (const [code, here] of VALUES) {
  test(`a value of another vm context arrives as its kind: ${code}`, async () => {
    const value = made(code);
    const back = await thereAndBack(value);
    assert.deepEqual(back, here);
    assert.equal(Object.getPrototypeOf(back), Object.getPrototypeOf(here));
    assert.equal(
      await there(
        (it: object, kind: string) =>
          Object.getPrototypeOf(it) === (kind === "" ? null : (globalThis as any)[kind].prototype),
        value,
        Object.getPrototypeOf(here)?.constructor.name ?? "",
      ),
      true,
    );
  });
}

test("captured, as an item, in a frozen object, as a class's base, and built-ins themselves", async () => {
  const captured = made("{ list: [1, 2], when: new Date(7) }");
  assert.deepEqual(
    await there(() => [captured.list.map((x: number) => x * 2), captured.when.getTime(), captured instanceof Object]),
    [[2, 4], 7, true],
  );
  const locked = made("Object.freeze({ a: Object.freeze([1]) })");
  const back = await thereAndBack(locked);
  assert.ok(Object.isFrozen(back) && Object.isFrozen(back.a) && Array.isArray(back.a));
  const Elsewhere = made("Map");
  assert.equal(await there(() => Elsewhere === Map), true);
  assert.equal(await there((it: object) => it === Array.prototype, made("Array.prototype")), true);
  assert.deepEqual(
    await there(
      () =>
        runInNewContext("({ when: new Date(3), list: [new Set([1])], error: new TypeError('t') })") as {
          when: Date;
          list: unknown[];
          error: Error;
        },
    ).then(({ when, list, error }) => [when, list, error instanceof TypeError]),
    [new Date(3), [new Set([1])], true],
  );
});

test("what is tied to its thread is refused by its kind there too; a class of one's own with a built-in's name is one's own", async () => {
  for (const [code, words] of [
    ["new WeakMap()", /WeakMap/],
    ["new Proxy({}, {})", /Proxy/],
    ["Promise.resolve(1)", /Promise/],
    ["new WeakRef({})", /WeakRef/],
    ["[1].values()", /./],
  ] as const) {
    await assert.rejects(
      thereAndBack(made(code)),
      (error: unknown) => error instanceof mp.SerializationError && words.test(error.message),
      code,
    );
  }
  const own = made("new (class Map { size2() { return 5; } })()");
  assert.equal(await there((it: any) => it.size2(), own), 5);
});
