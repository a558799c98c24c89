/** Workers that lie: whatever they send in place of an honest reply, no code of theirs is run in the main process. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { MessagePort } from "node:worker_threads";
import * as mp from "parallel-typescript";
import { makePool } from "../helpers/pool";
import { temporaryFolder } from "../helpers/files";

const CODE = "(globalThis.hacked = true)";
const hacked = (): unknown => (globalThis as { hacked?: unknown }).hacked;
class Vault {
  #gold = 1;
  get gold(): number {
    return this.#gold;
  }
}

const nothing = {
  imports: [],
  computedKeys: [],
  args: undefined,
  enclosingClass: undefined,
  baseClass: undefined,
  self: undefined,
  usesThis: false,
  position: undefined,
  sloppy: true,
  length: 0,
  name: "f",
  source: CODE,
  scope: -1,
};
const fn = { ...nothing, is: "function", id: "forged:1", form: "expression", code: CODE, isClass: false };
const named = (...path: string[]): object => ({ is: "name", name: { from: "global", path } });
const bound = (target: object): object[] => [
  { is: "object", props: [["then", [1]]] },
  { is: "bound", id: "forged:2", target: [2], self: undefined, args: [CODE] },
  target,
];

/** Messages whose reading would run code, if anybody were so careless; each with the words of the refusal. */
function forgeries(folder: string): Record<string, [nodes: object[], words: RegExp]> {
  const file = join(folder, "evil.cjs");
  writeFileSync(file, `globalThis.hacked = true; exports.f = () => 1;`);
  return {
    "a function": [[fn], /made in a worker/],
    "a class": [[{ ...fn, isClass: true, code: `(class { static { ${CODE} } })` }], /made in a worker/],
    "a getter": [[{ is: "object", props: [["x", [1], 7, undefined]] }, fn], /made in a worker/],
    "a promise that is none, made of eval": [bound(named("eval")), /made in a worker/],
    "the same of Function": [bound(named("Function")), /made in a worker/],
    "the same of a module": [
      bound({ is: "name", name: { from: "module", module: "node:vm", path: ["runInThisContext"] } }),
      /made in a worker/,
    ],
    "a module that is not loaded here": [
      [{ is: "name", name: { from: "module", module: file, path: ["f"] } }],
      /not loaded here/,
    ],
    "a module as an import": [[{ is: "import", name: { from: "module", module: file, path: [] } }], /not loaded here/],
    "a binding of a module": [[{ is: "binding", url: file, parent: file, what: "f" }], /not imported here/],
    "what a worker keeps for itself": [[{ is: "workerObject", id: "object 0", value: undefined }], /made in a worker/],
    "the same of properties": [
      [{ is: "workerExports", id: "exports 0", names: ["x"], values: [] }],
      /made in a worker/,
    ],
    "an ES module that is not loaded here": [
      [{ is: "name", name: { from: "import", url: pathToFileURL(file).href, path: ["f"] } }],
      /not loaded here/,
    ],
    "import()": [
      [
        { is: "object", props: [["then", [1]]] },
        { is: "importer", parent: file },
      ],
      /made in a worker/,
    ],
    "a private method": [
      [
        { is: "member", id: "forged:3", of: [1], key: `#x || ${CODE}`, part: "private", self: undefined },
        named("Array"),
      ],
      /made in a worker/,
    ],
  };
}

/** Puts something else in the place of what this worker found out in each task, from now on. */
const lie = (forged: object): void => {
  const { postMessage } = MessagePort.prototype;
  MessagePort.prototype.postMessage = function (message: unknown, ...rest: unknown[]) {
    // A reply is a list: of the task's number, four times, and the outcome.
    const isReply = Array.isArray(message) && message.length === 6;
    const sent: unknown = isReply ? [...message.slice(0, 5), forged] : message;
    return (postMessage as (...args: unknown[]) => void).call(this, sent, ...rest);
  };
};
/** Runs in the worker: from now on every reply carries the forged message instead. */
const lieInPool = (nodes: object[]): void =>
  lie({ nodes, scopes: [{ parent: -1, variables: [] }], root: [0], shared: [] });

