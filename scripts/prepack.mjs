// What `npm pack` and `npm publish` do first in lib/: they make what the package holds, in a fresh clone too.
import { runCommand } from "./setup/runCommand.mjs";

// Standard output is that of `npm pack --json`.
console.log = console.error;
runCommand(() => import("./commands/prepack.mjs"));
