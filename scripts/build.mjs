// npm run build: compiles the library and its tests.
import { enter } from "./setup/enter.mjs";

enter(() => import("./commands/build.mjs"));
