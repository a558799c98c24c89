/**
 * Private members for instances of a class that this worker has from its module, so that its code is as its author wrote it. Its constructor is
 * not run: V8 stops at its beginning, when the fields have been made. In workers only: for a moment the class has another base.
 */
import type * as estree from "estree";
import { SerializationError } from "../../base/errors";
import { uninterrupted } from "../../base/interrupt";
import { functionsOn, methodsAmong } from "../encode/methods";
import { analyse } from "../syntax/analyse";
import { rewriteClass } from "../syntax/rewriteClass";
import { childrenOf, constructorOf } from "../syntax/tree";
import { evaluateAtEntry, evaluateOnceAtEntry } from "../v8/entryBreakpoint";
import { sourceOf } from "../v8/sourceText";

/** `object` with the private members of `owner`; of a class without a base, a new object with them. */
export function constructExported(owner: Function, object: object): object {
  const node = analyse(sourceOf(owner)).classNode;
  if (node === undefined || mayDoMore(node)) refuse(owner);
  const hasConstructor = constructorOf(node) !== undefined;
  if (!node.superClass) {
    if (!hasConstructor) return Reflect.construct(owner, [], Object) as object;
    return (evaluateAtEntry(owner, "this", "construct")?.value as object | undefined) ?? refuse(owner);
  }
  if (!Object.isExtensible(owner)) refuse(owner);
  const base = Object.getPrototypeOf(owner) as object;
  let isInitialized = false;
  return uninterrupted(() => {
    Object.setPrototypeOf(owner, function () {
      isInitialized = true;
      return object;
    });
    try {
      if (!hasConstructor) return Reflect.construct(owner, [], owner) as object;
      // The base class returns into the constructor, which initializes the fields: there it ends.
      const found = evaluateAtEntry(owner, "this", "construct", () => isInitialized);
      return (found?.value as object | undefined) ?? refuse(owner);
    } finally {
      Object.setPrototypeOf(owner, base);
    }
  });
}

const MAKE_VALUES = /^(Map|Set|WeakMap|WeakSet|Array|Object|Date)$/;

/** Might what runs before the constructor's own code do more than make values, such as to count instances or to open a connection? */
function mayDoMore(node: estree.Class): boolean {
  const fields = node.body.body.flatMap((member) =>
    member.type === "PropertyDefinition" && !member.static && member.value ? [member.value] : [],
  );
  const callOfBase = node.superClass ? constructorOf(node)?.body.body.slice(0, 1) : undefined;
  return (
    fields.some((value) => doesMore(value)) ||
    callOfBase?.every((first) => isCallOfBase(first) && !first.expression.arguments.some(doesMore)) === false
  );
}

function isCallOfBase(
  node: estree.Node,
): node is estree.ExpressionStatement & { expression: estree.SimpleCallExpression } {
  return (
    node.type === "ExpressionStatement" &&
    node.expression.type === "CallExpression" &&
    node.expression.callee.type === "Super"
  );
}

function doesMore(node: estree.Node): boolean {
  if (/^(Arrow)?FunctionExpression$/.test(node.type)) return false;
  const makesValue =
    node.type === "NewExpression" && node.callee.type === "Identifier" && MAKE_VALUES.test(node.callee.name);
  return (
    (!makesValue && /^(Call|New|Assignment|Update|TaggedTemplate|Await|Import|Class)Expression$/.test(node.type)) ||
    childrenOf(node).some(doesMore)
  );
}

/** Sets private fields of an instance from inside the class: with a function that is made at the entry of one of its methods. */
export function setExportedFields(owner: Function, object: object, fields: ReadonlyMap<string, unknown>): void {
  if (fields.size === 0) return;
  // The names come from a message, and become part of code.
  const { privateFields } = rewriteClass(analyse(sourceOf(owner)));
  if (![...fields.keys()].every((name) => privateFields.includes(name))) refuse(owner);
  const assignments = [...fields.keys()].map((name, index) => `object.${name} = values[${index}];`);
  for (const fn of methodsAmong(owner, functionsOn(owner)).keys()) {
    const call = analyse(sourceOf(fn)).kind === "generator" ? "next" : "call";
    const found = evaluateOnceAtEntry(fn, `(object, values) => { ${assignments.join(" ")} }`, call);
    if (found === undefined) continue;
    (found.value as (object: object, values: unknown[]) => void)(object, [...fields.values()]);
    return;
  }
  refuse(owner);
}

function refuse(owner: Function): never {
  throw new SerializationError(
    `An instance of the class ${owner.name} has private members, which cannot be set here without running its constructor. Send the instance's data, and make the instance in the worker.`,
  );
}
