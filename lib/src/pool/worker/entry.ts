/** What piscina loads in a worker: `main`, and what that needs before its first task. */
import "../../base/runtime";
import { join } from "node:path";
import { openBundle } from "../../base/bundle";

const load = openBundle(join(__dirname, "modules.js"));

export default (load("pool/worker/main.js") as { default: () => void }).default;
