/** What a machine does: it is told on its standard input who it is, and then works for one pool; or it is kept at work for the pools of a cluster. */
import { hostname } from "node:os";
import { parseArgs } from "node:util";
import { availableCpus } from "../base/cpus";
import { PoolClosedError } from "../base/errors";
import { readClusterFile } from "./clusterFile";
import { StreamChannel } from "./link/channel";
import { RefusedError, work } from "./machine/machine";
import type { MeetingPlace } from "./nats/meetPool";
import { positiveInteger } from "./options";
import { libraryVersion } from "./version";

interface Told {
  readonly key: string;
  readonly name: string;
  readonly workers: number;
  /** Where the pool is met; it is at the other end of standard input and output when left out. */
  readonly meeting?: MeetingPlace;
}

/** Reads one line; what comes after it stays in the stream. */
function readLine(input: NodeJS.ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let line = Buffer.alloc(0);
    const take = (chunk: Buffer): void => {
      line = Buffer.concat([line, chunk]);
      const end = line.indexOf("\n");
      if (end < 0) return;
      input.off("data", take);
      input.pause();
      input.unshift(line.subarray(end + 1));
      resolve(line.toString("utf8", 0, end));
    };
    input.on("data", take);
    input.once("end", () =>
      reject(new Error("The input ended before it said which pool this machine is to work for.")),
    );
  });
}

async function workForOne(): Promise<void> {
  const { stdin, stdout, stderr } = process;
  // What is no message must not get between the messages.
  Object.defineProperty(process, "stdout", { value: stderr, configurable: true });
  // Ctrl-C reaches this process, too: the program that it is meant for decides.
  process.on("SIGINT", () => undefined);
  const { key, name, workers, meeting } = JSON.parse(await readLine(stdin)) as Told;
  let channel;
  if (meeting === undefined) channel = new StreamChannel(stdin, stdout, true);
  else {
    const { meetPool } = require("./nats/meetPool") as typeof import("./nats/meetPool");
    channel = await meetPool(meeting);
    // It ends with whoever keeps it.
    stdin.on("end", () => process.exit(1)).resume();
  }
  await work(channel, Buffer.from(key, "base64"), name, workers, (counts) => process.send?.(counts));
}

/** @param args of the command: --cluster FILE, and --threads and --name */
export async function workForAll(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { cluster: { type: "string" }, threads: { type: "string" }, name: { type: "string" } },
  });
  if (values.cluster === undefined)
    throw new Error(
      "Which cluster? Write: parallel-typescript worker --cluster FILE, with the file that `parallel-typescript cluster start` has named.",
    );
  const threads = values.threads === undefined ? availableCpus() : positiveInteger("--threads", Number(values.threads));
  const { SLURM_ARRAY_TASK_ID } = process.env;
  const host = hostname();
  const name =
    values.name ?? (SLURM_ARRAY_TASK_ID === undefined ? `${host}-${process.pid}` : `slurm-${SLURM_ARRAY_TASK_ID}`);
  const { keep } = require("./nats/keeper") as typeof import("./nats/keeper");
  await keep(readClusterFile(values.cluster), name, threads, { host, library: libraryVersion() });
}

/** @param args `--stdio`; or those of `workForAll` */
export function main(args: string[]): void {
  (args[0] === "--stdio" ? workForOne() : workForAll(args)).then(
    () => process.exit(0),
    (error: unknown) => {
      // A pool that has gone knows that it has.
      if (!(error instanceof PoolClosedError)) process.stderr.write(`${(error as Error).message}\n`);
      process.exit(error instanceof RefusedError ? RefusedError.exitCode : 1);
    },
  );
}
