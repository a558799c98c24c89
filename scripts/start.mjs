// npm start: sets up what is missing, then opens JupyterLab on the notebooks.
import { runCommand } from "./setup/runCommand.mjs";

runCommand(() => import("./commands/start.mjs"));
