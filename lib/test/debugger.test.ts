import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { temporaryFolder } from "./helpers/files";
import { runScript } from "./helpers/pool";

/** Runs in a thread of its own, as a debugger does elsewhere: notes where the main thread stops, and has it go on. */
const DEBUGGER = `
  const { Session } = require("node:inspector");
  const { parentPort } = require("node:worker_threads");
  const session = new Session();
  const stops = [];
  session.connectToMainThread();
  session.on("Debugger.paused", ({ params }) => { stops.push(params.callFrames[0].functionName); session.post("Debugger.resume"); });
  session.post("Debugger.enable", () => parentPort.postMessage("attached"));
  parentPort.on("message", () => {
    session.disconnect();
    parentPort.postMessage(stops);
  });`;

/** What a program works out, and where a debugger that is attached to it stopped meanwhile. */
async function underDebugger(t: TestContext, body: string): Promise<{ stops: string[]; result: unknown }> {
  const { stdout, stderr } = await runScript(
    t,
    `
    const { once } = require("node:events");
    (async () => {
      const attached = new (require("node:worker_threads").Worker)(${JSON.stringify(DEBUGGER)}, { eval: true, execArgv: [] });
      await once(attached, "message");
      const result = await (async () => { ${body} })();
      attached.postMessage("report");
      const [stops] = await once(attached, "message");
      console.log(JSON.stringify({ stops, result }));
    })().catch((error) => console.error(error)).finally(() => process.kill(process.pid, "SIGKILL"));`,
    { flags: ["--inspect=0"] },
  );
  const answer = stdout.trim().split("\n").at(-1) as string;
  assert.ok(answer.startsWith("{"), stderr);
  return JSON.parse(answer) as { stops: string[]; result: unknown };
}

test("an attached debugger never stops inside the library", { timeout: 120_000 }, async (t) => {
  assert.deepEqual(
    await underDebugger(
      t,
      `
    const pool = new mp.Pool(1);
    let count = 1;
    const add = (n) => { count += n; return count; };
    const read = () => count;
    const closure = await pool.apply((plus, now) => { plus(2); return now(); }, [add, read]);
    class Stock { #left = 5; take(n) { this.#left -= n; return this.#left; } each = (n) => this.take(n); both(where, n) { return where.apply(() => this.take(n)); } }
    const own = await new Stock().both(pool, 2);
    const bound = await (function () { return pool.map((x) => x * this.factor, [1, 2]); }).call({ factor: 7 });
    class Box { left = 5; take(n) { this.left -= n; return this.left; } }
    class More extends Box { more = 1; constructor() { super(); } all() { return [this.more, this.take(0)]; } }
    const home = (await pool.apply(() => new More())).all();
    const generators = await pool.apply(async (all) => { const list = []; for await (const x of all()) list.push(x); return list; }, [async function* () { yield count; count++; yield count; }]);
    const task = await pool.apply(() => { let inner = 1; return ((f) => { f(); return inner; })(() => { inner = 2; }); });
    const failed = await pool.apply((key) => { throw new RangeError("no " + key); }, ["x"]).catch(({ name, message }) => [name, message]);
    await pool.terminate();
    const child = new mp.Process({ target: (plus) => { process.exitCode = plus(41); }, args: [add] });
    child.start();
    await child.join();
    return { closure, own, bound, home, generators, task, failed, code: child.exitCode };`,
    ),
    {
      stops: [],
      result: {
        closure: 3,
        own: 3,
        bound: [7, 14],
        home: [1, 5],
        generators: [1, 2],
        task: 2,
        failed: ["RangeError", "no x"],
        code: 42,
      },
    },
  );
});

test(
  "a debugger in a worker does not stop while the worker sends functions and instances back",
  { timeout: 60_000 },
  async (t) => {
    const { stdout, stderr } = await runScript(
      t,
      `
    const seen = () => {
      const session = new (require("node:inspector").Session)();
      const stops = globalThis.stops = [];
      session.connect();
      session.on("Debugger.paused", ({ params }) => { stops.push(params.callFrames[0].functionName); session.post("Debugger.resume"); });
      session.post("Debugger.enable");
    };
    class Box { left = 5; take(n) { this.left -= n; return this.left; } }
    let count = 0;
    const add = () => ++count;
    mp.withPool(1, async (pool) => {
      await pool.apply(seen);
      const back = await pool.apply((plus) => { plus(); return [plus, () => plus]; }, [add]).catch(({ name }) => name);
      const home = await pool.apply(() => { const box = new Box(); box.take(2); return box; });
      const own = await pool.apply(function here() { debugger; return 1; });
      console.log(JSON.stringify([back, home.take(0), own, await pool.apply(() => globalThis.stops)]));
    });`,
    );
    assert.equal(stderr, "");
    assert.deepEqual(JSON.parse(stdout), ["SerializationError", 3, 1, ["here"]]);
  },
);

