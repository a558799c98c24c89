/** What tests of machines count and wait with: files, as machines share no memory. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import * as mp from "parallel-typescript";
import { findServer } from "../../dist/internal";
import { temporaryFolder } from "./files";
import { until } from "./pool";

/** A pool of two machines with a worker each, or of the launcher's; gone when the test is. */
export function makeCluster(
  t: TestContext,
  launcher: mp.Launcher = mp.local(2),
  options?: mp.ClusterOptions,
): mp.ClusterPool {
  const pool = new mp.ClusterPool(launcher, options);
  t.after(() => pool.terminate());
  return pool;
}

/** Which tasks have run, in which order. */
export class Runs {
  readonly file: string;

  constructor(t: TestContext) {
    this.file = join(temporaryFolder(t), "runs");
    writeFileSync(this.file, "");
  }

  all(): string[] {
    return readFileSync(this.file, "utf8").split("\n").slice(0, -1);
  }

  /** All of them, the smallest first: tasks that are numbers. */
  numbers(): number[] {
    return this.all()
      .map(Number)
      .sort((a, b) => a - b);
  }

  /** How often a task has run. */
  of(task: string | number): number {
    return this.all().filter((run) => run === String(task)).length;
  }

  /** The task that ran most often, and how often. */
  most(): number {
    const counts = new Map<string, number>();
    for (const run of this.all()) counts.set(run, (counts.get(run) ?? 0) + 1);
    return Math.max(0, ...counts.values());
  }
}

/** In a task: notes that it runs. Lines that are appended do not mix. */
export function note(file: string, task: string | number): void {
  appendFileSync(file, `${task}\n`);
}

/** Opens when the test says so; tasks wait for it. */
export class Gate {
  readonly file: string;

  constructor(t: TestContext) {
    this.file = join(temporaryFolder(t), "gate");
  }

  open(): void {
    writeFileSync(this.file, "");
  }
}

/** In a task: waits until the gate is open. */
export async function pass(file: string): Promise<void> {
  while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 5));
}

export async function untilRuns(runs: Runs, count: number): Promise<void> {
  await until(() => runs.all().length >= count);
}

const CLI = join(dirname(require.resolve("parallel-typescript")), "cluster", "cli.js");

/** Why tests with a server of NATS cannot run here; false where they can. */
export function noServer(): string | false {
  try {
    findServer(undefined);
    return false;
  } catch (error) {
    return (error as Error).message;
  }
}

export interface Cluster {
  readonly file: string;
  readonly workerFile: string;
  /** The number of the server's process. */
  server(): number;
  /** As Ctrl-C. */
  end(): Promise<unknown>;
}

/** A server, by the command that a user types; gone after the test. */
export async function startCluster(
  t: TestContext,
  listen = "127.0.0.1",
  folder = temporaryFolder(t),
  name = "cluster",
): Promise<Cluster> {
  const file = join(folder, `${name}.json`);
  const child = spawn(process.execPath, [CLI, "cluster", "start", "--file", file, "--listen", listen], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  t.after(() => child.kill("SIGTERM"));
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  await until(() => said.includes("Workers:") || child.exitCode !== null);
  // 0 while there is none.
  const server = (): number =>
    Number(
      spawnSync("ps", ["--ppid", String(child.pid), "-o", "pid="], { encoding: "utf8" })
        .stdout.trim()
        .split("\n")[0],
    );
  const end = (): Promise<unknown> => {
    child.kill("SIGTERM");
    return ended;
  };
  return { file, workerFile: file.replace(".json", ".worker.json"), server, end };
}

/** The command, when it ends by itself. */
export const runCli = (args: readonly string[]) =>
  spawnSync(process.execPath, [CLI, ...args], { encoding: "utf8", timeout: 20_000 });

/** A network between a server and those who use the cluster file of `fileFor`: it can go and come back. */
export class Network {
  private readonly sockets = new Set<Socket>();
  private state: "up" | "silent" | "down" = "up";
  private port = 0;
  private readonly server = createServer((socket) => {
    if (this.state === "down") return socket.destroy();
    const far = connect(this.to, "127.0.0.1");
    socket.pipe(far).pipe(socket);
    for (const each of [socket, far]) {
      this.sockets.add(each);
      // The other end goes with it, whatever its reason.
      each.on("error", () => undefined);
      each.on("close", () => [socket, far].forEach((one) => one.destroy()));
    }
    return this.set(this.state);
  });

  private constructor(private readonly to: number) {}

  static async to(t: TestContext, file: string): Promise<Network> {
    const network = new Network(Number(new URL(readCluster(file).url).port));
    await new Promise<void>((resolve) => network.server.listen(0, "127.0.0.1", resolve));
    network.port = (network.server.address() as AddressInfo).port;
    t.after(() => {
      network.set("down");
      network.server.close();
    });
    return network;
  }

  /** The same cluster, by this network. */
  fileFor(t: TestContext, file: string): string {
    const copy = join(temporaryFolder(t), "cluster.json");
    const url = new URL(readCluster(file).url);
    url.port = String(this.port);
    writeFileSync(copy, JSON.stringify({ ...readCluster(file), url: String(url) }), { mode: 0o600 });
    return copy;
  }

  /** "silent": nothing arrives, and nobody is told; "down": connections break, and no other is made. */
  set(state: "up" | "silent" | "down"): void {
    this.state = state;
    for (const socket of this.sockets) {
      if (state === "down") socket.destroy();
      else if (state === "silent") socket.pause();
      else socket.resume();
    }
  }
}

function readCluster(file: string): { url: string } {
  return JSON.parse(readFileSync(file, "utf8")) as { url: string };
}

export interface StartedWorker {
  readonly child: ChildProcess;
  /** What it has printed. */
  said(): string;
}

/** A worker, by the command that a user types; gone after the test, when what `t.after` is told later begins. */
export function startWorker(
  t: TestContext,
  file: string,
  {
    threads = 1,
    name = "w1",
    cwd,
    cli = CLI,
    env = {},
  }: { threads?: number; name?: string; cwd?: string; cli?: string; env?: Record<string, string> } = {},
): StartedWorker {
  const child = spawn(
    process.execPath,
    [cli, "worker", "--cluster", file, "--threads", String(threads), "--name", name],
    {
      stdio: ["ignore", "pipe", "pipe"],
      ...(cwd !== undefined && { cwd }),
      env: { ...process.env, ...env },
    },
  );
  const ended = new Promise((resolve) => child.once("exit", resolve));
  t.after(() => {
    child.kill("SIGTERM");
    return ended;
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  return { child, said: () => said };
}
