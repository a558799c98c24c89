/** Machines that Slurm starts: the tasks of an array job. They meet the pool at a server that the pool starts. */
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ENTRIES } from "../../base/ownFiles";
import { describe } from "../../base/errors";
import { isIterable } from "../../base/items";
import { readOptions } from "../../base/options";
import { clearInterval, setInterval } from "../../base/timers";
import { guardFolder } from "../../process/orphanGuard";
import { writeClusterFile, type ClusterFile } from "../clusterFile";
import { Meeting } from "../nats/natsLaunch";
import { Server, findServer } from "../nats/server";
import { nonEmptyString, positiveInteger } from "../options";
import type { Launcher } from "./kinds";
import type { Launch, LaunchEvents, Starter } from "./launcher";

/** What `slurm` is told. */
export interface SlurmOptions {
  /** How many machines: the tasks of an array job. */
  jobs: number;
  /** Processors of each, and so its workers: 1 when left out. */
  cpus?: number | undefined;
  /** How long they may run, as Slurm writes it: "01:00:00". */
  time?: string | undefined;
  partition?: string | undefined;
  account?: string | undefined;
  /** Memory of each, as Slurm writes it: "4G". */
  memory?: string | undefined;
  /** Lines of shell before the worker starts, such as "module load nodejs". */
  prologue?: readonly string[] | undefined;
  /** Other options of sbatch. */
  extra?: readonly string[] | undefined;
}

const LOOK_EVERY = 3000;
const ANSWER_WITHIN = 20_000;

/**
 * Machines that Slurm starts, as an array job.
 *
 * @param options jobs, cpus, time, partition, account, memory, prologue, extra: see SlurmOptions
 * @throws RangeError for less than one job or processor, TypeError for other wrong options
 * @example
 * const pool = new mp.ClusterPool(mp.slurm({ jobs: 4, cpus: 8, time: "01:00:00" }), { server: "login1" });
 */
export function slurm(options: SlurmOptions): Launcher {
  const text = (name: string) => (value: unknown) => nonEmptyString(`slurm: ${name}`, value);
  const lines = (name: string) => (value: unknown) => {
    if (isIterable(value) && typeof value !== "string") return [...value].map(text(name));
    throw new TypeError(`slurm: ${name} must be a list of texts; got ${describe(value)}.`);
  };
  const told = readOptions<SlurmOptions>("slurm", options, {
    jobs: (value) => positiveInteger("slurm: jobs", value),
    cpus: (value) => positiveInteger("slurm: cpus", value),
    time: text("time"),
    partition: text("partition"),
    account: text("account"),
    memory: text("memory"),
    prologue: lines("prologue"),
    extra: lines("extra"),
  });
  const jobs = positiveInteger("slurm: jobs", told.jobs);
  const starter: Starter = {
    kind: "slurm",
    machines: jobs,
    workers: told.cpus ?? 1,
    nameOf: (number) => `slurm-${number}`,
    open: (events, server) => new SlurmJobs(told, server, events),
  };
  return starter;
}

class SlurmJobs implements Launch {
  readonly key: Uint8Array;
  private readonly folder = join(homedir(), ".parallel-typescript", `${process.pid}-${Date.now()}`);
  private readonly file = join(this.folder, "worker.json");
  private readonly server: Promise<Server>;
  private meeting: Meeting | undefined;
  private readonly jobs: string[] = [];
  private readonly missing = new Set<number>();
  private asked = "";
  private timer: NodeJS.Timeout | undefined;
  private isOver = false;

  constructor(
    private readonly options: SlurmOptions,
    server: string | undefined,
    private readonly events: LaunchEvents,
  ) {
    // The server knows nothing of the key, so it need not be there yet.
    this.key = Buffer.from(crypto.getRandomValues(new Uint8Array(32)));
    this.server = this.startServer(server);
    this.server.catch((error: unknown) => events.failed(error as Error));
  }

  start(names: readonly string[]): void {
    const numbers = names.map((name) => Number(name.replace("slurm-", "")));
    for (const number of numbers) this.missing.add(number);
    this.server
      .then(() => {
        this.meeting?.connect();
        return this.submit(numbers).catch((error: unknown) => {
          throw new Error(`Slurm did not take the job. ${this.asked} Answered: ${(error as Error).message}`);
        });
      })
      .catch((error: unknown) => this.events.failed(error as Error));
  }

