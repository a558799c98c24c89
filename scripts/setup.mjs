// npm run setup: sets up what is missing, and starts nothing.
import { runCommand } from "./setup/runCommand.mjs";

runCommand(() => import("./commands/setup.mjs"));
