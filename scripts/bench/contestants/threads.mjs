// Two worker threads and nothing else: what a call costs at least. No task is queued by need, no function travels, nothing is recorded.
import { Session } from "node:inspector";
import { Worker, isMainThread, parentPort } from "node:worker_threads";
import { mapCubes, servePeer } from "./peer.mjs";
import { timedSending, timedStart } from "./serve.mjs";
import * as work from "./work.mjs";

/** Two threads: `run(name, value)` resolves with what the function of that name in work.mjs makes of the value, in one of them. */
function startThreads() {
  const threads = [0, 1].map(() => {
    const worker = new Worker(new URL(import.meta.url));
    const waiting = [];
    worker.on("message", (result) => waiting.shift()(result));
    return { worker, waiting };
  });
  let calls = 0;
  return {
    run: (name, value) =>
      new Promise((resolve) => {
        const { worker, waiting } = threads[calls++ % threads.length];
        waiting.push(resolve);
        worker.postMessage({ name, value });
      }),
    end: () => Promise.all(threads.map(({ worker }) => worker.terminate())),
  };
}

/** What has to be asked of V8's inspector to read the variables around a function, and no more. It answers before `post` returns. */
function readerOfVariables() {
  const session = new Session();
  session.connect();
  let answer;
  const post = (method, params) => {
    session.post(method, params, (error, result) => (answer = error ?? result));
    return answer;
  };
  return (fn) => {
    globalThis.fn = fn;
    const { result } = post("Runtime.evaluate", { expression: "fn" });
    const { internalProperties } = post("Runtime.getProperties", { objectId: result.objectId, ownProperties: true });
    const scopes = internalProperties.find(({ name }) => name === "[[Scopes]]").value;
    const { result: list } = post("Runtime.getProperties", { objectId: scopes.objectId, ownProperties: true });
    const variables = post("Runtime.getProperties", { objectId: list[0].value.objectId, ownProperties: true });
    post("Runtime.releaseObjectGroup", { objectGroup: "" });
    return variables.result.map(({ name, value }) => [name, value.value]);
  };
}

const makeAdder = (index) => (x) => x + index;

if (isMainThread) {
  const { run, end } = startThreads();
  await servePeer(run, end, {
    start: (request) =>
      timedStart(
        request,
        startThreads,
        (threads, numbers) => mapCubes(threads.run, numbers),
        (threads) => threads.end(),
      ),
    /** Reads the variable of a new function, and sends its text with it. */
    async block({ calls }) {
      const variablesOf = readerOfVariables();
      const send = (index) => {
        const fn = makeAdder(index);
        return run("added", { source: String(fn), variables: variablesOf(fn), value: index });
      };
      return { seconds: await timedSending(calls, send), answer: calls };
    },
  });
} else parentPort.on("message", ({ name, value }) => parentPort.postMessage(work[name](value)));
