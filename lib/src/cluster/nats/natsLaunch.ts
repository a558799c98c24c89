/** How a pool talks to machines that meet it at a server: by a thread of its own, see `poolThread`. */
import { Worker } from "node:worker_threads";
import { ENTRIES } from "../../base/ownFiles";
import { nodeCrypto } from "../../base/loadLate";
import type { ClusterFile } from "../clusterFile";
import type { LaunchEvents } from "../launchers/launcher";
import type { Channel, ChannelEvents } from "../link/channel";
import { nats } from "./client";
import type { FromThread, ThreadSetup, ToThread } from "./talkToMachines";
import { unsealText } from "./seal";

/** Shorter than the shortest message that a server takes, less what is added on the way. */
const LONGEST = 2 ** 20 - 1024;

export class Meeting {
  /** Names this pool at the server. */
  readonly session = nodeCrypto().randomUUID();
  private readonly setup: ThreadSetup;
  /** Undefined when the server cannot be reached, or does not let this program in. */
  private thread: Worker | undefined;
  private readonly machines = new Map<string, ChannelEvents>();
  /** The exit codes of machines that have ended, by their names. */
  readonly exitCodes = new Map<string, number | null>();
  private readonly key: Uint8Array;

  /** @throws when the client of NATS is not installed, or the file is only a worker's */
  constructor(
    cluster: ClusterFile,
    private readonly events: Pick<LaunchEvents, "connected" | "failed">,
  ) {
    nats();
    if (cluster.client === undefined)
      throw new Error(
        "This cluster file is for workers only. Take the one that `parallel-typescript cluster start` has named first.",
      );
    this.key = Buffer.from(cluster.key, "base64");
    this.setup = { url: cluster.url, seed: cluster.client, session: this.session };
    this.connect();
  }

  /** Goes to the server, unless it is there. */
  connect(): void {
    if (this.thread !== undefined) return;
    this.thread = new Worker(ENTRIES.poolThread, { workerData: this.setup });
    this.thread.unref();
    this.thread.on("message", (message: FromThread) => this.handle(message));
    this.thread.on("error", (error) => this.failed(error));
  }

  end(): void {
    this.tell({ is: "end" });
  }

  private tell(message: ToThread): void {
    this.thread?.postMessage(message);
  }

  private handle(message: FromThread): void {
    switch (message.is) {
      case "connected":
        return;
      case "failed":
        return this.failed(new Error(message.why));
      case "message":
        return (this.machines.get(message.machine) ?? this.open(message.machine)).message(bufferOf(message.bytes));
      case "closed":
        return this.machines.get(message.machine)?.closed(message.why);
      case "gone":
        return this.gone(message.machine, message.sealed);
    }
  }

  private failed(error: Error): void {
    this.thread = undefined;
    const machines = [...this.machines.values()];
    this.machines.clear();
    this.events.failed(error);
    for (const machine of machines) machine.closed(error.message);
  }

  private gone(machine: string, sealed: Uint8Array): void {
    const text = unsealText(this.key, `gone ${this.session} ${machine}`, sealed);
    if (text === undefined) return;
    const { name, exitCode } = JSON.parse(text) as { name: string; exitCode: number | null };
    this.exitCodes.set(name, exitCode);
    this.machines.get(machine)?.closed("its program has ended");
  }

  private open(machine: string): ChannelEvents {
    let events: ChannelEvents = { message: () => undefined, closed: () => undefined };
    const channel: Channel = {
      isPrivate: false,
      longest: LONGEST,
      open: (theirs) => {
        events = theirs;
      },
      send: (parts) => this.tell({ is: "send", machine, bytes: Buffer.concat(parts) }),
      close: () => this.tell({ is: "close", machine }),
    };
    this.events.connected(channel);
    this.machines.set(machine, events);
    return events;
  }
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
