/** The file that says where a cluster is, and lets in who can read it: address, keys. Only its owner may read it. */
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

export interface ClusterFile {
  /** Of the server, such as "nats://127.0.0.1:4222". */
  readonly url: string;
  /** What every message is sealed with, in base64. The server does not have it. */
  readonly key: string;
  /** By which the server knows a worker, and what it may do; and a pool. */
  readonly worker: string;
  readonly client?: string | undefined;
  /** The only pool that the workers are for; they leave with it. */
  readonly session?: string | undefined;
}

const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;
const OF_OTHERS = 0o077;

export function writeClusterFile(file: string, cluster: ClusterFile): void {
  mkdirSync(dirname(file), { recursive: true, mode: PRIVATE_FOLDER });
  writeFileSync(file, `${JSON.stringify(cluster, undefined, 2)}\n`, { mode: PRIVATE_FILE });
  // One that was there keeps its rights otherwise.
  chmodSync(file, PRIVATE_FILE);
}

/** Throws with what to do, where it is none, or others may read it. */
export function readClusterFile(file: string): ClusterFile {
  let text: string;
  try {
    if (process.platform !== "win32" && (statSync(file).mode & OF_OTHERS) !== 0)
      throw new Error(
        `Others may read it, and whoever can may run code on the cluster: chmod 600 ${file}, and make a new cluster if somebody has.`,
      );
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`The cluster file ${file} cannot be used. ${(error as Error).message}`);
  }
  let read: Partial<Record<keyof ClusterFile, unknown>> | null;
  try {
    read = JSON.parse(text) as typeof read;
  } catch (error) {
    throw new Error(
      `The cluster file ${file} cannot be read: ${(error as Error).message}. Make one with: npx parallel-typescript cluster start`,
    );
  }
  for (const name of ["url", "key", "worker"] as const)
    if (typeof read?.[name] !== "string")
      throw new Error(
        `The cluster file ${file} has no "${name}". Make one with: npx parallel-typescript cluster start`,
      );
  return read as unknown as ClusterFile;
}
