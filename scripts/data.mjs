// npm run data: builds the large text file that the last notebook reads. data/README.md tells how to use it.
import { runCommand } from "./setup/runCommand.mjs";

runCommand(() => import("./commands/data.mjs"));
