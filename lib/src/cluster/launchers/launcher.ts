/** How machines are started: what a pool asks of it. */
import type { WorkerSetup } from "../../pool/protocol/messages";
import type { SchedulerOptions } from "../../pool/scheduler/executor";
import type { Channel } from "../link/channel";
import type { Launcher } from "./kinds";

/** What a launcher tells a pool. */
export interface LaunchEvents {
  /** A machine, or somebody who says so, can be talked to. */
  connected(channel: Channel): void;
  /** A machine has said something that is no message: what a Node says that cannot go on, or ssh. */
  said(name: string, text: Buffer): void;
  /** A machine of that name has ended. */
  ended(name: string): void;
  /** No machine can come. */
  failed(error: Error): void;
}

/** The machines of one pool that a launcher has started. */
export interface Launch {
  /** What the machines must have, to be let in. */
  readonly key: Uint8Array;
  /** Starts machines of these names; none where somebody else starts them, who may be looked for again. */
  start(names: readonly string[]): void;
  /** The exit code of a machine that has ended, -N for the signal N; null where nobody knows. */
  exitCodeOf(name: string): Promise<number | null>;
  /** What was asked of whom, and what was answered: for the error of those who wait for machines that do not come. */
  report(): Promise<string>;
  /** Ends what is left; resolves when nothing is. */
  end(): Promise<void>;
}

export interface Starter extends Launcher {
  /** How many machines there are to be; undefined where somebody else starts them. */
  readonly machines: number | undefined;
  /** How many workers each has, as far as is known. */
  readonly workers: number;
  /** The name of the machine that is started as the n-th. */
  nameOf(number: number): string;
  /** @param server as of a ClusterPool */
  open(events: LaunchEvents, server: string | undefined): Launch;
}

/** What a ClusterPool was told of its machines. */
export interface ClusterSetup {
  readonly starter: Starter;
  readonly retries: number;
  readonly timeout: number;
  readonly server: string | undefined;
}

/** What each machine is told of its workers. */
export type MachineSetup = Omit<WorkerSetup, "route" | "machine"> & { readonly options: SchedulerOptions };
