// npm run timings -- export: writes the kept comparisons of this machine to one file.
import { runCommand } from "./setup/runCommand.mjs";

runCommand(() => import("./commands/timings.mjs"));
