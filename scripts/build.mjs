// npm run build: compiles the library and its tests.
import { runCommand } from "./setup/runCommand.mjs";

runCommand(() => import("./commands/build.mjs"));
