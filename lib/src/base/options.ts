/** Options of functions, read by one mechanism: each is checked, and what a function does not know is refused, so that no slip of the pen is ignored. */
import { describe } from "./errors";

/** Returns the value of an option that was given, if it is right; throws otherwise. */
export type Check<T> = (value: unknown, caller: string) => T;
export type Checks<O> = { readonly [Name in keyof O]-?: Check<O[Name]> };

/**
 * The options that were given, checked.
 *
 * @param caller the function that they are of, as the messages call it
 * @param checks the options that there are
 * @throws TypeError for what is no object, and for options that there are not; and whatever a check throws
 */
export function readOptions<O extends object>(caller: string, options: unknown, checks: Checks<O>): O {
  const known = Object.keys(checks) as (keyof O & string)[];
  if (options === undefined) return {} as O;
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(
      `${caller} expects its options as an object, e.g. { ${known[0]}: ... }, but ${describe(options)} came. It knows ${inWords(known)}.`,
    );
  }
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(checks, name));
  if (unknown !== undefined)
    throw new TypeError(`${caller} has no option ${JSON.stringify(unknown)}. It knows ${inWords(known)}.`);
  const read: Partial<O> = {};
  for (const name of known) {
    const value = (options as Record<string, unknown>)[name];
    if (value !== undefined) read[name] = checks[name](value, caller);
  }
  return read as O;
}

function inWords(names: readonly string[]): string {
  return names.length === 1 ? `only ${names[0]}` : `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
}

export const checkTitle: Check<string> = (value, caller) => {
  if (typeof value === "string") return value;
  throw new TypeError(`${caller} expects its title to be a string, but ${describe(value)} came.`);
};
