/** Runs the code of messages; nothing else does. Only in workers and child processes; see `DecodeOptions.evaluate`. */
import { Script, constants, type ScriptOptions } from "node:vm";
import { SerializationError } from "../../base/errors";
import { nameOfScript } from "./generatedCode";
import { FIRST_LINE, type ScriptText } from "./scriptLayout";

/** Evaluates an expression in the global scope. */
export function evaluateHere(code: string): unknown {
  return STRINGS_ALLOWED ? ((0, eval)(code) as unknown) : (scriptOf(code).runInThisContext() as unknown);
}

/** Text that sees local variables needs `eval`, which Node may be told to refuse. */
export function evaluating<T>(use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (STRINGS_ALLOWED || !(error instanceof EvalError)) throw error;
    throw new SerializationError(
      "This function or object can only be made again by evaluating text, which Node is told to refuse. Start it without --disallow-code-generation-from-strings.",
    );
  }
}

const STRINGS_ALLOWED = ((): boolean => {
  try {
    return (0, eval)("true") as boolean;
  } catch (error) {
    if (error instanceof EvalError) return false;
    throw error;
  }
})();

/** What scripts evaluated to, the last used at the end. It holds code, and no values of messages. */
const made = new Map<string, unknown>();
const MOST_KEPT = 100;

/** The value of a script, kept for the next time; undefined when its functions do not fit together in one script. */
export function evaluateOnce({ text, url }: ScriptText): unknown {
  const key = `${url}\n${text}`;
  const value = made.has(key) ? made.get(key) : run(text, url);
  made.delete(key);
  made.set(key, value);
  if (made.size > MOST_KEPT) made.delete(made.keys().next().value as string);
  return value;
}

function run(text: string, url: string): unknown {
  try {
    return scriptOf(text, { filename: nameOfScript(url), lineOffset: FIRST_LINE }).runInThisContext() as unknown;
  } catch (error) {
    // Evaluated alone, the wrong one of its functions will throw.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function scriptOf(text: string, options?: ScriptOptions): Script {
  return new Script(text, { ...options, importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER });
}
