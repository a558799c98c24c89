/** What runs in a Process: it is told a function and its arguments, calls it, and ends when the function and what it left behind have ended. */
import { isMeasured } from "../base/coverageTools";
import { decode, registerDecoder } from "../serialize/decode/decode";
import { unpack } from "../serialize/message/bytes";
import type { Maps } from "../remote/stackFrames";
import type { QueueAnswer, QueueRequest } from "../queue/messages";
import { handleAnswer, connectToParent, hasPendingRequests } from "../remote/parent";
import { SyncPipe } from "./syncPipe";

/** From a child process to its parent. */
export type FromChild =
  /** Its first message. */
  | { readonly is: "here" }
  /** The last message of one that failed: what it put before is on its way. */
  | { readonly is: "over" }
  | QueueRequest;
/** From a parent to its child process. */
export type ToChild =
  | { readonly is: "run"; readonly bytes: Uint8Array; readonly name: string; readonly maps: Maps }
  | QueueAnswer
  /** An answer is in the pipe of locks. */
  | { readonly is: "piped" };

// Loaded only when they are needed, so that a process starts sooner.
const queues = () => require("../queue/queue") as typeof import("../queue/queue");
const queueClient = () => require("../queue/client") as typeof import("../queue/client");
const locks = () => require("../sync/receive") as typeof import("../sync/receive");
const stackFrames = () => require("../remote/stackFrames") as typeof import("../remote/stackFrames");
const coverage = () => require("../remote/coverage") as typeof import("../remote/coverage");
registerDecoder("queue", (sent) => queues().receiveQueue(sent));
registerDecoder("sync", (sent, shared) => locks().receiveSync(sent, shared));

const channel = process.channel as unknown as { ref(): void; unref(): void };

const pipe = new SyncPipe(handleAnswer);
connectToParent({
  send: (message) => {
    if (message.is === "sync") pipe.send(message);
    else process.send?.(message);
  },
  hold: () => channel.ref(),
  release: () => channel.unref(),
  receive: () => pipe.receive(),
});
if (isMeasured()) coverage().coverUntilExit();
process.send?.({ is: "here" } satisfies FromChild);
process.on("disconnect", () => process.exit(1));
process.on("message", (message: ToChild) => {
  switch (message.is) {
    case "run":
      return void run(message);
    case "answer":
      return handleAnswer(message);
    case "size":
      return queueClient().handleSize(message);
    case "piped":
      return pipe.told();
  }
});

async function run({ bytes, name, maps }: Extract<ToChild, { is: "run" }>): Promise<void> {
  const fail = (error: unknown): void => {
    console.error(`${name} failed:\n${stackFrames().errorText(error)}`);
    process.exitCode = 1;
    // Messages keep their order: when this one is out, so is everything that was put before the error.
    process.send?.({ is: "over" } satisfies FromChild, () => process.exit(1));
  };
  process.on("uncaughtException", fail);
  if (maps.size > 0) stackFrames().learnMaps(maps);
  try {
    const { value } = await decode(unpack({ bytes, shared: [] }), { evaluate: true });
    const [target, ...args] = value as [(...args: unknown[]) => unknown, ...unknown[]];
    // From here on only what the target does keeps this process alive.
    if (!hasPendingRequests()) channel.unref();
    await target(...args);
  } catch (error) {
    fail(error);
  }
}
