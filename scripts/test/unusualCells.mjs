// Cells that are unusual, for kernel-cells.test.mjs, in the order in which one kernel runs them; and what each is to print or to throw.

const setup = `
import * as mp from "parallel-typescript";
import { display, newDisplay } from "tslab";
import { setTimeout as pause, setInterval as ticks, scheduler } from "node:timers/promises";
import { promisify } from "node:util";
const pool = new mp.Pool(1);
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const seven = async () => 7;
const wait = async <T>(value: T) => value;
async function* two() { yield 1; yield 2; }
const fails = (why: string) => { throw new RangeError(why); };
const revoked: any = (() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; })();
class Mute extends Error { get message(): string { throw new Error("not this one"); } }
const SHOW = Symbol.for("nodejs.util.inspect.custom");
const counts = new Array(9).fill(0);
let nothing: any;`;

/** Cells that await at their top, and what they print. */
export const awaiting = {
  "await (async () => { await null; return 5; })()": "5\n",
  "const x1 = await (seven()); console.log(x1)": "7\n",
  "await [5]": "[ 5 ]\n",
  "await (5)": "5\n",
  "await -1": "-1\n",
  "await +1": "1\n",
  "await !1": "false\n",
  "await /re/": "/re/\n",
  "await `t`": "t\n",
  "await <number>5": "5\n",
  "await { a: 1 }": "{ a: 1 }\n",
  "await\n(seven())": "7\n",
  "await new Map()": "Map(0) {}\n",
  "await await (seven())": "7\n",
  "`a ${await (seven())} b`": "a 7 b\n",
  "[await (seven()), ...(await ([1]))]": "[ 7, 1 ]\n",
  "({ [await (wait('key'))]: await (seven()) })": "{ key: 7 }\n",
  "const { y1 = await (seven()) } = {} as any; y1": "7\n",
  "(await (seven())).toFixed(await (wait(1)))": "7.0\n",
  "class Computed { ['a' + await (seven())]() {} }; Object.getOwnPropertyNames(Computed.prototype)":
    "[ 'constructor', 'a7' ]\n",
  "class Heir extends (await (wait(Map))) {}; new Heir()": "Heir(0) [Map] {}\n",
  "for await (const v of two()) console.log(v)": "1\n2\n",
  "for await (const v of await (wait([1, 2]))) { console.log(v, await (seven())); }": "1 7\n2 7\n",
  "for (let i = await (seven()); i < await (wait(9)); i += await (wait(1))) console.log(i)": "7\n8\n",
  "if (await (seven())) switch (await (wait(1))) { case await (wait(1)): console.log('case'); }": "case\n",
  "try { throw await (seven()); } catch (e) { console.log(e); } finally { await (seven()); }": "7\n",
  "export const exported = await (seven()); exported": "7\n",
  "const f1 = async (x = 1) => await (seven()) + x; await (f1())": "8\n",
  "const s1 = 'await (f)', r1 = /await (f)/; /* await (f) */ s1 // await (f)": "await (f)\n",
  "const o1 = { await: 1, async m() { return await (seven()); } }; o1.await": "1\n",
  "const later = async () => { for await (const v of two()) await (seven()); return await (seven()); }; typeof later":
    "function\n",
};

/** Cells in which an await stands where there can be none: TypeScript says so, and they are not run. */
export const refused = [
  "function f2() { await seven(); }",
  "const f3 = () => await (seven());",
  "const f4 = (x = await (seven())) => x;",
  "const o2 = { m() { await seven(); } };",
  "const c2 = class { m() { await seven(); } };",
  "class C3 { constructor() { await seven(); } }",
  "class C4 { x = await (seven()); }",
  "class C5 { static { await (seven()); } }",
  "enum E2 { A = (await seven()) }",
  "namespace N2 { export const x = await (seven()); }",
  "function* g2() { yield await (seven()); }",
  "function f5() { for await (const v of two()) {} }",
];

