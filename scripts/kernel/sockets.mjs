// The thread that has all of the kernel's sockets. It answers heartbeats, Stop and shutdown and sends what a cell prints while the cell keeps the
// main thread busy. It gives the main thread one cell at a time, and everything else as it comes.
import { parentPort as port, workerData } from "node:worker_threads";
import * as zmq from "zeromq";
import { endAll } from "./processGroup.mjs";
import { History } from "./history.mjs";
import { Outbox } from "./outbox.mjs";
import { UNSENT } from "./sharedFlags.mjs";
import { Stopper } from "./interruptFromSockets.mjs";
import { Wire } from "./wire.mjs";

const { connection, shared } = workerData;
const parentPort = /** @type {import("node:worker_threads").MessagePort} */ (port);
/** How long (milliseconds) the main thread has to end by itself. */
const PATIENCE_MS = 1000;

const unlimited = { sendHighWaterMark: 0, linger: 500 };
const sockets = {
  iopub: new zmq.Publisher({ ...unlimited, sendTimeout: 0 }),
  shell: new zmq.Router(unlimited),
  control: new zmq.Router(unlimited),
  stdin: new zmq.Router(unlimited),
  hb: new zmq.Reply(unlimited),
};
const wire = new Wire(connection.key);
const outbox = new Outbox(wire, (characters) => {
  Atomics.sub(shared, UNSENT, characters);
  Atomics.notify(shared, UNSENT);
});
const stopper = new Stopper(shared, (message) => parentPort.postMessage(message));
const history = new History();

/** Requests by number. Headers stay for good: a cell may print long after its end. */
const requests = new Map();
const headers = new Map();
const cells = [];
let running;
let count = 0;
let kernelInfo;
const waitingForInfo = [];
let ending = false;
/** Where the answer of the person in front goes, while the running cell waits for one. */
let asked;

const publish = (parent, type, content) => outbox.send({ socket: sockets.iopub, type, parent, content });
const status = (request, state) => publish(request.header, "status", { execution_state: state });

function reply({ socket, identities, header }, content) {
  outbox.send({ socket, identities, type: header.msg_type.replace(/_request$/, "_reply"), parent: header, content });
}

function answer(request, content) {
  reply(request, content);
  status(request, "idle");
}

function hear(socket, frames) {
  const request = { ...wire.parse(frames), socket, number: headers.size + 1 };
  requests.set(request.number, request);
  headers.set(request.number, request.header);
  const { content, header } = request;
  if (header.msg_type === "input_reply") {
    requests.delete(request.number);
    asked?.postMessage({ answer: content.value });
    asked = undefined;
    return;
  }
  if (header.msg_type === "execute_request") {
    cells.push(request);
    return nextCell();
  }
  // jupyter_client counts the messages of its manager and of its client apart, under one session: a Stop may bear the very number
  // of the cell that it is to stop, and its "idle" would be taken for that cell's.
  if (header.msg_type === "interrupt_request") {
    requests.delete(request.number);
    stopper.stop(running?.number ?? 0);
    return reply(request, { status: "ok" });
  }
  status(request, "busy");
  const done = (content) => {
    requests.delete(request.number);
    answer(request, content);
  };
  switch (header.msg_type) {
    case "kernel_info_request":
      return void (kernelInfo ? done(kernelInfo) : waitingForInfo.push(done));
    case "shutdown_request":
      return void shutDown(() => done({ status: "ok", restart: content.restart === true }));
    case "history_request":
      return done(history.answer(content));
    case "comm_info_request":
      return done({ status: "ok", comms: {} });
    case "is_complete_request":
    case "inspect_request":
    case "complete_request":
      return parentPort.postMessage({ is: "request", number: request.number, type: header.msg_type, content });
    case "comm_open":
      // This kernel has no comms; closing one tells the front end so.
      publish(header, "comm_close", { comm_id: content.comm_id, data: {} });
  }
  requests.delete(request.number);
  status(request, "idle");
}

