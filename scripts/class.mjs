// npm run class: the page that shows what a room has measured.
import { runCommand } from "./setup/runCommand.mjs";

runCommand(() => import("./commands/class.mjs"));
