// Bare worker threads that read books as books.mjs has its pool do it.
import { startThreads } from "./countingThreads.cjs";
import { partsOf, serve, timed } from "./serve.mjs";

const two = await startThreads(2);

await serve(
  {
    async ranges({ path, workers }) {
      const { seconds, result } = await timed(1, () => two.count(path, partsOf(path, workers)));
      return { seconds, answer: result };
    },
  },
  () => two.end(),
);
