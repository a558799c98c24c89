// The TypeScript kernel of this lesson: tslab, unchanged, with what a workshop needs around it. Started by Jupyter:
//     node launch.mjs CONNECTION_FILE
// Two threads: this one runs the cells, the other (sockets.mjs) has the sockets. It must not become a kernel of its own: what a
// cell means is tslab's business.
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { makeShared } from "./sharedFlags.mjs";

const shared = makeShared();
const connection = JSON.parse(readFileSync(process.argv[2], "utf8"));
// It answers heartbeats while tslab, which takes a second or two, is being loaded.
const io = new Worker(new URL("./sockets.mjs", import.meta.url), { workerData: { connection, shared } });
const { Kernel } = await import("./kernel.mjs");
new Kernel(io, shared);
