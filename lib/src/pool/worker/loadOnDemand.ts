/** What a worker loads only when it needs it, so that it starts sooner. */
import { registerDecoder } from "../../serialize/decode/decode";

export const encoding = () =>
  require("../../serialize/encode/encode") as typeof import("../../serialize/encode/encode");
export const failures = () => require("../../remote/failure") as typeof import("../../remote/failure");
export const stackFrames = () => require("../../remote/stackFrames") as typeof import("../../remote/stackFrames");
export const coverage = () => require("../../remote/coverage") as typeof import("../../remote/coverage");
export const queueClient = () => require("../../queue/client") as typeof import("../../queue/client");
const queues = () => require("../../queue/queue") as typeof import("../../queue/queue");
const locks = () => require("../../sync/receive") as typeof import("../../sync/receive");

registerDecoder("queue", (sent) => queues().receiveQueue(sent));
registerDecoder("sync", (sent, shared) => locks().receiveSync(sent, shared));
