/** What workers and processes load only when they need it, so that they start sooner. */
import { registerUnpack } from "../transport/decode";

export const encode: typeof import("../transport/encode").encode = (value, options) => (require("../transport/encode") as typeof import("../transport/encode")).encode(value, options);
export const unpack: typeof import("../transport/pack").unpack = (packed) => (require("../transport/pack") as typeof import("../transport/pack")).unpack(packed);
export const toFailure: typeof import("./failure").toFailure = (thrown, where) => (require("./failure") as typeof import("./failure")).toFailure(thrown, where);
export const errorText: typeof import("./errorText").errorText = (error) => (require("./errorText") as typeof import("./errorText")).errorText(error);
export const learnMaps: typeof import("./frames").learnMaps = (maps) => (require("./frames") as typeof import("./frames")).learnMaps(maps);
export const makeBundle: typeof import("./bundle").makeBundle = (loaded) => (require("./bundle") as typeof import("./bundle")).makeBundle(loaded);
const queues = (): typeof import("./queue") => require("./queue") as typeof import("./queue");

// Queues in messages are understood from the beginning.
registerUnpack("queue", (sent) => queues().receiveQueue(sent));

export function refuseOwnQueues(held: readonly object[], what: string): void {
  if (held.length > 0) queues().refuseOwnQueues(held, what);
}
