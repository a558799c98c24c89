/** The one place where the code of a message is run. Only workers and child processes get here; see `DecodeOptions.evaluate`. */
import { Script, constants } from "node:vm";
import { nameOfScript } from "./madeCode";
import { FIRST_LINE } from "./layout";
import type { Laid } from "./layout";

/** Evaluates an expression in the global scope. */
export function evaluateHere(code: string): unknown {
  return (0, eval)(code) as unknown;
}

/** What scripts have made, the one that was used last at the end. They hold code, and nothing of what was sent with it. */
const made = new Map<string, unknown>();
const MOST_KEPT = 100;

/** What a script evaluates to, kept for the next time; undefined when its functions cannot stand in one script. */
export function evaluateOnce({ text, url }: Laid): unknown {
  const key = `${url}\n${text}`;
  const value = made.has(key) ? made.get(key) : run(text, url);
  made.delete(key);
  made.set(key, value);
  if (made.size > MOST_KEPT) for (const [oldest] of made) { made.delete(oldest); break; }
  return value;
}

function run(text: string, url: string): unknown {
  // Versions of Node 20 before 20.10 have no such constant.
  const importModuleDynamically = (constants as Partial<typeof constants> | undefined)?.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  try {
    return new Script(text, { filename: nameOfScript(url), lineOffset: FIRST_LINE, importModuleDynamically }).runInThisContext() as unknown;
  } catch (error) {
    // Each of them by itself will tell what is wrong with it.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
