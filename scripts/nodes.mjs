// npm run test:nodes: the library's and the kernel's tests on each Node that is promised, the recommended one first.
import { runCommand } from "./setup/runCommand.mjs";

runCommand(() => import("./commands/nodes.mjs"));
