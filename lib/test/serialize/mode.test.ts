import assert from "node:assert/strict";
import { after, test } from "node:test";
import * as mp from "parallel-typescript";
import { encode } from "../../dist/internal";

const pool = new mp.Pool(1);
after(() => pool.terminate());

/** A function of sloppy mode: this file itself is strict. */
const sloppy = (source: string): ((...args: any[]) => any) =>
  new Function(`return ${source}`)() as (...args: any[]) => any;

test("a function of sloppy mode that can tell goes on in sloppy mode", async () => {
  for (const [source, expected] of [
    ["function () { return this === globalThis; }", true],
    ["function (x) { arguments[0] = 5; return x; }", 5],
    ["function () { undeclared = 7; return globalThis.undeclared; }", 7],
    ["function () { with ({ inner: 8 }) return inner; }", 8],
    ["function () { return 010; }", 8],
    ["function () { { function inner() { return 9; } } return inner(); }", 9],
    ["function () { var gone = 1; return delete gone; }", false],
    // V8 tells the mode of ordinary functions only.
    ["() => { function inner() { return typeof this; } return inner(); }", "object"],
    ["() => (function (x) { arguments[0] = 5; return x; })(1)", 5],
    ["() => { { function inner() { return 9; } } return inner(); }", 9],
    ["() => { undeclaredByArrow = 7; return globalThis.undeclaredByArrow; }", 7],
    ["async function () { return this === globalThis; }", true],
    ["({ method() { return this === globalThis; } }).method", true],
    ["() => { 'use strict'; return (function () { return this; })(); }", undefined],
  ] as const) {
    assert.equal(await pool.apply(sloppy(source), [1]), expected, source);
  }
});

test("a function of strict mode stays strict", async () => {
  assert.equal(
    await pool.apply(function (this: unknown) {
      return this === undefined;
    }),
    true,
  );
  assert.equal(
    await pool.apply(() =>
      (function (this: unknown) {
        return this === undefined;
      })(),
    ),
    true,
  );
});

test("a function of sloppy mode that cannot tell is sent for strict mode, where it is as fast as here", () => {
  const modeOf = (source: string): unknown => {
    const { message } = encode(sloppy(source), { what: "the function", shared: true });
    return "nodes" in message && message.nodes.some((node) => node.is === "function" && node.sloppy);
  };
  assert.equal(
    modeOf("function burn(count) { let sum = 0; for (let i = 0; i < count; i++) sum += Math.sqrt(i); return sum; }"),
    false,
  );
  assert.equal(modeOf("function outer() { function inner() { return 1; } return inner(); }"), false);
  assert.equal(modeOf("function () { return this; }"), true);
});
