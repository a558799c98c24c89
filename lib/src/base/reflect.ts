/** Looks at objects and runs none of their code. Only a Proxy would run its own: whoever asks has to exclude it. */

export function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

export function prototypeOf(object: object): object | null {
  return Object.getPrototypeOf(object) as object | null;
}

/** `object` and its prototypes. */
export function prototypeChain(object: object | null): object[] {
  const chain: object[] = [];
  for (let current = object; current !== null; current = prototypeOf(current)) chain.push(current);
  return chain;
}

/** Does a function of the language refuse what it is called with? */
export function throwsTypeError(call: () => unknown): boolean {
  try {
    call();
    return false;
  } catch (error) {
    if (error instanceof TypeError) return true;
    throw error;
  }
}

/** The value of an object's own property; undefined where there is none, or a getter. */
export function ownValue(object: object, key: PropertyKey): unknown {
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}
