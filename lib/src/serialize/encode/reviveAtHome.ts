/**
 * Makes instances of classes that are at home here, as their author wrote them, when their copies come back from a worker: with
 * their private members, but without running their constructors. Fields get there by being initialized, so that alone happens, with the
 * functions that their initial values call replaced by one that does nothing; a class for which it could do anything else is refused.
 */
import { SerializationError } from "../../base/errors";
import { uninterrupted } from "../../base/interrupt";
import { analyse } from "../syntax/analyse";
import type { PositionedClass } from "../syntax/tree";
import { rewriteClass } from "../syntax/rewriteClass";
import { url as addressOfDebugger } from "node:inspector";
import { ANYTHING, evaluateAtEntry, evaluateOnceAtEntry, overwriteAtEntry } from "../v8/entryBreakpoint";
import { doorsOf } from "./entries";
import { importOf } from "../v8/declarations";
import { constructorOf } from "../syntax/tree";
import { calledByInitializers } from "../syntax/sideEffects";
import { closureOf, valueIn } from "../v8/inspector";
import { nameFor } from "./valuePath";
import { sourceOf } from "../v8/sourceText";

/** `object` with the private members of `owner`; of a class without a base, a new object with them. */
export function constructOriginal(owner: Function, object: object): object {
  const node = analyse(sourceOf(owner)).classNode;
  if (node === undefined) refuse(owner, "it is no class");
  const called = calledByInitializers(node) ?? refuse(owner, "making one here would do more than that");
  // A Stop in between would leave a variable or a class of the user's changed.
  return uninterrupted(() =>
    called.size === 0
      ? construct(owner, node, object)
      : withoutCalls(owner, called, () => construct(owner, node, object)),
  );
}

/** Does something while the variables through which the fields' initial values call functions hold one that does nothing. */
function withoutCalls<T>(owner: Function, called: ReadonlySet<string>, use: () => T): T {
  const [first] = called;
  if (addressOfDebugger() !== undefined)
    refuse(
      owner,
      `its fields' initial values call \`${first}\`, which cannot be prevented while Node is open to a debugger (--inspect)`,
    );
  const { place, scopes } = closureOf(owner);
  const held = new Map(
    [...called].map((name) => {
      const index = scopes.findIndex(({ variables }) => Object.hasOwn(variables, name));
      // What an ES module imported cannot be overwritten.
      if (index < 0 || (scopes[index].kind === "Module" && importOf(place?.scriptId ?? "", name) !== undefined))
        refuse(owner, `its fields' initial values call \`${name}\``);
      return [name, { level: scopes.length - 1 - index, value: valueIn(scopes[index], name) }];
    }),
  );
  const nothing = new Map([...held].map(([name, { level }]) => [name, { level, value: ANYTHING }]));
  for (const [door, knock] of doorsOf(owner)) {
    if (!overwriteAtEntry(door, knock, nothing)) continue;
    try {
      return use();
    } finally {
      overwriteAtEntry(door, knock, held);
    }
  }
  return refuse(owner, "it has no method through which that could be prevented");
}

function construct(owner: Function, node: PositionedClass, object: object): object {
  const base = Object.getPrototypeOf(owner) as object;
  if (!node.superClass) {
    if (constructorOf(node) === undefined) return initialized(owner, Object);
    return (
      (evaluateAtEntry(owner, ["this"], "construct")?.[0] as object) ??
      refuse(owner, "its constructor cannot be entered")
    );
  }
  if (!Object.isExtensible(owner)) refuse(owner, "the class is locked");
  let isMade = false;
  const standIn = function (): object {
    isMade = true;
    return object;
  };
  Object.setPrototypeOf(owner, standIn);
  try {
    if (constructorOf(node) === undefined) return initialized(owner, owner);
    // From the base class back into the constructor, which then initializes the fields: there it ends.
    return (
      (evaluateAtEntry(owner, ["this"], "construct", () => isMade)?.[0] as object) ??
      refuse(owner, "its constructor fails before it calls the base class")
    );
  } finally {
    Object.setPrototypeOf(owner, base);
  }
}

function initialized(owner: Function, as: Function): object {
  try {
    return Reflect.construct(owner, [], as) as object;
  } catch (error) {
    return refuse(owner, `making one fails (${String(error)})`);
  }
}

/** Private fields to be set: of each object the values, in the order of `names`. */
export interface PrivateFields {
  readonly names: readonly string[];
  readonly objects: { readonly object: object; readonly values: readonly unknown[] }[];
}

/** Sets private fields from inside `owner`: with a function made at the door of whatever function of the class can be entered. */
export function setOriginalPrivates(owner: Function, { names, objects }: PrivateFields): void {
  if (names.length === 0) return;
  // They come from a message, and are about to be part of code.
  const { privateFields } = rewriteClass(analyse(sourceOf(owner)));
  if (!names.every((name) => privateFields.includes(name))) refuse(owner, "it has no such members");
  const expression = `(object, values) => { ${names.map((name, index) => `object.${name} = values[${index}];`).join(" ")} }`;
  for (const [fn, knock] of doorsOf(owner)) {
    const set = evaluateOnceAtEntry(fn, expression, knock)?.value as
      ((object: object, values: readonly unknown[]) => void) | undefined;
    if (set !== undefined) return objects.forEach(({ object, values }) => set(object, values));
  }
  refuse(owner, "it has no method through which they could be set");
}

function refuse(owner: Function, why: string): never {
  throw new SerializationError(
    `An instance of ${nameFor(owner)} came back from a worker, and its private members cannot be set here without running its constructor: ${why}. ` +
      "Return its data instead, and make the instance here.",
  );
}
