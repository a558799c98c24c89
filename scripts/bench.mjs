// npm run bench: this project against Python's multiprocessing and the pools of npm, in turns within one run.
import { runCommand } from "./setup/runCommand.mjs";

runCommand(() => import("./commands/bench.mjs"));
