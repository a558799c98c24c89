/** The connection of this worker to the main thread: a port of our own, and memory that both share. */
import { readlinkSync } from "node:fs";
import { basename } from "node:path";
import { MessageChannel, parentPort, threadId, workerData } from "node:worker_threads";
import { clock } from "../../base/clock";
import { isThere } from "../../base/runtime";
import { Claims } from "../protocol/claims";
import type { FromWorker, Hello, WorkerSetup } from "../protocol/messages";
import { currentWorker, type CurrentWorker } from "./currentWorker";

const channel = new MessageChannel();
export const setup = workerData as WorkerSetup;
export const port = channel.port1;
/** May what is sent back go to another machine? */
export const machines = setup.machine !== undefined;
/** This worker, in words, by the number that its lane in a timeline has. */
export const thisWorker = (): string =>
  `worker ${(currentWorker as CurrentWorker).number} of ${setup.machine ?? "the pool"}`;
export const claims = new Claims();

export function send(message: FromWorker, moves?: ArrayBuffer[]): void {
  port.postMessage(message, moves);
}

/** Hands the other end to the main thread. */
export function connect(): void {
  const link = "/proc/thread-self";
  const hello: Hello = {
    is: "hello",
    thread: threadId,
    port: channel.port2,
    claims: claims.words,
    ready: clock(),
    systemThread: isThere(link) ? Number(basename(readlinkSync(link))) : undefined,
  };
  parentPort?.postMessage(hello, [channel.port2]);
}
