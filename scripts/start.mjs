// npm start: sets up what is missing, then opens JupyterLab on the notebooks.
import { enter } from "./setup/enter.mjs";

enter(() => import("./commands/start.mjs"));
