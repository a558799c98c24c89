/**
 * Gives objects the private members that their classes give them. In workers only. A class that came in a message was rewritten for it, see
 * `rewriteClass`. A class that the worker has from its module is as its author wrote it: V8 stops at the beginning of its constructor, when the
 * fields have been made, so that the constructor does not run. For a moment such a class has another base.
 */
import type * as estree from "estree";
import { SerializationError } from "../../base/errors";
import { getOrMake } from "../../base/getOrMake";
import { uninterrupted } from "../../base/interrupt";
import { prototypeOf } from "../../base/reflect";
import { evaluateInClass, receivedClasses } from "../encode/privateMembers";
import type { ClassHelper, Ref } from "../message/message";
import { importFrom, metaOf } from "../names/esmImports";
import { analyse } from "../syntax/analyse";
import { childrenOf, constructorOf } from "../syntax/tree";
import { evaluateAtEntry } from "../v8/entryBreakpoint";
import { sourceOf } from "../v8/sourceText";
import type { Decoder } from "./decoder";

/** What the code of functions and classes that are made here uses, under the name `HELPER`. */
export const helper: ClassHelper & {
  load(specifier: unknown, parent: string, options: unknown): unknown;
  meta(url: string): unknown;
} = {
  reviving: false,
  base: undefined,
  keys: [],
  registerClass: (owner, evaluate) =>
    void receivedClasses.set(owner, { evaluate, isDerived: helper.base !== undefined }),
  load: async (specifier, parent, options) => importFrom(String(specifier), parent, options),
  meta: metaOf,
};

/** A private method, read through an instance; an instance without members of its own will do. */
export function privateMethod(owner: Function, name: string, self: unknown): unknown {
  const read = evaluateInClass(owner, `(self) => (${name} in self ? self.${name} : undefined)`) as (
    self: unknown,
  ) => unknown;
  return read(owner) ?? read(self ?? construct(owner, {}));
}

/** Gives `object` the private members of those classes, without values; the first class may make a new object of it. */
export function addPrivateMembers(object: object, owners: readonly Function[]): object {
  const before = new Set(Reflect.ownKeys(object));
  const instance = owners.reduce((current, owner) => construct(owner, current), object);
  for (const key of Reflect.ownKeys(instance)) if (!before.has(key)) Reflect.deleteProperty(instance, key);
  return instance;
}

type Setter = (object: object, values: readonly unknown[]) => void;
const setters = new WeakMap<Function, Map<string, Setter>>();

export function setPrivateFields(
  decoder: Decoder,
  owner: Function,
  object: object,
  fields: readonly (readonly [name: string, value: Ref])[],
): void {
  if (fields.length === 0) return;
  const values = fields.map(([, slot]) => decoder.value(slot));
  const code = `(object, values) => { ${fields.map(([name], index) => `object.${name} = values[${index}];`).join(" ")} }`;
  // The names come from a message, and become part of code.
  if (!fields.every(([name]) => /^#[\p{ID_Continue}$]+$/u.test(name))) refuse(owner);
  const known = getOrMake(setters, owner, () => new Map<string, Setter>());
  const setter = getOrMake(known, code, () => (evaluateInClass(owner, code) as Setter | undefined) ?? refuse(owner));
  setter(object, values);
}

/** `object` with the private members of `owner`; of a class without a base, a new object with them. */
function construct(owner: Function, object: object): object {
  const isDerived = receivedClasses.get(owner)?.isDerived;
  if (isDerived === undefined) return constructExported(owner, object);
  if (isDerived && !Object.isExtensible(owner)) {
    throw new SerializationError(
      `An instance of the class ${owner.name} came after the class, which is locked (frozen, sealed or not extensible), and its private members cannot be set any more. Send it with the function, or its data.`,
    );
  }
  helper.reviving = true;
  try {
    if (!isDerived) return Reflect.construct(owner, [], Object) as object;
    return withBase(
      owner,
      () => object,
      () => Reflect.construct(owner, [], owner) as object,
    );
  } finally {
    helper.reviving = false;
  }
}

function constructExported(owner: Function, object: object): object {
  const node = analyse(sourceOf(owner)).classNode;
  if (node === undefined || mayDoMore(node) || (node.superClass && !Object.isExtensible(owner))) refuse(owner);
  const hasConstructor = constructorOf(node) !== undefined;
  if (!node.superClass) {
    if (!hasConstructor) return Reflect.construct(owner, [], Object) as object;
    return (evaluateAtEntry(owner, "this", "construct")?.value as object | undefined) ?? refuse(owner);
  }
  let isInitialized = false;
  const base = (): object => {
    isInitialized = true;
    return object;
  };
  return withBase(owner, base, () => {
    if (!hasConstructor) return Reflect.construct(owner, [], owner) as object;
    // The base class returns into the constructor, which initializes the fields: there it ends.
    const found = evaluateAtEntry(owner, "this", "construct", () => isInitialized);
    return (found?.value as object | undefined) ?? refuse(owner);
  });
}

/** Does something while a class has another base, whose constructor returns what `construct` gives. */
function withBase(owner: Function, construct: () => object, use: () => object): object {
  const base = prototypeOf(owner);
  return uninterrupted(() => {
    Object.setPrototypeOf(owner, function () {
      return construct();
    });
    try {
      return use();
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
  const [first] = (node.superClass && constructorOf(node)?.body.body) || [];
  const call = first?.type === "ExpressionStatement" && first.expression.type === "CallExpression" && first.expression;
  if (first !== undefined && !(call && call.callee.type === "Super")) return true;
  return [...fields, ...(call ? call.arguments : [])].some(doesMore);
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

function refuse(owner: Function): never {
  throw new SerializationError(
    `An instance of the class ${owner.name} has private members, which cannot be set here without running its constructor. Send the instance's data, and make the instance in the worker.`,
  );
}
