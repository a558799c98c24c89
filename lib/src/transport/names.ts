/** Things that travel by their name, as every worker has them anyway or can have them: which name a thing has. What names there are, others find out. */

/** Where a thing is found: in the global object, among what the language keeps behind no name or Node shows on a sample only, or in a module (its exports), then along `path`. */
export type Name =
  | { readonly from: "global" | "hidden" | "sample"; readonly path: readonly string[] }
  | { readonly from: "module"; readonly module: string; readonly path: readonly string[] };

const names = new WeakMap<object | symbol, Name>();

/** The name of a function, object or symbol that workers have anyway; undefined when it is the user's own. */
export function nameOf(value: object | symbol): Name | undefined {
  return names.get(value);
}

/** Names a thing; false for what has a name, or can have none. */
export function add(value: unknown, name: Name): boolean {
  if ((typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol") || value === null || names.has(value)) return false;
  names.set(value, name);
  return true;
}

/** Values only: a getter may load something, or warn. */
export function* ownValues(object: object): Generator<[string, unknown]> {
  for (const key of Object.getOwnPropertyNames(object)) {
    const descriptor = Object.getOwnPropertyDescriptor(object, key);
    if (descriptor !== undefined && "value" in descriptor) yield [key, descriptor.value];
  }
}
