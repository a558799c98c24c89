// npm run docs: the pages of the library's names, in docs/api.
import { runCommand } from "./setup/runCommand.mjs";

runCommand(() => import("./commands/docs.mjs"));
