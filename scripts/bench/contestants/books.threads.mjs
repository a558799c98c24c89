// Bare worker threads that read books as books.mjs has its pool do it.
import { statSync } from "node:fs";
import { startThreads } from "./countingThreads.cjs";
import { LARGEST_RANGE, serve, timed } from "./serve.mjs";

const two = await startThreads(2);

await serve(
  {
    async ranges({ path, workers }) {
      const parts = Math.max(4 * workers, Math.ceil(statSync(path).size / LARGEST_RANGE));
      const { seconds, result } = await timed(1, () => two.count(path, parts));
      return { seconds, answer: result };
    },
  },
  () => two.end(),
);
