import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import workerpool from "workerpool";
import { cube, cubes } from "./work.mjs";
import { servePeer } from "./peer.mjs";

if (isMainThread) {
  const pool = workerpool.pool(fileURLToPath(import.meta.url), { minWorkers: 2, maxWorkers: 2, workerType: "thread" });
  await servePeer(
    (name, value) => pool.exec(name, [value]),
    () => pool.terminate(),
  );
} else workerpool.worker({ cube, cubes });
