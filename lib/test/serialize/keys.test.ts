/** Keys that stand in brackets, and what else of a class is worked out when the class is made, and never again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { there } from "../helpers/serialize";

test("keys in brackets are worked out once, here, in their order", async () => {
  const order: string[] = [];
  const key = (name: string): string => {
    order.push(name);
    return name;
  };
  const Keyed = new Function(
    "key",
    `return class Keyed {
    [key("a")]() { return 1; } static [key("b")] = 2; [\`c\`] = 3; get [key("d")]() { return 4; } static async *[key("e")]() { yield 5; }
  }`,
  )(key) as new () => Record<string, unknown>;
  assert.deepEqual(order, ["a", "b", "d", "e"]);
  const seen = await there(() => {
    const it = new Keyed();
    return [(it.a as () => number)(), (Keyed as unknown as Record<string, number>).b, it.c, it.d, Object.keys(it)];
  });
  assert.deepEqual(seen, [1, 2, 3, 4, ["c"]]);
});

test("fields whose keys stand in brackets keep the names that they got when the class was made", async () => {
  const label = "label",
    mark: unique symbol = Symbol("mark");
  const Counting = (() => {
    let count = 0;
    return class {
      [mark] = 1;
      id = ++count;
      read(): number {
        return this[mark];
      }
    };
  })();
  class Marked {
    [label] = 1;
    [mark] = 2;
    plain = 4;
    #id = 5;
    id(): number {
      return this.#id;
    }
    mark(): number {
      return this[mark] * this[label];
    }
  }
  class Derived extends Marked {
    [`label2`] = 6;
    override plain = 7;
  }
  const seen = await there(() => {
    const it: Record<PropertyKey, unknown> = new Derived() as never;
    return [it.label, it[mark], it.plain, it.label2, new Derived().id(), Object.keys(it), new Counting().read()];
  });
  assert.deepEqual(seen, [1, 2, 7, 6, 5, ["label", "plain", "label2"], 1]);
});

test("a class whose field's key is no constant is refused, and its code is not run", async () => {
  const Counting = new Function(
    "let key = 'a', count = 0; const Counting = class { [key] = ++count; static count() { return count; } }; key = 'b'; return Counting;",
  )() as { new (): object; count(): number };
  await assert.rejects(
    there(() => new Counting()),
    (error: Error) =>
      error instanceof mp.SerializationError &&
      /the class `Counting` has a field whose key stands in brackets.*Give the field a plain name/.test(error.message),
  );
  assert.equal(Counting.count(), 0);
  const Joined = new Function("part", "return class Joined { [part + 'b'] = 3; };")("a") as new () => object;
  await assert.rejects(
    there(() => new Joined()),
    /the class `Joined` has a field whose key stands in brackets/,
  );
});

test("what a class needed only while it was made does not travel with it", async () => {
  const registry = new WeakMap<object, number>();
  const Base = class {
    base = 1;
  };
  const mixed = <T extends new (...args: any[]) => object>(Class: T): T => {
    registry.set(Class, 1);
    return Class;
  };
  class Made extends mixed(Base) {
    static {
      registry.set(this, 2);
    }
    static size = registry.has(this) ? 5 : 6;
    own = 2;
  }
  assert.deepEqual(await there(() => [new Made().base, new Made().own, Made.size]), [1, 2, 5]);
});
