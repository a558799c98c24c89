/** Machines that somebody else started: `parallel-typescript worker --cluster FILE`. */
import { readClusterFile } from "../clusterFile";
import { Meeting } from "../nats/natsLaunch";
import { nonEmptyString } from "../options";
import type { Launcher } from "./kinds";
import type { Launch, LaunchEvents, Starter } from "./launcher";

/**
 * Machines that somebody else started, on a cluster that several people may use at a time.
 *
 * @param clusterFile what `parallel-typescript cluster start` has named
 * @throws TypeError for what is no text
 * @example
 * // On a server: npx parallel-typescript cluster start
 * // On each machine: npx parallel-typescript worker --cluster FILE
 * const pool = new mp.ClusterPool(mp.connect(FILE));
 */
export function connect(clusterFile: string): Launcher {
  const file = nonEmptyString("connect: the cluster file", clusterFile);
  const starter: Starter = {
    kind: "connect",
    machines: undefined,
    workers: 1,
    nameOf: (number) => `machine-${number}`,
    open: (events) => new Connected(file, events),
  };
  return starter;
}

class Connected implements Launch {
  readonly key: Uint8Array;
  private readonly meeting: Meeting;
  private readonly url: string;

  constructor(
    private readonly file: string,
    events: LaunchEvents,
  ) {
    const cluster = readClusterFile(file);
    this.key = Buffer.from(cluster.key, "base64");
    this.url = cluster.url;
    this.meeting = new Meeting(cluster, events);
  }

  start(): void {
    this.meeting.connect();
  }

  exitCodeOf(name: string): Promise<number | null> {
    return Promise.resolve(this.meeting.exitCodes.get(name) ?? null);
  }

  report(): Promise<string> {
    return Promise.resolve(
      `No worker has come to the server ${this.url}. Start some: npx parallel-typescript worker --cluster ${this.file}`,
    );
  }

  end(): Promise<void> {
    this.meeting.end();
    return Promise.resolve();
  }
}