/** Cells that throw what can hardly be told, and what is told. */
export const thrown = {
  "throw new Mute()": ["Mute", "(its message cannot be read: that throws)"],
  "throw revoked": ["Uncaught", "<Revoked Proxy>"],
  "await Promise.reject(revoked)": ["Uncaught", "<Revoked Proxy>"],
  "throw null": ["Uncaught", "null"],
  "throw undefined": ["Uncaught", "undefined"],
  "throw Symbol('s')": ["Uncaught", "Symbol(s)"],
  "throw function named() {}": ["Uncaught", "[Function: named]"],
  "throw Object.create(null)": ["Uncaught", "[Object: null prototype] {}"],
  "throw { [SHOW]() { throw 2; } }": ["Uncaught", /nodejs\.util\.inspect\.custom/],
  "throw { get [SHOW]() { throw 2; } }": ["Uncaught", /nodejs\.util\.inspect\.custom/],
  "throw { [SHOW]() { return 5; } }": ["Uncaught", "5"],
  "throw { [SHOW]() { for (;;); } }": ["Uncaught", /cannot be described/],
  "throw new Proxy(new Error('inside'), { get() { throw 1; }, ownKeys() { throw 2; }, getPrototypeOf() { throw 3; } })":
    ["Uncaught", /inside/],
  "throw new Proxy({}, { getPrototypeOf() { for (;;); } })": ["Uncaught", /cannot be described/],
  ...Object.fromEntries(
    ["name", "stack", "cause", "errors", "constructor", "toString"].map((key) => [
      `throw Object.defineProperty(new RangeError('still told'), '${key}', { enumerable: true, get() { throw 1; } })`,
      ["RangeError", "still told"],
    ]),
  ),
  "const e7: any = new RangeError('m'); e7.message = { toString() { throw 1; } }; throw e7": [
    "RangeError",
    "{ toString: [Function: toString] }",
  ],
  "const e8: any = new RangeError('m'); e8.name = Symbol('n'); throw e8": ["Symbol(n)", "m"],
  "const e9: any = new RangeError('m'); e9.cause = e9; throw e9": ["RangeError", "m"],
  "throw new AggregateError([revoked, new Mute()], 'all of them')": ["AggregateError", "all of them"],
  "throw Object.create(RangeError.prototype, { message: { value: 'made' } })": ["RangeError", "made"],
  "({ [SHOW]() { throw new RangeError('when looked at'); } })": ["RangeError", "when looked at"],
  "console.log({ [SHOW]() { throw new RangeError('when printed'); } })": ["RangeError", "when printed"],
  "await pool.map((x: number) => { for (;;); }, [1], { signal: AbortSignal.timeout(50) })": [
    "TimeoutError",
    "The operation was aborted due to timeout",
  ],
  "await pause(1000, 0, { signal: AbortSignal.abort() })": ["AbortError", "The operation was aborted"],
  "throw new RangeError('\\x01'.repeat(50_000_000))": ["RangeError", /^100029: \x01+ … \(49900000 more characters\)$/],
  "(counts as any)()": ["TypeError", "counts is not a function"],
  "nothing.length": ["TypeError", "Cannot read properties of undefined (reading 'length')"],
  "const { part } = nothing": ["TypeError", "Cannot destructure property 'part' of 'nothing' as it is undefined."],
  "import { sep } from 'node:path'; (sep as any)(nothing)": ["TypeError", "sep is not a function"],
  "await pool.apply(() => (counts as any)())": ["TypeError", "counts is not a function"],
  "structuredClone(() => 1)": ["DataCloneError", "() => 1 could not be cloned."],
};