test("each of a program's own debugger statements stops once", { timeout: 60_000 }, async (t) => {
  const body =
    "let count = 0; const add = () => { count++; debugger; return count; }; const first = await mp.withPool(1, (pool) => pool.apply(add)); return [first, add()];";
  assert.deepEqual(await underDebugger(t, body), { stops: ["add"], result: [1, 1] });
});

/** What is used of the global class that Node 22 and newer have. */
type Socket = EventTarget & { send(text: string): void; close(): void };
const { WebSocket } = globalThis as { WebSocket?: new (url: string) => Socket };

test(
  "with --inspect-brk a program runs to its end once its debugger goes on, and stops at its first line only",
  { timeout: 60_000, skip: WebSocket === undefined },
  async (t) => {
    const file = join(temporaryFolder(t), "script.js");
    writeFileSync(
      file,
      `
    const mp = require(${JSON.stringify(require.resolve("parallel-typescript"))});
    let count = 1;
    const add = (n) => { count += n; return count; };
    (async () => {
      const sum = await mp.withPool(1, (pool) => pool.apply((plus) => plus(2), [add]));
      const child = new mp.Process({ target: (plus) => { process.exitCode = plus(4); }, args: [add] });
      child.start();
      await child.join();
      console.log(sum, child.exitCode);
    })();`,
    );
    const child = spawn(process.execPath, ["--inspect-brk=0", file], { stdio: ["ignore", "pipe", "pipe"] });
    t.after(() => child.kill("SIGKILL"));
    let stdout = "";
    child.stdout.on("data", (data: Buffer) => {
      stdout += String(data);
    });
    let stderr = "";
    const url = await new Promise<string>((resolve) =>
      child.stderr.on("data", (data: Buffer) => {
        stderr += String(data);
        const found = /ws:\S+/.exec(stderr);
        if (found !== null) resolve(found[0]);
      }),
    );
    const socket = new (WebSocket as new (url: string) => Socket)(url);
    const stops: string[] = [];
    let id = 0;
    const post = (method: string): void => socket.send(JSON.stringify({ id: ++id, method }));
    socket.addEventListener("message", (event) => {
      const { method, params } = JSON.parse((event as unknown as { data: string }).data) as {
        method?: string;
        params: { reason: string; context?: unknown };
      };
      if (method === "Debugger.paused") {
        stops.push(params.reason);
        post("Debugger.resume");
      }
      // A program that has ended waits for its debugger.
      if (method === "Runtime.executionContextDestroyed") socket.close();
    });
    await new Promise((resolve) => socket.addEventListener("open", resolve));
    for (const method of ["Runtime.enable", "Debugger.enable", "Runtime.runIfWaitingForDebugger"]) post(method);
    const [code] = (await once(child, "exit")) as [number];
    assert.deepEqual([code, stdout, stops], [0, "3 5\n", ["Break on start"]], stderr);
    assert.equal(stderr.match(/Debugger listening/g)?.length, 1, "its children listen to nobody");
  },
);

test(
  "a breakpoint in a function stops in the worker and in the process that run it",
  { timeout: 60_000 },
  async (t) => {
    const file = join(temporaryFolder(t), "program.js");
    writeFileSync(
      file,
      `
    const mp = require(${JSON.stringify(require.resolve("parallel-typescript"))});
    const factor = 2;
    function work(x) {
      const before = x + 1;
      return before * factor;
    }
    class Box { side = 3;
      area() {
        return this.side ** factor; } }
    const each = (x) =>
      x + factor;
    const watch = (url) => {
      const session = new (require("node:inspector").Session)();
      const stops = globalThis.stops = [];
      session.connect();
      session.on("Debugger.paused", ({ params }) => {
        const [{ functionName, location }] = params.callFrames;
        stops.push(functionName + ":" + (location.lineNumber + 1));
        session.post("Debugger.resume");
      });
      session.post("Debugger.enable");
      for (const lineNumber of [5, 9, 11]) session.post("Debugger.setBreakpointByUrl", { lineNumber, url });
    };
    const target = async (queue, url) => { watch(url); const sum = work(1) + new Box().area() + each(1); await queue.put([sum, globalThis.stops]); };
    (async () => {
      const url = require("node:url").pathToFileURL(__filename).href;
      const queue = new mp.Queue();
      const child = new mp.Process({ target, args: [queue, url] });
      child.start();
      const pool = new mp.Pool(1, { initializer: watch, initargs: [url] });
      const results = [await pool.apply(work, [1]), await pool.apply((box) => box.area(), [new Box()]), await pool.map(each, [1])];
      console.log(JSON.stringify([results, await pool.apply(() => globalThis.stops), await queue.get()]));
      await child.join();
      await pool.terminate();
    })();`,
    );
    const child = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "inherit"] });
    t.after(() => child.kill("SIGKILL"));
    let stdout = "";
    child.stdout.on("data", (data: Buffer) => {
      stdout += String(data);
    });
    await once(child, "close");
    const stops = ["work:6", "area:10", "each:12"];
    assert.deepEqual(JSON.parse(stdout), [[4, 9, [3]], stops, [16, stops]]);
  },
);
