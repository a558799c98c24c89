// npm run hub: the kernel for all users of a JupyterHub.
import { runCommand } from "./setup/runCommand.mjs";

runCommand(() => import("./commands/hub.mjs"));
