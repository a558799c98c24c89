// npm test: sets up what is missing, then runs every check, or the parts named as arguments.
import { runCommand } from "./setup/runCommand.mjs";

runCommand(() => import("./commands/test.mjs"));
