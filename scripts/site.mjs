// npm run site: the lesson to be read, as pages that need no server.
import { runCommand } from "./setup/runCommand.mjs";

runCommand(() => import("./commands/site.mjs"));
