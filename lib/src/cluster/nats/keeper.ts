/**
 * Keeps a machine at work for whichever pools are at a server: a process for each pool, which is started when the pool is heard, and again should it die; the
 * pool is told how it ended.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { NatsConnection } from "@nats-io/transport-node";
import { ENTRIES } from "../../base/ownFiles";
import { setInterval } from "../../base/timers";
import { exitCodeOf } from "../../process/startAndEnd";
import { RefusedError } from "../machine/machine";
import type { Counts } from "../machine/session";
import type { ClusterFile } from "../clusterFile";
import { ASK, GONE_AFTER, POOLS, connectTo, shutOut, toPool } from "./client";
import { GONE } from "./talkToMachines";
import { sealText, unsealText } from "./seal";

/** What a worker answers to who asks what it does. */
export interface WorkerStatus {
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  readonly node: string;
  readonly library: string;
  readonly workers: number;
  /** The pools that it works for. */
  readonly pools: number;
  readonly tasks: number;
  readonly busy: number;
}

interface Pool extends Counts {
  heard: number;
  child: ChildProcess | undefined;
  /** After a machine that lived a short time only, no other is started for so long. */
  rest: number;
  restUntil: number;
  /** It has sent the machine away. */
  isOver: boolean;
}

const NEW: Pool = { heard: 0, child: undefined, isOver: false, rest: 0, restUntil: 0, tasks: 0, busy: 0 };
const SHORT_LIFE = 5000;
const LONGEST_REST = 30_000;

/** Works until the server has gone, or the only pool that it is for. */
export async function keep(
  cluster: ClusterFile,
  name: string,
  workers: number,
  about: Pick<WorkerStatus, "host" | "library">,
): Promise<void> {
  const key = Buffer.from(cluster.key, "base64");
  const connection = await connectTo(cluster.url, cluster.worker);
  const pools = new Map<string, Pool>();
  let lastContact = Date.now();
  process.once("SIGTERM", () => {
    for (const { child } of pools.values()) child?.kill("SIGKILL");
    setTimeout(() => process.exit(143), 100);
  });
  connection.subscribe(POOLS, {
    callback: (_error, message) => {
      lastContact = Date.now();
      const session = message.string();
      if (cluster.session !== undefined && session !== cluster.session) return;
      if (!/^[0-9a-f-]{36}$/.test(session)) return;
      const pool = pools.get(session) ?? { ...NEW };
      pools.set(session, pool);
      pool.heard = Date.now();
      if (pool.child === undefined && !pool.isOver && Date.now() >= pool.restUntil)
        startMachine(connection, cluster, key, session, name, workers, pool);
      else pool.child?.send({ is: "heard" }, () => undefined);
    },
  });
  answerQuestions(connection, key, pools, { name, pid: process.pid, node: process.versions.node, workers, ...about });
  await new Promise<void>((resolve, reject) => {
    void connection.closed().then((error) => {
      if (error) reject(new Error(shutOut(cluster.url, error)));
    });
    setInterval(() => {
      const now = Date.now();
      for (const [session, pool] of pools) {
        if (now - pool.heard <= GONE_AFTER) continue;
        pool.child?.kill("SIGKILL");
        pools.delete(session);
      }
      if (!connection.isClosed() && isConnected(connection))
        lastContact = cluster.session === undefined ? now : lastContact;
      const only = cluster.session === undefined ? undefined : pools.get(cluster.session);
      if (only?.isOver === true || now - lastContact > GONE_AFTER) resolve();
    }, 500);
  });
}

/** Tells those who ask what this worker does. */
function answerQuestions(
  connection: NatsConnection,
  key: Uint8Array,
  pools: ReadonlyMap<string, Pool>,
  about: Omit<WorkerStatus, "pools" | "tasks" | "busy">,
): void {
  connection.subscribe(ASK, {
    callback: (_error, message) => {
      const asked = unsealText(key, "ask", message.data);
      if (asked === undefined) return;
      const all = [...pools.values()].filter(({ child }) => child !== undefined);
      const sum = (of: "tasks" | "busy"): number => all.reduce((total, pool) => total + pool[of], 0);
      const status: WorkerStatus = { ...about, pools: all.length, tasks: sum("tasks"), busy: sum("busy") };
      connection.publish(toPool("status", asked), sealText(key, `status ${asked}`, JSON.stringify(status)));
    },
  });
}

function isConnected(connection: NatsConnection): boolean {
  return (connection as unknown as { protocol: { connected: boolean } }).protocol.connected;
}

function startMachine(
  connection: NatsConnection,
  cluster: ClusterFile,
  key: Uint8Array,
  session: string,
  name: string,
  workers: number,
  pool: Pool,
): void {
  const machine = randomUUID();
  const started = Date.now();
  const child = spawn(process.execPath, [...process.execArgv, ENTRIES.machine, "--stdio"], {
    stdio: ["pipe", "inherit", "inherit", "ipc"],
  });
  pool.child = child;
  child.on("message", (counts: Counts) => Object.assign(pool, counts));
  const meeting = { url: cluster.url, seed: cluster.worker, session, machine };
  child.stdin?.on("error", () => undefined);
  child.stdin?.write(`${JSON.stringify({ key: cluster.key, name, workers, meeting })}\n`);
  void exitCodeOf(child).then((exitCode) => {
    pool.child = undefined;
    Object.assign(pool, { tasks: 0, busy: 0 });
    if (exitCode === 0 || exitCode === RefusedError.exitCode) pool.isOver = true;
    const lived = Date.now() - started;
    pool.rest = lived > SHORT_LIFE ? 0 : Math.min(LONGEST_REST, 2 * pool.rest + 500);
    pool.restUntil = Date.now() + pool.rest;
    const sealed = sealText(key, `gone ${session} ${machine}`, JSON.stringify({ name, exitCode }));
    connection.publish(`${toPool(session, machine)}.${GONE}`, sealed);
  });
}
