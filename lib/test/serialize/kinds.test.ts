import assert from "node:assert/strict";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { onePool, thereAndBack } from "../helpers/serialize";

const SIGN = Symbol.for("sign");
/** Keys of which some are indices in arrays, some in strings and some nowhere. */
const KEYS = ["5000000000", "4294967295", "4294967294", "-1", "01", "1.5", "1e3", "0", "7", "", SIGN];
const own = (): void => undefined;

const argumentsOf = function () {
  // eslint-disable-next-line prefer-rest-params
  return arguments;
} as (...values: unknown[]) => any;

const kinds: Record<string, () => object> = {
  "an object": () => ({}),
  "an array": () => ["item"],
  "an array with a function": () => [own],
  "a long array": () => Array.from({ length: 200 }, (_, n) => n),
  "an array with holes": () => Object.assign([], { 3: own }),
  "a String": () => Object("ab") as object,
  "a Number": () => Object(4) as object,
  "a Date": () => new Date(5),
  "a RegExp": () => /a/g,
  "a Map": () => new Map(),
  "an Error": () => new Error("m"),
  "an ArrayBuffer": () => new ArrayBuffer(8),
  "a SharedArrayBuffer": () => new SharedArrayBuffer(8),
  "a Uint8Array": () => new Uint8Array(2),
  "a Buffer": () => Buffer.from("ab"),
  "a DataView": () => new DataView(new ArrayBuffer(8)),
  "a URL": () => new URL("http://a.b/"),
  "an arguments object": () => argumentsOf(5, own),
  "a sealed array": () => [1],
  "a function": () => () => 1,
};

for (const [kind, make] of Object.entries(kinds)) {
  test(`properties with names like numbers stay: ${kind}`, async () => {
    for (const key of KEYS) {
      // The length of an arguments object is not that of its items then, which is refused.
      if (kind === "an arguments object" && ["4294967294", "7"].includes(String(key))) continue;
      const value = make() as Record<PropertyKey, unknown>;
      if (!Reflect.set(value, key, "kept")) continue;
      const twin = make() as Record<PropertyKey, unknown>;
      twin.beside = own;
      Reflect.set(twin, key, own);
      if (kind === "a sealed array") for (const each of [value, twin]) Object.seal(each);
      for (const each of [value, twin]) {
        const back = await thereAndBack(each);
        assert.equal(Object.getPrototypeOf(back), Object.getPrototypeOf(each));
        assert.deepEqual(Reflect.ownKeys(back).sort(inOrder), Reflect.ownKeys(each).sort(inOrder));
        for (const name of Reflect.ownKeys(each))
          if (name !== "stack" && name !== "callee" && typeof each[name] !== "object")
            assert.deepEqual(Object.getOwnPropertyDescriptor(back, name), Object.getOwnPropertyDescriptor(each, name));
      }
    }
  });
}
const inOrder = (one: PropertyKey, other: PropertyKey): number => String(one).localeCompare(String(other));

test("an arguments object whose items were taken away, locked, given getters or replaced arrives so or is refused", async () => {
  const given = (): Record<PropertyKey, unknown> => argumentsOf(5, 6);
  const gap = given();
  delete gap[1];
  gap[7] = 8;
  await assert.rejects(
    thereAndBack(gap),
    (error: unknown) => error instanceof mp.SerializationError && /longer or shorter/.test(error.message),
  );
  const locked = Object.freeze(given());
  assert.deepEqual(
    Object.getOwnPropertyDescriptor(await thereAndBack(locked), 1),
    Object.getOwnPropertyDescriptor(locked, 1),
  );
  const hidden = Object.defineProperty(given(), 0, { enumerable: false });
  assert.deepEqual(Object.keys(await thereAndBack(hidden)), ["1"]);
  let calls = 0;
  const getter = Object.defineProperty(given(), 0, { get: () => ++calls });
  await thereAndBack(getter).then(
    () => undefined,
    (error: unknown) => assert.ok(error instanceof mp.SerializationError),
  );
  assert.equal(calls, 0);
  const renamed = Object.assign(given(), { length: 1 });
  await assert.rejects(thereAndBack(renamed), mp.SerializationError);
});

test("a boxed primitive is told by what it is, not by its tag; a SharedArrayBuffer of one's own class keeps it", async () => {
  const tagged = Object.assign(Object("x") as Record<PropertyKey, unknown>, { [Symbol.toStringTag]: "Nothing" });
  const back = await thereAndBack(tagged);
  assert.deepEqual(
    [String(back), back[Symbol.toStringTag], Object.getPrototypeOf(back) === String.prototype],
    ["x", "Nothing", true],
  );
  class Memory extends SharedArrayBuffer {
    twice(): number {
      return this.byteLength * 2;
    }
  }
  const memory = Object.assign(new Memory(8), { note: "mine" });
  const again = await thereAndBack(memory);
  assert.deepEqual([again instanceof Memory, again.twice(), again.note], [true, 16, "mine"]);
  new Uint8Array(again)[0] = 7;
  assert.equal(new Uint8Array(memory)[0], 7);
});

test("a view keeps the class of its memory, and what that has beside its bytes; a view of shared memory shares it", async () => {
  class Shared extends SharedArrayBuffer {
    readonly kind = "shared";
  }
  class Own extends ArrayBuffer {
    readonly kind = "own";
  }
  for (const size of [8, 8192]) {
    for (const memory of [new Shared(size), new Own(size)]) {
      const view = new Uint8Array(memory);
      const kind = await onePool().apply((it: Uint8Array) => (it.buffer as Shared | Own).kind, [view]);
      const back = await thereAndBack(view);
      assert.deepEqual(
        [kind, back.buffer.constructor, back.buffer.kind],
        [memory.kind, memory.constructor, memory.kind],
      );
    }
    const frozen = new Uint8Array(Object.freeze(new ArrayBuffer(size)));
    assert.ok(Object.isFrozen((await thereAndBack(frozen)).buffer));
    const shared = new Uint8Array(new SharedArrayBuffer(size));
    await onePool().apply((it: Uint8Array) => (it[3] = 7), [shared]);
    assert.equal(shared[3], 7);
    const list = [shared, shared];
    assert.ok(await onePool().apply((one: Uint8Array, other: Uint8Array) => one === other, [list[0], list[1]]));
  }
});
