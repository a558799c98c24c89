// npm test: sets up what is missing, then runs every check, or the parts named as arguments.
import { enter } from "./setup/enter.mjs";

enter(() => import("./commands/test.mjs"));
