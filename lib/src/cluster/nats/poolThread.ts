/** What the thread begins with in which a pool talks to the server. */
import { workerData } from "node:worker_threads";
import { requireBundled } from "../../requireBundled";
import type { ThreadSetup } from "./talkToMachines";

const { talkToMachines } = requireBundled("./cluster/nats/talkToMachines") as typeof import("./talkToMachines");
void talkToMachines(workerData as ThreadSetup);
