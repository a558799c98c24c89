/** What a child process begins with: `child`, and what that needs before its function is called, from one file. */
import "../base/runtime";
import { join } from "node:path";
import { openBundle } from "../base/bundle";

openBundle(join(__dirname, "modules.js"))("process/child.js");
