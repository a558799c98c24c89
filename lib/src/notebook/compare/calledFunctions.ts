/** The functions that a variant calls: what it does is what they do. */
import { canReadClosures } from "../../base/runtime";
import { nameInWorkers } from "../../serialize/names/lookup";
import { analyse } from "../../serialize/syntax/analyse";
import { closureOf, valueIn } from "../../serialize/v8/inspector";
import { fingerprint, isNative, sourceOf } from "../../serialize/v8/sourceText";

/** More of them are not looked at. */
const MOST = 50;

/** The functions that `fn` refers to, and those that they refer to, each by its name with a fingerprint of its code; none of Node's or of packages. Undefined where closures cannot be read. */
export function calledFunctions(fn: Function): Record<string, number> | undefined {
  if (!canReadClosures()) return undefined;
  const found = new Map<Function, string>();
  const waiting: Function[] = [fn];
  for (const current of waiting) {
    for (const [name, value] of functionsIn(current)) {
      if (
        value === fn ||
        found.has(value) ||
        found.size >= MOST ||
        nameInWorkers(value) !== undefined ||
        isNative(value)
      )
        continue;
      found.set(value, name);
      waiting.push(value);
    }
  }
  return Object.fromEntries(Array.from(found, ([value, name]) => [name, fingerprint(value)]));
}

/** The functions in the variables that `fn` uses. In a notebook's cells those of earlier cells are properties of `exports`. */
function* functionsIn(fn: Function): Generator<readonly [name: string, value: Function]> {
  const { scopes } = closureOf(fn);
  for (const [name, { members }] of analyse(sourceOf(fn)).freeVariables) {
    const scope = scopes.find(({ variables }) => Object.hasOwn(variables, name));
    const value = scope === undefined ? undefined : valueIn(scope, name);
    if (typeof value === "function") yield [name, value];
    if (name !== "exports" || typeof value !== "object" || value === null) continue;
    for (const member of members ?? []) {
      const property: unknown = Object.getOwnPropertyDescriptor(value, member)?.value;
      if (typeof property === "function") yield [member, property];
    }
  }
}