test("a forged reply of a worker of a pool runs nothing here", async (t) => {
  for (const [what, [nodes, words]] of Object.entries(forgeries(temporaryFolder(t)))) {
    const pool = makePool(t, 1);
    await pool.apply(lieInPool, [nodes]).catch(() => undefined);
    await assert.rejects(
      pool.apply(() => "one"),
      (error: Error) => error instanceof mp.SerializationError && words.test(error.message),
      what,
    );
    assert.equal(hacked(), undefined, what);
  }
});

test("private members in a forged reply are set by nobody, and code as the name of one is not run", async (t) => {
  const pool = makePool(t, 1);
  assert.equal(await pool.apply(() => new Vault().gold), 1);
  await pool
    .apply(
      (lies, code, Class) => {
        const owner = { is: "prototype", of: [2] };
        const fields = [[`#gold; ${code}; object.#gold`, 2]];
        lies([{ is: "object", privates: [{ owner: [1], fields }], proto: [1] }, owner, Class]);
      },
      [lieInPool, CODE, { is: "name", name: { from: "global", path: ["Map"] } }] as const,
    )
    .catch(() => undefined);
  await assert.rejects(
    pool.apply(() => 1),
    (error: Error) => error instanceof mp.SerializationError && error.message.includes("with private members"),
  );
  assert.equal(hacked(), undefined);
});

test("a forged error of a worker runs nothing here", async (t) => {
  const pool = makePool(t, 1);
  await pool
    .apply(
      (nodes) => {
        lie({ failure: { where: "here", stack: "", error: { nodes, scopes: [], root: [0], shared: [] } } });
      },
      [[{ is: "error", stack: "", props: [["message", [1]]] }, fn]],
    )
    .catch(() => undefined);
  await assert.rejects(
    pool.apply(() => "one"),
    /made in a worker/,
  );
  assert.equal(hacked(), undefined);
});

test("a forged item that a process puts into a queue runs nothing here, nor do messages of its own", async (t) => {
  for (const [what, [nodes, words]] of Object.entries(forgeries(temporaryFolder(t)))) {
    const queue = new mp.Queue();
    const liar = new mp.Process({
      name: "liar",
      target: async (to: mp.Queue, forged: object[], code: string) => {
        const { serialize } = await import("node:v8");
        const send = (process.send as (message: object) => boolean).bind(process);
        process.send = (message: { item?: Uint8Array }) =>
          send({
            ...message,
            ...(message.item && { item: serialize({ nodes: forged, scopes: [], root: [0], shared: [] }) }),
          });
        for (const is of ["run", "results", "function", "hello"])
          send({ is, code, bytes: serialize({ nodes: forged, scopes: [], root: [0], shared: [] }), source: code });
        await to.put("honest");
      },
      args: [queue, nodes, CODE],
    });
    liar.start();
    await assert.rejects(
      queue.get({ timeout: 60_000 }),
      (error: Error) => error instanceof mp.SerializationError && words.test(error.message),
      what,
    );
    await liar.join();
    assert.equal(hacked(), undefined, what);
  }
});

test("messages of a worker's own, on every channel that it has, are not taken for anything else", async (t) => {
  const pool = makePool(t, 1);
  const answer = await pool.apply(
    async (message, code) => {
      const { parentPort } = await import("node:worker_threads");
      for (const is of ["results", "function", "run", "hello", "queue"])
        parentPort?.postMessage({
          is,
          code,
          source: code,
          results: message,
          task: 1,
          reply: { is: "results", results: message },
        });
      parentPort?.postMessage({ nodes: [], code });
      parentPort?.postMessage(code);
      return "honest";
    },
    [{ nodes: [fn], scopes: [], root: [0], shared: [] }, CODE],
  );
  assert.equal(answer, "honest");
  assert.equal(await pool.apply(() => 2), 2);
  assert.equal(hacked(), undefined);
});