  exitCodeOf(name: string): Promise<number | null> {
    return Promise.resolve(this.meeting?.exitCodes.get(name) ?? null);
  }

  async report(): Promise<string> {
    const queue = await run("squeue", ["-h", "-o", "%i %T %r", "-j", this.jobs.join()]).catch(
      (error: unknown) => (error as Error).message,
    );
    return `${this.asked} Job ${this.jobs.join() || "none"}. Squeue says: ${queue.trim().replaceAll("\n", "; ") || "nothing is left of it"}.${this.logs()}`;
  }

  async end(): Promise<void> {
    this.isOver = true;
    clearInterval(this.timer);
    // Most have left by themselves.
    if (this.jobs.length > 0) await run("scancel", this.jobs).catch(() => "");
    this.meeting?.end();
    const server = await this.server.catch(() => undefined);
    await server?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async startServer(named: string | undefined): Promise<Server> {
    const isProgram = named !== undefined && /[\\/]/.test(named);
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    guardFolder(this.folder);
    const listen = named === undefined || isProgram ? "127.0.0.1" : named;
    const server = await Server.start(findServer(isProgram ? named : undefined), this.folder, listen, true);
    const cluster: ClusterFile = { ...server.cluster, key: Buffer.from(this.key).toString("base64") };
    this.meeting = new Meeting(cluster, this.events);
    const { url, key, worker } = cluster;
    writeClusterFile(this.file, { url, key, worker, session: this.meeting.session });
    return server;
  }

  private async submit(numbers: readonly number[]): Promise<void> {
    const { cpus = 1, time, partition, account, memory, prologue = [], extra = [] } = this.options;
    const args = [
      "--parsable",
      `--array=${numbers.join()}`,
      "--job-name=parallel-typescript",
      `--output=${join(this.folder, "%A_%a.log")}`,
      `--cpus-per-task=${cpus}`,
      ...(time === undefined ? [] : [`--time=${time}`]),
      ...(partition === undefined ? [] : [`--partition=${partition}`]),
      ...(account === undefined ? [] : [`--account=${account}`]),
      ...(memory === undefined ? [] : [`--mem=${memory}`]),
      ...extra,
    ];
    this.asked = `Asked: sbatch ${args.join(" ")}.`;
    // Not npx: nodes often have no network.
    const command = [process.execPath, ENTRIES.machine, "--cluster", this.file, "--threads", String(cpus)];
    const script = ["#!/bin/sh", ...prologue, `exec ${command.map(quoted).join(" ")}`, ""].join("\n");
    const answer = await run("sbatch", args, script);
    const [job = ""] = answer.trim().split(";");
    if (this.isOver) {
      await run("scancel", [job]);
      return;
    }
    this.jobs.push(job);
    this.timer ??= setInterval(() => void this.look(), LOOK_EVERY).unref();
  }

  /** Tells of those that have left the queue of Slurm. */
  private async look(): Promise<void> {
    const queue = await run("squeue", ["-h", "-r", "-o", "%K", "-j", this.jobs.join()]).catch(() => undefined);
    if (queue === undefined || this.isOver) return;
    const there = new Set(queue.split("\n").map(Number));
    for (const number of this.missing) {
      if (there.has(number)) continue;
      this.missing.delete(number);
      this.events.ended(`slurm-${number}`);
    }
  }

  private logs(): string {
    const logs = readdirSync(this.folder).filter((name) => name.endsWith(".log") && name !== "nats.log");
    const said = logs
      .map((name) => readFileSync(join(this.folder, name), "utf8").trim().slice(-300))
      .filter((text) => text !== "");
    return said.length === 0 ? "" : ` The workers said: ${said.join("; ")}.`;
  }
}

function run(program: string, args: readonly string[], input = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    // A Slurm that cannot be reached has its programs wait for a minute and more.
    const child = execFile(program, args, { timeout: ANSWER_WITHIN }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(stderr.trim() === "" ? error.message : stderr.trim()));
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
