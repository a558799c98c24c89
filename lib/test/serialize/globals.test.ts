/** Globals of the language and of Node that the program has replaced: they travel, or are refused; never is the original used in their place. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import * as mp from "parallel-typescript";
import { errorOf, makePool, runScript } from "../helpers/pool";
import { onePool, there } from "../helpers/serialize";

/** Replaces a property until the test has ended. */
function replace(t: TestContext, holder: object, name: string, value: unknown): void {
  const before = Object.getOwnPropertyDescriptor(holder, name) as PropertyDescriptor;
  t.after(() => Object.defineProperty(holder, name, before));
  Object.defineProperty(holder, name, {
    value,
    writable: true,
    configurable: true,
    enumerable: before.enumerable ?? true,
  });
}

const load = (url: string): unknown => fetch(url);
const draw = (): number => Math.random();

test("a global that the program has replaced travels like any variable of its own", async (t) => {
  assert.equal(await there(() => typeof fetch), "function");
  replace(t, globalThis, "fetch", (url: string) => `mock of ${url}`);
  assert.equal(await there(load, "a"), "mock of a");
  class FakeDate {
    static now(): number {
      return 42;
    }
    getTime(): number {
      return 7;
    }
  }
  replace(t, globalThis, "Date", FakeDate);
  assert.deepEqual(await there(() => [Date.now(), new Date().getTime()]), [42, 7]);
  replace(t, globalThis, "structuredClone", (value: number) => -value);
  assert.deepEqual(await onePool().map((x: number) => structuredClone(x), [1, 2]), [-1, -2]);
  const process = new mp.Process({
    target: () => {
      if ((fetch as any)("b") !== "mock of b") throw new Error("the original");
    },
  });
  process.start();
  await process.join();
  assert.equal(process.exitCode, 0);
});

test("a function that was sent before is sent anew when a global that it uses is replaced, and again when it is put back", async (t) => {
  const later = (x: number): number => Number(structuredClone(x)) + 1;
  assert.equal(await there(later, 1), 2);
  const original = structuredClone;
  replace(t, globalThis, "structuredClone", (value: number) => value * 10);
  assert.equal(await there(later, 1), 11);
  globalThis.structuredClone = original;
  assert.equal(await there(later, 1), 2);
});

test("a function of Math, Date, console or the global object that the program has replaced is refused with the way out", async (t) => {
  assert.equal(typeof (await there(draw)), "number");
  replace(t, Math, "random", () => 0.5);
  const refused = await errorOf(there(draw));
  assert.ok(refused instanceof mp.SerializationError);
  assert.match(
    refused.message,
    /`draw` uses `Math\.random`, which this program has replaced; workers have the original\. Keep yours in a variable \(`const random = Math\.random`\)/,
  );
  const random = Math.random;
  assert.equal(await there(() => random()), 0.5);
  assert.equal(await there((x: number) => Math.max(x, 2), 1), 2, "what was not replaced goes on");
  replace(t, console, "log", () => undefined);
  assert.match((await errorOf(there(() => console.log("x")))).message, /`console\.log`/);
  replace(t, globalThis, "fetch", () => "mock");
  assert.match(
    (await errorOf(there(() => globalThis.fetch("x")))).message,
    /`globalThis\.fetch`.* Write `fetch` alone/,
  );
});

test("what the initializer replaces is the worker's own", async (t) => {
  const pool = makePool(t, 1, {
    initializer: () => {
      Math.random = () => 0.25;
      globalThis.fetch = (() => "in the worker") as never;
    },
  });
  assert.deepEqual(await pool.apply(() => [Math.random(), fetch("x") as unknown]), [0.25, "in the worker"]);
});

test("what Node loads only when it is asked for is not loaded by the library; replaced, it travels", async (t) => {
  const { stdout } = await runScript(
    t,
    `
    const loaded = () => process.moduleLoadList.filter((part) => /undici|readablestream/.test(part)).length;
    const before = loaded();
    (async () => {
      const pool = new mp.Pool(1);
      const seen = [await pool.apply(() => 1), loaded() - before];
      Object.defineProperty(globalThis, "Response", { value: class { text() { return "mine"; } }, writable: true, configurable: true });
      const answer = () => new Response("Node's").text();
      seen.push(await pool.apply(answer));
      await pool.terminate();
      console.log(JSON.stringify(seen));
    })();`,
  );
  assert.deepEqual(JSON.parse(stdout), [1, 0, "mine"]);
  assert.equal(await there(() => new Response("Node's").text()), "Node's");
  const Kept = Response;
  const append = FormData.prototype.append;
  assert.deepEqual(await there(() => [new Kept("a").status, append === FormData.prototype.append]), [200, true]);
});
