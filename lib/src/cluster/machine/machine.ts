/** A machine: says who it is, works for the pool that answers, and leaves when that pool has gone. */
import { hostname } from "node:os";
import { PoolClosedError } from "../../base/errors";
import { setInterval } from "../../base/timers";
import type { Channel } from "../link/channel";
import { Link } from "../link/link";
import type { FromMachine, ToMachine } from "../protocol";
import { libraryVersion } from "../version";
import { Session, type Counts } from "./session";

/** The pool does not want this machine: it need not be asked again. */
export class RefusedError extends Error {
  static readonly exitCode = 3;
}

const REPORT_EVERY = 1000;

/**
 * Works for one pool; resolves when that has ended the session, rejects with what to tell the user when it came to no session, or was cut off.
 *
 * @param name the machine's, among those of the pool
 * @param report is told every second what the machine has to do
 */
export function work(
  channel: Channel,
  key: Uint8Array,
  name: string,
  workers: number,
  report: (counts: Counts) => void,
): Promise<void> {
  const link = new Link<ToMachine, FromMachine>(channel, key, "machine");
  return new Promise((resolve, reject) => {
    const session = new Session(link, workers, () => {
      link.close();
      resolve();
    });
    setInterval(() => report(session.counts), REPORT_EVERY).unref();
    link.open({
      message: (message, bodies) => {
        if (message.is !== "refused") return session.handle(message, bodies);
        link.close();
        reject(new RefusedError(message.why));
      },
      closed: (why) => {
        void session.terminate().then(() => reject(new PoolClosedError(`The pool has gone: ${why}.`)));
      },
    });
    link.send({
      is: "hello",
      library: libraryVersion(),
      node: process.versions.node,
      name,
      host: hostname(),
      pid: process.pid,
      workers,
    });
  });
}
