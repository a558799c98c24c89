/** The client of NATS, which is installed only by those who need it; and the names under which pools and machines talk there. */
import type { NatsConnection } from "@nats-io/transport-node";
import { ownRequire } from "../../base/ownFiles";

/** Loads the client; throws with what to do where it is not installed. */
export function nats(): typeof import("@nats-io/transport-node") {
  try {
    return ownRequire()("@nats-io/transport-node") as typeof import("@nats-io/transport-node");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new Error(
      "Machines that meet at a server need the package @nats-io/transport-node: npm install @nats-io/transport-node",
    );
  }
}

export async function connectTo(url: string, seed: string): Promise<NatsConnection> {
  const { AuthorizationError, connect, nkeyAuthenticator } = nats();
  const connected = connect({
    servers: url,
    authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 300,
    // Nobody is to hear what this program is called.
    name: "parallel-typescript",
  });
  return connected.catch((error: unknown) => {
    if (error instanceof AuthorizationError) throw new Error(shutOut(url, error));
    throw new Error(`The server at ${url} cannot be reached: ${(error as Error).message}`);
  });
}

/** What it means that a connection is refused, or ends though it is made again and again. */
export const shutOut = (url: string, { message }: Error): string =>
  `The server at ${url} does not let this program in: it may be another one now, with other keys. Begin again, with the cluster file that it has written. It says: ${message}`;

/** Pools say here every second that they are there. */
export const POOLS = "pt.pool";
/** Workers are asked here what they do, and answer to `toPool("status", ...)`. */
export const ASK = "pt.ask";
/** What a machine sends to a pool: of it, a worker's key may only write. */
export const toPool = (session: string, machine: string): string => `pt.p.${session}.${machine}`;
/** What a pool sends to a machine: of it, a worker's key may only read. */
export const toMachine = (session: string, machine: string): string => `pt.m.${session}.${machine}`;

/** So many milliseconds without a sound, and the other side is gone. */
export const GONE_AFTER = Number(process.env.PARALLEL_TYPESCRIPT_GONE_AFTER ?? 60_000);
