import { symlinkSync, mkdtempSync, writeFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as mp from "parallel-typescript";
import * as again from "./again.mjs";
import asExpression from "./expression.mjs";
import asVariable from "./variable.mjs";
import { open, read, reader } from "./database.mjs";
import { Failure } from "./failure.mjs";
import state, { Box, api, bound, count, countArrow, counted, fail, hand, isBox, listed, live, made, swap, table } from "./state.mjs";
import { count as spaced } from "./with space ü.mjs";
import * as waiting from "./waiting.mjs";
import values from "../values.json" with { type: "json" };
import required from "./required.cjs";

const require = createRequire(import.meta.url);
const pool = new mp.Pool(1);
const results = {};
const call = (fn, ...args) => pool.apply(fn, args);
/** The worker's own state goes on from call to call, whichever way it is called. */
results.state = [await call(count), await call(() => count()), await call(countArrow), await call(counted), await call(again.renamed), await call(() => again.count()), await call(state), await call(again.other)].join();
results.home = count();
results.more = [await call(api.count), await call(made, 1), await call(bound, 3), await call(listed, 0), await call(() => listed(0))].join();
results.expression = [await call(asExpression, 1), await call(() => asExpression(1)), await call(asVariable, 1), await call((x) => asVariable(x), 1)].join();
results.spaced = [await call(spaced), await call(() => spaced())].join();
results.waiting = [await call(waiting.count), await call(() => waiting.count())].join();
results.dynamic = await call(waiting.wait) > 1;
results.required = [await call(required), await call(required.count), await call(() => required.count()), await call(required.api.count), await call(() => required.api.count())].join();
results.json = await call(() => values.answer);
// Classes, there and back.
results.box = [await call(isBox, new Box(5)), await call((it) => isBox(it), new Box(5)), await call((it) => it instanceof Box && it.inside, new Box(6))].join();
const back = await call((x) => new Box(x), 8);
results.back = back instanceof Box && back.inside;
results.itself = [await call(() => Box) === Box, await call(() => count) === count, await call((it) => it, countArrow) === countArrow].join();
const failure = await call(fail).catch((it) => it);
results.failure = [failure instanceof Failure, failure.message, failure.calls > 5].join();
results.requiredBox = [await call(required.isBox, new required.Box()), (await call(() => new required.Box())) instanceof required.Box].join();
// What was assigned to an export since is no export of the module that a worker loads.
const before = live;
results.live = [await call(live), await call(() => live())];
swap();
results.live.push(await call(before), await call(live), await call(() => live()));
results.inner = [await call(hand()), await call(hand())].join();
// Not in a name: the main file's own, and what was put in place of an export.
let own = 0;
const increase = () => ++own;
results.own = [await call(increase), await call(increase)].join();
const { count: original } = required;
required.count = () => "mock";
results.mocked = [await call(required.count), typeof await call(original)].join();
// Addresses with a query, data, and symbolic links.
const queried = await import("./expression.mjs?v=2");
results.query = [await call(queried.default, 1), await call((x) => queried.default(x), 1)].join();
const data = await import("data:text/javascript,let n = 0; export const next = () => ++n;");
results.data = [await call(data.next), await call(() => data.next())].join();
const folder = mkdtempSync(join(tmpdir(), "linked "));
writeFileSync(join(folder, "real.mjs"), "let n = 0; export const next = () => ++n;");
symlinkSync(join(folder, "real.mjs"), join(folder, "link.mjs"));
const linked = await import(join(folder, "link.mjs"));
results.linked = [await call(linked.next), await call(() => linked.next())].join();
// One whose file has changed since it was loaded goes by value.
writeFileSync(join(folder, "changed.mjs"), "let n = 0; export const next = () => ++n;");
const changed = await import(join(folder, "changed.mjs"));
writeFileSync(join(folder, "changed.mjs"), "export const next = () => 'another';");
results.changed = await call(changed.next);
// A module that changes its mind in a worker is told.
writeFileSync(join(folder, "fickle.cjs"), "exports.where = require('node:worker_threads').isMainThread ? () => 'main' : () => 'worker'; if (require('node:worker_threads').isMainThread) exports.only = () => 1;");
const fickle = require(join(folder, "fickle.cjs"));
results.fickle = [(await call(fickle.where).catch((error) => error)).message, (await call(fickle.only).catch((error) => error)).message];
rmSync(folder, { recursive: true });
// A process alike.
const queue = new mp.Queue();
const child = new mp.Process({ target: async (...args) => { const [into, fn] = args; await into.put([fn(), count(), isBox(args[2])]); }, args: [queue, count, new Box(1)] });
child.start();
await child.join();
results.process = [child.exitCode, ...await queue.get()].join();
await pool.terminate();
// What an exported initializer assigns is its module's own in each worker.
const opened = new mp.Pool(1, { initializer: open, initargs: ["books"] });
results.opened = [await opened.apply(read), await opened.apply(() => read()), read() ?? "closed"].join();
results.unseen = (await opened.apply(reader()).catch((error) => error)).message;
await opened.terminate();
results.table = table.length;
console.log(JSON.stringify(results));
