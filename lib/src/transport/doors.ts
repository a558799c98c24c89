/** Through which doors one gets at the variables that a function or class sees, without running anything of it; see `door`. */
import { analyse } from "./analyse";
import type { PositionedClass } from "./analyse";
import type { Knock } from "./door";
import { constructorOf, isHarmless } from "./harmless";
import { sourceOf } from "./sources";

/** Functions that see what `fn` sees, and how to knock at each: itself, or the members of a class. */
export function* doorsOf(fn: Function): Generator<readonly [Function, Knock]> {
  const { kind, classNode } = analyse(sourceOf(fn));
  if (classNode === undefined) yield [fn, kind === "generator" ? "next" : "call"];
  else yield* doorsOfClass(fn, classNode);
}

function* doorsOfClass(owner: Function, node: PositionedClass): Generator<readonly [Function, Knock]> {
  if (constructorOf(node) !== undefined && isHarmless(node)) yield [owner, "construct"];
  const inClass = sourceOf(owner);
  for (const object of [owner.prototype as object, owner]) {
    for (const key of Reflect.ownKeys(object)) {
      const { value, get, set } = Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
      for (const fn of [value, get, set] as unknown[]) {
        if (typeof fn !== "function" || fn === owner) continue;
        const source = sourceOf(fn);
        if (inClass.includes(source)) yield [fn, analyse(source).kind === "generator" ? "next" : "call"];
      }
    }
  }
}
