/**
 * What a worker loads before its first task, as one script with V8's code for it: workers that start with it are there sooner. One worker
 * makes it in a quiet moment, of the very files that it has loaded; those that start before do without.
 */
import { readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { Script } from "node:vm";
import type { Payload, Work } from "../protocol/messages";
import { BUNDLE_FILE, loaderOf } from "./entry";
import type { Bodies } from "./entry";

export interface Bundle {
  /** An object: for each file a function that is called as Node calls a module's. */
  readonly text: string;
  readonly code: Uint8Array;
}

const folder = join(dirname(dirname(__dirname)), sep);

/** Makes a bundle of those of the library's files that are among the files given. */
export async function makeBundle(loaded: readonly string[]): Promise<Bundle> {
  const parts = loaded
    .filter((file) => file.startsWith(folder) && file.endsWith(".js"))
    .map(
      (file) =>
        `${JSON.stringify(file)}: (function (exports, require, module, __filename, __dirname) { ${sourceOf(file)}\n})`,
    );
  const text = `({ ${parts.join(",\n")} })`;
  const script = new Script(text, { filename: BUNDLE_FILE });
  await rehearse(script.runInThisContext() as Bodies);
  const code = script.createCachedData();
  const shared = new Uint8Array(new SharedArrayBuffer(code.length));
  shared.set(code);
  return { text, code: shared };
}

function sourceOf(file: string): string {
  return readFileSync(file, "utf8").replace(/^\/\/# sourceMappingURL=.*$/m, "");
}

/** Does a task, by modules that nobody else uses: V8 compiles functions when they are called, and then their code is there. */
async function rehearse(bodies: Bodies): Promise<void> {
  const { callOf, runTask } = loaderOf(bodies, {})(join(__dirname, "runTask.js")) as typeof import("./runTask");
  await runTask(callOf(TASK.payload), TASK, undefined, () => undefined);
}
const TASK = {
  payload: {
    fn: -1,
    once: true,
    name: "",
    code: {
      nodes: [
        {
          is: "function",
          id: "rehearsal",
          form: "expression",
          code: "((x) => x)",
          placeOffset: 1,
          source: "(x) => x",
          name: "",
          length: 1,
          sloppy: false,
          scope: 0,
          self: undefined,
          args: undefined,
          usesThis: false,
          place: ["rehearsal", 0, 0],
          isClass: false,
          enclosingClass: undefined,
          baseClass: undefined,
          computedKeys: [],
          imports: [],
        },
      ],
      scopes: [{ parent: -1, variables: [] }],
      root: [0],
      shared: [],
    },
  },
  items: new Float64Array(1),
  spread: false,
  first: 0,
} satisfies Pick<Work, "items" | "spread" | "first"> & { payload: Payload };
