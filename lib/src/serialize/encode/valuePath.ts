/** The way to a value, in the words of error messages: "captured variable `socket` of `fetchAll`", "item 3, property `.stream`". */

import { positionOf } from "../v8/inspector";
import { authorPositionOf } from "../v8/sourceText";

/** One step of the way, and the steps before it. Most ways are never put into words. */
export interface Path {
  readonly up: Path | undefined;
  /** In words; a number is an item of a list. */
  readonly step: string | number;
  /** The function that the step is a variable or the `this` of. */
  readonly of: Function | undefined;
}

const MOST_STEPS = 8;

/** The way in words. */
export function tell(path: Path | undefined): string {
  const steps = stepsOf(path).map(({ step }) => (typeof step === "number" ? `item ${step}` : step));
  if (steps.length > MOST_STEPS) steps.splice(MOST_STEPS / 2, steps.length - MOST_STEPS, "and so on");
  return steps.join(", ");
}

/** The variable with which the way begins, if the way has more steps. */
export function variableOn(path: Path | undefined): string | undefined {
  const [first, second] = stepsOf(path) as (Path | undefined)[];
  return second === undefined ? undefined : /^captured variable (`.*?`)/.exec(String(first?.step))?.[1];
}

/** The steps from the last variable on that is the user's own: earlier steps would hide it, and the user does not know variables of a package. */
function stepsOf(path: Path | undefined): Path[] {
  const steps: Path[] = [];
  for (let at = path; at !== undefined; at = at.up) {
    steps.unshift(at);
    if (at.of !== undefined && !isOfPackage(at.of)) break;
  }
  return steps;
}

function isOfPackage(fn: Function): boolean {
  return /[\\/]node_modules[\\/]/.test(authorPositionOf(fn, positionOf(fn))?.[0] ?? "");
}

/** The function whose variable or `this` stands at a step below `value`. */
export function functionAt(step: string | number, value: unknown): Function | undefined {
  return typeof value === "function" &&
    typeof step === "string" &&
    /^(captured|global) variable |^`this` of /.test(step)
    ? value
    : undefined;
}

export function stepOf(key: string | symbol): string | number {
  if (typeof key === "symbol") return `property [${key.toString()}]`;
  return isIndex(key) ? Number(key) : `property \`.${key}\``;
}

/** Is it an array index, as the language defines it? Larger numbers are ordinary names. */
export function isIndex(key: string | symbol): boolean {
  return typeof key === "string" && /^(0|[1-9]\d{0,9})$/.test(key) && Number(key) < 2 ** 32 - 1;
}

export function nameFor(fn: Function): string {
  const name: unknown = Object.getOwnPropertyDescriptor(fn, "name")?.value;
  return typeof name === "string" && name !== "" ? `\`${name.replace(/^bound /, "")}\`` : "the function";
}

/** The same at the beginning of a sentence. */
export function theFunction(fn: Function): string {
  const name = nameFor(fn);
  return name.startsWith("`") ? `the function ${name}` : "this function";
}
