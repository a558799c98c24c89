/** What a machine begins with: `node worker.js --stdio` works for one pool, `node worker.js --cluster FILE` for all pools of that cluster. */
import { requireBundled } from "../requireBundled";

(requireBundled("./cluster/work") as typeof import("./work")).main(process.argv.slice(2));
