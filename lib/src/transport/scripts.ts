/** Scripts: their addresses and their texts, which V8 tells on request only. */
import type { Debugger, Runtime } from "node:inspector";
import { whole } from "../ground/stop";
import { post, urls, withDebugger } from "./inspector";

/** The address of a script, by the id that `closureOf` gave. */
export function urlOf(scriptId: string): string {
  // Most functions are sent by the very script in which they stand, which is then on the stack.
  if (!urls.has(scriptId)) learnFromTheStack();
  // Whoever starts the debugger is told of all scripts.
  if (!urls.has(scriptId)) withDebugger(() => undefined);
  return urls.get(scriptId) ?? "";
}

/** V8 tells where a value was thrown, and by which scripts on the way: no error is made, whose stack may be cut short, or end Node 26. */
function learnFromTheStack(): void {
  whole(() => {
    post("Runtime.enable");
    try {
      const { exceptionDetails } = post<Runtime.EvaluateReturnType>("Runtime.evaluate", { expression: "throw 0", silent: true });
      for (const { scriptId, url } of exceptionDetails?.stackTrace?.callFrames ?? []) urls.set(scriptId, url);
    } finally {
      post("Runtime.disable");
    }
  });
}

/** The whole text of a script. */
export function textOf(scriptId: string): string {
  return withDebugger(() => post<Debugger.GetScriptSourceReturnType>("Debugger.getScriptSource", { scriptId }).scriptSource);
}
