// npm run timings -- export: writes the kept comparisons of this machine to one file.
import { enter } from "./setup/enter.mjs";

enter(() => import("./commands/timings.mjs"));
