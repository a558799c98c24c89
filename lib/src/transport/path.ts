/** Where a value stands in what is sent, in the words of error messages: "captured variable `socket` of `fetchAll`", "item 3, property `.stream`". */

/** One step of the way, and the steps before it. Kept as it is until somebody asks: most ways are never told. */
export interface Path {
  readonly up: Path | undefined;
  /** In words; a number is an item of a list. */
  readonly step: string | number;
}

const MOST_STEPS = 8;

/** The whole way in words. */
export function tell(path: Path | undefined): string {
  const steps: string[] = [];
  for (let at = path; at !== undefined; at = at.up) {
    steps.unshift(typeof at.step === "number" ? `item ${at.step}` : at.step);
    // "captured variable `socket` of `fetchAll`" says it all; what led there would only hide it.
    if (typeof at.step === "string" && at.step.startsWith("captured ")) break;
  }
  if (steps.length > MOST_STEPS) steps.splice(MOST_STEPS / 2, steps.length - MOST_STEPS, "and so on");
  return steps.join(", ");
}

/** How a key shows in a path. */
export function stepOf(key: string | symbol): string | number {
  if (typeof key === "symbol") return `property [${key.toString()}]`;
  return isIndex(key) ? Number(key) : `property \`.${key}\``;
}

/** Is it an array index, as the language has it? Larger numbers are names like any other. */
export function isIndex(key: string | symbol): boolean {
  return typeof key === "string" && /^(0|[1-9]\d{0,9})$/.test(key) && Number(key) < 2 ** 32 - 1;
}

/** A function in the words of a path: by its name, where it has one. */
export function nameFor(fn: Function): string {
  const name: unknown = Object.getOwnPropertyDescriptor(fn, "name")?.value;
  return typeof name === "string" && name !== "" ? `\`${name.replace(/^bound /, "")}\`` : "the function";
}

/** The same at the head of a sentence. */
export function theFunction(fn: Function): string {
  const name = nameFor(fn);
  return name.startsWith("`") ? `the function ${name}` : "this function";
}