function nextCell() {
  if (running !== undefined || cells.length === 0 || ending) return;
  running = cells.shift();
  status(running, "busy");
  const { metadata } = running;
  const { code, silent = false, store_history: kept = !silent } = running.content;
  const listed = kept && !silent;
  if (listed) history.add(++count, code);
  if (!silent) publish(running.header, "execute_input", { code, execution_count: count });
  const name = listed ? `In[${count}]` : "In[*]";
  parentPort.postMessage({ is: "execute", number: running.number, code, name, id: metadata.cellId });
}

/** The main thread wants a line of the person in front. Who has taken the cell has said whether there is one. */
function ask({ cell, prompt, port }) {
  if (running?.number !== cell)
    return port.postMessage({ refusal: "Only a cell that runs can ask for input, and this one has ended." });
  if (running.content.allow_stdin !== true)
    return port.postMessage({
      refusal: "Nobody can be asked for input here: the notebook is run without a person in front of it.",
    });
  asked = port;
  const { identities, header } = running;
  const content = { prompt, password: false };
  outbox.send({ socket: sockets.stdin, identities, type: "input_request", parent: header, content });
}

/** A cell's last value. */
function showValue({ cell, content }) {
  publish(headers.get(cell), "execute_result", { execution_count: count, ...content });
}

/** The main thread says that a cell has ended. `error` is undefined, or the content of an error message. */
function cellEnded(error) {
  const request = running;
  running = undefined;
  // Who asked waits no longer, and its end of the port would stay.
  asked?.close();
  asked = undefined;
  requests.delete(request.number);
  if (error) publish(request.header, "error", error);
  answer(request, {
    status: error ? "error" : "ok",
    execution_count: count,
    ...(error ?? { payload: [], user_expressions: {} }),
  });
  if (error && request.content.stop_on_error !== false) abortWaiting();
  nextCell();
}

/** The cells that wait when another one fails, such as the rest of a Run All, are not run. A cell that comes later is run, however soon it comes. */
function abortWaiting() {
  for (const request of cells.splice(0)) {
    requests.delete(request.number);
    status(request, "busy");
    answer(request, { status: "aborted" });
  }
}

async function shutDown(sayIt) {
  ending = true;
  sayIt?.();
  await outbox.empty();
  // What ZeroMQ was given last may still be on its way.
  await new Promise((resolve) => setTimeout(resolve, 50));
  parentPort.postMessage({ is: "exit" });
  setTimeout(endAll, PATIENCE_MS);
}

parentPort.on("message", (message) => {
  switch (message.is) {
    case "print":
      return outbox.print(sockets.iopub, headers.get(message.cell), message.name, message.text);
    case "show":
      return publish(headers.get(message.cell), message.type, message.content);
    case "value":
      return showValue(message);
    case "ask":
      return ask(message);
    case "ended":
      return cellEnded(message.error);
    case "answer": {
      const request = requests.get(message.number);
      requests.delete(message.number);
      return answer(request, message.content);
    }
    case "ready":
      kernelInfo = message.info;
      for (const done of waitingForInfo.splice(0)) done(kernelInfo);
      return;
  }
});

async function listen(name) {
  for await (const frames of sockets[name]) {
    try {
      hear(sockets[name], frames);
    } catch (error) {
      console.error("The kernel did not understand a message:", error);
    }
  }
}

async function beat() {
  for await (const frames of sockets.hb) await sockets.hb.send(frames);
}

/** Ends the kernel when the Jupyter that started it has died without a shutdown_request. */
function watchParent() {
  const parent = process.ppid;
  if (!process.env.JPY_PARENT_PID || parent <= 1) return;
  setInterval(() => {
    if (!ending && (process.ppid !== parent || !isThere(parent))) void shutDown();
  }, 1000);
}

function isThere(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}

for (const [name, socket] of Object.entries(sockets)) {
  const port = connection[`${name}_port`];
  await socket.bind(
    connection.transport === "ipc"
      ? `ipc://${connection.ip}-${port}`
      : `${connection.transport}://${connection.ip}:${port}`,
  );
}
for (const listening of [listen("shell"), listen("control"), listen("stdin"), beat()]) {
  listening.catch((error) => {
    console.error("A socket of the kernel failed:", error);
    void shutDown();
  });
}
watchParent();
