// npm run test:nodes: the library's and the kernel's tests on each Node that is promised, the recommended one first.
import { enter } from "./setup/enter.mjs";

enter(() => import("./commands/nodes.mjs"));
