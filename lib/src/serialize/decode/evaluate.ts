/** The one place where the code of a message is run. Only workers and child processes get here; see `DecodeOptions.evaluate`. */
import { Script, constants } from "node:vm";
import type { ScriptOptions } from "node:vm";
import { SerializationError } from "../../base/errors";
import { nameOfScript } from "./generatedCode";
import { FIRST_LINE } from "./scriptLayout";
import type { Laid } from "./scriptLayout";

/** Evaluates an expression in the global scope. */
export function evaluateHere(code: string): unknown {
  return STRINGS_ALLOWED ? ((0, eval)(code) as unknown) : (scriptOf(code).runInThisContext() as unknown);
}

/** Does something that evaluates text where variables are seen that no script sees, if Node is not told to refuse that. */
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

/** What scripts have made, the one that was used last at the end. They hold code, and nothing of what was sent with it. */
const made = new Map<string, unknown>();
const MOST_KEPT = 100;

/** What a script evaluates to, kept for the next time; undefined when its functions cannot stand in one script. */
export function evaluateOnce({ text, url }: Laid): unknown {
  const key = `${url}\n${text}`;
  const value = made.has(key) ? made.get(key) : run(text, url);
  made.delete(key);
  made.set(key, value);
  if (made.size > MOST_KEPT)
    for (const [oldest] of made) {
      made.delete(oldest);
      break;
    }
  return value;
}

function run(text: string, url: string): unknown {
  try {
    return scriptOf(text, { filename: nameOfScript(url), lineOffset: FIRST_LINE }).runInThisContext() as unknown;
  } catch (error) {
    // Each of them by itself will tell what is wrong with it.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function scriptOf(text: string, options?: ScriptOptions): Script {
  return new Script(text, { ...options, importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER });
}