export const cells = { setup: { code: setup } };
const add = (kind, codes) => codes.forEach((code) => (cells[`${kind}: ${code}`] = { code }));
add("awaiting", Object.keys(awaiting));
add("refused", refused);
add("thrown", Object.keys(thrown));
Object.assign(cells, {
  "stray values": {
    code: "setTimeout(() => { throw revoked; }, 1); void Promise.reject(new Mute()); setTimeout(() => { throw { [SHOW]() { throw 1; } }; }, 2); await sleep(100);",
  },
  "after these": { code: "console.log('alive', await pool.map((x: number) => x * x, [3]));" },

  halves: {
    code: 'console.log("😀"[0] + "|"); console.error("😀"[1] + "\\0\\u2028"); console.log("whole 😀, \\\\ud83d, \\\\\\\\ud83d"); "\\ud83d";',
  },
  "halves in two prints": {
    code: 'process.stdout.write("\\ud83d"); process.stdout.write("\\ude00|"); process.stdout.write("\\ud83d"); console.error("between"); process.stdout.write("\\ude00"); process.stdout.write("\\ud83d"); void 0;',
  },
  "halves thrown": {
    code: 'class Half extends RangeError { name = "\\udc00"; extra = "\\udfff"; } throw new Half("\\ud83d", { cause: "\\udbff" });',
  },
  "halves shown": {
    code: 'display.html("<b>\\ud83d</b>"); display.raw("application/json", { "\\ud83d": ["\\udc00"] } as any); const d1 = newDisplay(); d1.text("\\ud83d"); d1.text("\\ud83d\\ude00\\ude00");',
  },
  "halves of workers": {
    code: 'await pool.apply(() => { console.log("\\ud83d|"); process.stdout.write("\\ud83d"); process.stdout.write("\\ude00\\n"); }); const c6 = new mp.Process({ target: () => console.log("\\udc00|") }); c6.start(); await c6.join(); await pool.apply(() => { throw new RangeError("\\ud83d"); });',
  },
  "no JSON": {
    code: "const circle: any = {}; circle.self = circle; for (const data of [circle, { big: 1n }, undefined]) try { display.raw('application/json', data); console.log('shown'); } catch (e) { console.log((e as Error).name); }",
  },
  "no text": { code: "display.html(42 as any);" },
  "not a number": { code: "display.raw('application/json', { a: NaN, f() {} } as any);" },
  encodings: {
    code: 'process.stdout.write("6869", "hex"); process.stdout.write("aGk=", "base64"); process.stdout.write(new Uint16Array([0x6968]) as any); process.stdout.write("é", "utf-8"); process.stdout.write("é", "latin1"); process.stdout.write("|"); process.stdout.write("x", "none" as any);',
  },

  "logged where": {
    code: "interface Typed { x: number }\n  const typed: Typed = { x: 1 };   try { fails('logged'); } catch (e) { console.log(e); }\n  await (seven());  console.log(new Error('again').stack);",
  },
  "traced where": { code: "const run = { it<T>(x: T) { console.trace('here', x); } };\n\n   run.it<number>(1);" },
  "unhandled where": {
    code: "setTimeout(() => fails('thrown'), 1);\n   void (async () => { await null; fails('rejected'); })();\nawait sleep(50);",
  },
  "an interrupted timer's line": { code: "\n  setTimeout('no function' as any);" },
  "timed out where": {
    code: "\n\nawait pool.map((x: number) => { for (;;); }, [1], { signal: AbortSignal.timeout(50) });",
  },

  "cannot be read": { code: "for (let i = 0, i < 3, i++) {}\nnowhere();" },
  exports: {
    code: "export const a6 = 1, b6 = 2; export function f6() { return 3; } export class K6 {} export type T6 = number; export interface I6 { x: T6 } export enum E6 { A } export default class D6 {}\nconst plain = 4; export { plain, a6 as other };",
  },
  "exports again": {
    code: "export const a6 = 10; export { a6 }; console.log(a6, b6, f6(), new K6(), new D6(), E6.A, plain); const i6: I6 = { x: 3 };",
  },
  "declare global": { code: "const before6 = 1;\ndeclare global { interface Array<T> { second(): T } }" },
  "declare module": { code: "declare module 'parallel-typescript' { interface Added { x: number } }" },
  "declare global in a module": {
    code: "/** @module globals */\ndeclare global { interface Array<T> { second(): T } }\ndeclare module 'parallel-typescript' { interface Added { x: number } }",
  },
  "declare global is known": {
    code: "Array.prototype.second = function () { return this[1]; }; const added: mp.Added = { x: 3 }; console.log([1, 2].second(), added.x);",
  },
  "a module that awaits": {
    code: "/** @module awaits */\nexport const x = await (Promise.resolve(1));\nfor await (const y of []) {}",
  },

  "fails half-way": {
    code: `import path from "node:path"; interface Half { size: number } const kept = 1; let größe = 2, gone: string; function hoisted() { return kept + 2; }
if (kept > 0) throw new Error("half-way");
const missed = 3, { u, v: [w] } = { u: 1, v: [2] }; class Never {} enum NeverEnum { A }`,
  },
  "after it": {
    code: "const half: Half = { size: 4 }; console.log(kept, größe, hoisted(), half.size, path.basename('a/b'));",
  },
  ...Object.fromEntries(
    ["missed", "w", "new Never()", "NeverEnum.A"].map((code) => [`never defined: ${code}`, { code }]),
  ),
  "stopped half-way": {
    code: "const before = 1; console.log('on my way'); await sleep(100_000); const behind = 2;",
    stop: "during",
  },
  "after the Stop": { code: "before + 1" },
  "behind the Stop": { code: "behind" },
  background: {
    code: `setInterval(() => counts[0]++, 5);
const chain = () => { counts[1]++; setTimeout(chain, 5); };
chain();
const rush = () => { counts[2]++; setImmediate(rush); };
rush();
void (async () => { for (;;) { await sleep(5); counts[3]++; } })();
void (async () => { for (;;) { await pause(5); counts[4]++; } })();
void (async () => { for await (const _ of ticks(5)) counts[5]++; })();
void (async () => { for (;;) { await scheduler.wait(5); counts[6]++; } })();
void (async () => { for (;;) { await promisify(setTimeout)(5); counts[7]++; } })();
setInterval(() => console.log("on and on"), 5);
const going = pool.map((x: number) => x + 1, mp.range(3));
while (counts.slice(0, 8).some((count) => count < 3)) await sleep(1);`,
    stop: "after",
  },
  "after background": {
    code: "const then = [...counts]; await sleep(60); console.log(counts.map((count, i) => count - then[i]).join(''), await pool.map((x: number) => x * x, [3]));",
  },
  "background of a stopped cell": {
    code: "setInterval(() => counts[0]++, 5); const unwound = async () => { try { for (;;) await sleep(5); } finally { counts[8]++; } }; console.log('on my way'); await unwound();",
    stop: "during",
  },
  "after a stopped cell": {
    code: "while (counts[8] === 0) await sleep(1); const then2 = [...counts]; await sleep(60); console.log(counts.map((count, i) => count - then2[i]).join(''), counts[8]);",
  },
  "a last value without end": { code: "({ [SHOW]() { console.log('on my way'); for (;;); } })", stop: "during" },
  "a background loop without end": { code: "setTimeout(() => { for (;;); }, 1);", stop: "after" },
  "at last": { code: "console.log('alive', await pool.map((x: number) => x * x, [3]));" },
});
