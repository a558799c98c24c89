import { isMainThread } from "node:worker_threads";
import { FixedThreadPool, ThreadWorker } from "poolifier";
import { fileURLToPath } from "node:url";
import { cube, cubes } from "./work.mjs";
import { servePeer } from "./peer.mjs";

/** In a worker, its `default`: what poolifier hands the tasks to. */
export default isMainThread ? undefined : new ThreadWorker({ cube, cubes });

if (isMainThread) {
  const pool = new FixedThreadPool(2, fileURLToPath(import.meta.url));
  await servePeer(
    (name, value) => pool.execute(value, name),
    () => pool.destroy(),
  );
}
