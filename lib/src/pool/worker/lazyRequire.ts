/** What workers and processes load only when they need it, so that they start sooner. */
import { registerUnpack } from "../../serialize/decode/decode";

export const encode: typeof import("../../serialize/encode/encode").encode = (value, options) =>
  (require("../../serialize/encode/encode") as typeof import("../../serialize/encode/encode")).encode(value, options);
export const unpack: typeof import("../../serialize/message/bytes").unpack = (packed) =>
  (require("../../serialize/message/bytes") as typeof import("../../serialize/message/bytes")).unpack(packed);
export const toFailure: typeof import("../../remote/failure").toFailure = (thrown, where) =>
  (require("../../remote/failure") as typeof import("../../remote/failure")).toFailure(thrown, where);
export const errorText: typeof import("../../remote/stackFrames").errorText = (error) =>
  (require("../../remote/stackFrames") as typeof import("../../remote/stackFrames")).errorText(error);
export const learnMaps: typeof import("../../remote/stackFrames").learnMaps = (maps) =>
  (require("../../remote/stackFrames") as typeof import("../../remote/stackFrames")).learnMaps(maps);
export const makeBundle: typeof import("./bundle").makeBundle = (loaded) =>
  (require("./bundle") as typeof import("./bundle")).makeBundle(loaded);
const queues = (): typeof import("../../queue/queue") =>
  require("../../queue/queue") as typeof import("../../queue/queue");

// Queues in messages are understood from the beginning.
registerUnpack("queue", (sent) => queues().receiveQueue(sent));

export function refuseOwnQueues(held: readonly object[], what: string): void {
  if (held.length > 0) queues().refuseOwnQueues(held, what);
}
