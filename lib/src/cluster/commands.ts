/** The command `parallel-typescript`: a worker, a server for a cluster, and what goes on there. */
import { randomUUID } from "node:crypto";
import { homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readClusterFile, writeClusterFile } from "./clusterFile";
import { ASK, connectTo, toPool } from "./nats/client";
import type { WorkerStatus } from "./nats/keeper";
import { sealText, unsealText } from "./nats/seal";
import { Server, findServer } from "./nats/server";
import { workForAll } from "./work";

const FILE = join(homedir(), ".parallel-typescript", "cluster.json");
const USAGE = `parallel-typescript worker --cluster FILE [--threads N] [--name NAME]
    has this machine work for the pools of a cluster, until its server has gone
parallel-typescript cluster start [--listen HOST:PORT] [--file FILE] [--server nats-server]
    starts a server where pools and workers meet, on loopback unless an address is given, until Ctrl-C
parallel-typescript cluster status [--file FILE] [--json]
    says which workers there are, and what they do
FILE is ${FILE} when left out.
`;
/** How long workers may take to answer, in milliseconds. */
const ANSWER_WITHIN = 1000;

async function start(args: string[]): Promise<void> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ args, options: { listen: text, file: text, server: text } });
  const { listen = "127.0.0.1", file = FILE } = values;
  const base = file.replace(/\.json$/, "");
  // A folder of its own, as others may have files of the same names where the cluster file is.
  const server = await Server.start(findServer(values.server), `${base}.server`, listen, true);
  const { url, key, worker } = server.cluster;
  const workerFile = `${base}.worker.json`;
  writeClusterFile(file, server.cluster);
  writeClusterFile(workerFile, { url, key, worker });
  console.log(`The server is at ${url}, until this program ends (Ctrl-C).`);
  console.log(`Pools:   new mp.ClusterPool(mp.connect(${JSON.stringify(file)}))`);
  console.log(`Workers: npx parallel-typescript worker --cluster ${workerFile}`);
  await new Promise<void>((resolve) => {
    // The server itself does not keep this program alive.
    const stay = setInterval(() => undefined, 2 ** 30);
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.once(signal, () => {
        clearInterval(stay);
        resolve();
      });
  });
  await server.stop();
}

async function status(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { file: { type: "string" }, json: { type: "boolean" } } });
  const { url, client, ...cluster } = readClusterFile(values.file ?? FILE);
  if (client === undefined)
    throw new Error("This file is for workers only. Take the one that `cluster start` has named first.");
  const key = Buffer.from(cluster.key, "base64");
  const connection = await connectTo(url, client);
  const asked = randomUUID();
  const workers: WorkerStatus[] = [];
  connection.subscribe(toPool("status", asked), {
    callback: (_error, { data }) => {
      const text = unsealText(key, `status ${asked}`, data);
      if (text !== undefined) workers.push(JSON.parse(text) as WorkerStatus);
    },
  });
  connection.publish(ASK, sealText(key, "ask", asked));
  await new Promise((resolve) => setTimeout(resolve, ANSWER_WITHIN));
  await connection.close();
  workers.sort((one, other) => one.name.localeCompare(other.name));
  if (values.json === true) console.log(JSON.stringify({ server: url, workers }, undefined, 2));
  else if (workers.length === 0) console.log(`The server at ${url} is there, and no worker.`);
  else console.table(workers, ["name", "host", "node", "library", "workers", "pools", "tasks", "busy"]);
}

async function obey([command, what, ...rest]: string[]): Promise<void> {
  if (command === "worker") return workForAll(what === undefined ? [] : [what, ...rest]);
  if (command === "cluster" && what === "start") return start(rest);
  if (command === "cluster" && what === "status") return status(rest);
  process.stdout.write(USAGE);
  if (command !== undefined && command !== "--help") process.exitCode = 2;
}

/** @param args what stands behind `parallel-typescript` */
export function main(args: string[]): void {
  obey(args).then(
    () => process.exit(),
    (error: unknown) => {
      process.stderr.write(`${(error as Error).message}\n`);
      process.exit(1);
    },
  );
}
