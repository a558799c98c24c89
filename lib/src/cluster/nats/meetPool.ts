/** The channel of a machine that meets its pool at a server. */
import { Reliable } from "./reliable";
import { connectTo, toMachine, toPool } from "./client";

export interface MeetingPlace {
  readonly url: string;
  readonly seed: string;
  readonly session: string;
  readonly machine: string;
}

export async function meetPool({ url, seed, session, machine }: MeetingPlace): Promise<Reliable> {
  const connection = await connectTo(url, seed);
  const subject = toPool(session, machine);
  const channel = new Reliable(
    (bytes) => {
      if (!connection.isClosed()) connection.publish(subject, bytes);
    },
    connection.info?.max_payload ?? 2 ** 20,
  );
  connection.subscribe(toMachine(session, machine), { callback: (_error, { data }) => channel.take(data) });
  // The pool's thread tells the server every second that the pool is there; who keeps this machine hears it.
  process.on("message", () => channel.heard());
  void connection.closed().then((error) => {
    if (error) channel.end(error.message);
  });
  void (async () => {
    for await (const { type } of connection.status()) if (type === "reconnect") channel.sendAgain();
  })();
  return channel;
}
