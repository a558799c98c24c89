// npm run copy: the notebooks in a folder of the user's own, with this checkout's packages and books.
import { runCommand } from "./setup/runCommand.mjs";

runCommand(() => import("./commands/copy.mjs"));
