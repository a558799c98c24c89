/**
 * The thread in which a pool talks to the server: it answers, and says that the pool is there, while the pool's own thread computes something for a minute or is looked at in a debugger.
 */
import type { NatsConnection } from "@nats-io/transport-node";
import { parentPort } from "node:worker_threads";
import { setInterval } from "../../base/timers";
import { POOLS, connectTo, shutOut, toMachine, toPool } from "./client";
import { Reliable } from "./reliable";

export interface ThreadSetup {
  readonly url: string;
  readonly seed: string;
  readonly session: string;
}
export type FromThread =
  | { readonly is: "connected" }
  | { readonly is: "failed"; readonly why: string }
  /** A machine's first message, and all others. */
  | { readonly is: "message"; readonly machine: string; readonly bytes: Uint8Array }
  | { readonly is: "closed"; readonly machine: string; readonly why: string }
  /** What a machine's keeper has to say of its end, sealed. */
  | { readonly is: "gone"; readonly machine: string; readonly sealed: Uint8Array };
export type ToThread =
  | { readonly is: "send"; readonly machine: string; readonly bytes: Uint8Array }
  | { readonly is: "close"; readonly machine: string }
  | { readonly is: "end" };

const ANNOUNCE_EVERY = 1000;
/** The last part of the name under which the end of a machine is told. */
export const GONE = "gone";

const port = parentPort;

function tell(message: FromThread): void {
  port?.postMessage(message);
}

/** What the thread does until it is told to end. */
export async function talkToMachines({ url, seed, session }: ThreadSetup): Promise<void> {
  let connection: NatsConnection;
  try {
    connection = await connectTo(url, seed);
  } catch (error) {
    tell({ is: "failed", why: (error as Error).message });
    return;
  }
  void connection.closed().then((error) => {
    if (error) tell({ is: "failed", why: shutOut(url, error) });
    process.exit();
  });
  const machines = new Map<string, Reliable>();
  const open = (machine: string): Reliable => {
    const subject = toMachine(session, machine);
    const channel = new Reliable(
      (bytes) => connection.publish(subject, bytes),
      connection.info?.max_payload ?? 2 ** 20,
    );
    channel.open({
      message: (bytes) => tell({ is: "message", machine, bytes }),
      closed: (why) => tell({ is: "closed", machine, why }),
    });
    machines.set(machine, channel);
    return channel;
  };
  connection.subscribe(toPool(session, ">"), {
    callback: (_error, { subject, data }) => {
      const [machine = "", what] = subject.split(".").slice(3);
      if (what === GONE) return tell({ is: "gone", machine, sealed: data });
      (machines.get(machine) ?? open(machine)).take(data);
    },
  });
  port?.on("message", (message: ToThread) => {
    if (message.is === "send") machines.get(message.machine)?.send([message.bytes]);
    else if (message.is === "close") machines.get(message.machine)?.close();
    else void connection.drain();
  });
  setInterval(() => connection.publish(POOLS, session), ANNOUNCE_EVERY);
  void again(connection, machines);
  connection.publish(POOLS, session);
  tell({ is: "connected" });
}

/** After the server was away, all that it may have lost is sent again. */
async function again(connection: NatsConnection, machines: ReadonlyMap<string, Reliable>): Promise<void> {
  for await (const { type } of connection.status())
    if (type === "reconnect") for (const channel of machines.values()) channel.sendAgain();
}
