import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { there, thereAndBack } from "../helpers/serialize";

class Box {
  constructor(readonly held: unknown) {}
}
class Safe {
  #held: unknown;
  constructor(held: unknown) {
    this.#held = held;
  }
  get held(): unknown {
    return this.#held;
  }
}

const leaf = fc.oneof(
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withSparseArray: true,
    withNullPrototype: true,
    withBoxedValues: true,
  }),
  fc.constantFrom(Symbol.iterator, Symbol.for("registered"), Math.max, Object.freeze([1]), /re/g),
);
/** Values of all kinds, with instances of those classes among them. */
const valueOf = (...classes: (new (held: unknown) => unknown)[]): fc.Arbitrary<unknown> =>
  fc.letrec((tie) => ({
    any: fc.oneof({ depthSize: "small" }, leaf, tie("box"), tie("list"), tie("map"), tie("error")),
    box: fc.oneof(...classes.map((Class) => tie("any").map((it) => new Class(it)))),
    list: fc.array(tie("any"), { maxLength: 4 }),
    map: fc.array(fc.tuple(fc.string(), tie("any")), { maxLength: 3 }).map((entries) => new Map(entries)),
    error: fc.tuple(fc.string(), tie("any")).map(([message, cause]) => new RangeError(message, { cause })),
  })).any;

/** Private fields are invisible to deepEqual. */
const opened = (it: unknown): unknown =>
  it instanceof Safe
    ? ["safe", opened(it.held)]
    : it instanceof Box
      ? ["box", opened(it.held)]
      : Array.isArray(it)
        ? it.map(opened)
        : it instanceof Map
          ? [...it].map(opened)
          : it instanceof Error
            ? [it.message, opened(it.cause)]
            : it instanceof Date
              ? +it
              : it;

test("random values go there and come back equal", async () => {
  await fc.assert(
    fc.asyncProperty(valueOf(Box), async (it) => {
      const back = await thereAndBack(it);
      assert.deepEqual(opened(back), opened(it));
      if (typeof it === "object" && it !== null) assert.equal(Object.getPrototypeOf(back), Object.getPrototypeOf(it));
    }),
    { numRuns: 300 },
  );
});

test("random values with private members arrive equal", async () => {
  await fc.assert(
    fc.asyncProperty(valueOf(Box, Safe), async (it) => {
      assert.deepEqual(await there(opened, it), opened(it));
    }),
    { numRuns: 200 },
  );
});

test("random graphs keep their shape: who is the same as whom", async () => {
  const graph = fc.array(fc.array(fc.nat({ max: 9 }), { maxLength: 4 }), { minLength: 10, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(graph, fc.boolean(), async (links, plain) => {
      const nodes = links.map(
        (_, id) => (plain ? { id } : Object.assign(new Box(id), { id })) as unknown as Record<string, unknown>,
      );
      nodes.forEach((node, id) => {
        node.links = links[id].map((to) => nodes[to]);
      });
      const back = await thereAndBack(nodes);
      assert.deepEqual(
        back.map((node) => (node.links as unknown[]).map((to) => back.indexOf(to as never))),
        links,
      );
    }),
    { numRuns: 60 },
  );
});

/** A random program: scopes within scopes, each with variables, and functions in them that read, write and call. */
interface Shape {
  vars: { name: string; value: number }[];
  fns: { name: string; reads: string[]; writes?: string; hides?: string }[];
  inner?: Shape;
}
const names = ["a", "b", "c", "d"] as const;
const shape: fc.Arbitrary<Shape> = fc.letrec<{ shape: Shape }>((tie) => ({
  shape: fc.record(
    {
      vars: fc.uniqueArray(fc.record({ name: fc.constantFrom(...names), value: fc.nat({ max: 3 }) }), {
        minLength: 1,
        maxLength: 3,
        selector: (it) => it.name,
      }),
      fns: fc.array(
        fc.record({
          name: fc.constantFrom("f", "g"),
          reads: fc.array(fc.constantFrom(...names), { maxLength: 3 }),
          writes: fc.option(fc.constantFrom(...names), { nil: undefined }),
          hides: fc.option(fc.constantFrom(...names), { nil: undefined }),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      inner: fc.option(tie("shape"), { nil: undefined, depthSize: "small" }),
    },
    { requiredKeys: ["vars", "fns"] },
  ),
})).shape;

function write({ vars, fns, inner }: Shape, depth = 0): string {
  const functions = fns.map(({ reads, writes, hides }) => {
    const sum = ["0", ...reads.map((name) => `(typeof ${name} === "number" ? ${name} : 0)`)].join(" + ");
    const change = writes === undefined ? "" : `if (typeof ${writes} === "number") ${writes} += 1;`;
    return `all.push(function (${hides ?? ""}) { ${change} return ${sum}; });`;
  });
  const body = `${vars.map(({ name, value: start }) => `let ${name} = ${start};`).join(" ")} ${functions.join(" ")} ${inner === undefined ? "" : write(inner, depth + 1)}`;
  // Each scope stands twice, so that there are scopes that are alike and not the same.
  return `(function () { ${body} })(); ${depth === 0 ? "" : `{ ${body} }`}`;
}

test("random closures over random scopes give what the serial call gives", async () => {
  await fc.assert(
    fc.asyncProperty(shape, fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 8 }), async (program, order) => {
      const make = new Function(`const all = []; ${write(program)} return all;`) as () => ((x?: number) => number)[];
      const use = (all: ((x?: number) => number)[], calls: number[]): number[] =>
        calls.map((index) => all[index % all.length](index));
      assert.deepEqual(await there(use, make(), order), use(make(), order), write(program));
    }),
    { numRuns: 100 },
  );
});
