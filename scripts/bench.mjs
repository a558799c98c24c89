// npm run bench: this project against Python's multiprocessing and the pools of npm, in turns within one run.
import { enter } from "./setup/enter.mjs";

enter(() => import("./commands/bench.mjs"));
