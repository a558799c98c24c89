// npm run update: brings the newest version of the lesson, and keeps what you have changed.
import { runCommand } from "./setup/runCommand.mjs";

runCommand(() => import("./commands/update.mjs"));
