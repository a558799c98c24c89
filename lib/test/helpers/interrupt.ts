/** To be imported before the library: a kernel's Stop button, as the library finds it. */
const hooks = new Set<() => void>();
Object.defineProperty(globalThis, Symbol.for("parallel-typescript.interrupt"), { value: hooks });

export function pressStop(): void {
  for (const hook of hooks) hook();
}
