/** The private members of an instance: which class each belongs to, so that they can be set in its copy. */
import { prototypeOf } from "../../base/reflect";
import type { Extras, Ref } from "../message/message";
import type { RewrittenClass } from "../syntax/rewriteClass";
import { privateMembersOf } from "../v8/inspector";
import { sourceOf } from "../v8/sourceText";
import type { Encoder } from "./encoder";
import { classesOf, hasLostClass } from "./prototypes";
import { classTextOf, evaluateInside } from "./userClass";
import { nameFor } from "./valuePath";

/** A class that gave an instance private fields, or private methods. */
interface Owner {
  readonly owner: Function;
  readonly text: RewrittenClass;
}

export function privatesOf(to: Encoder, value: object, proto: object): Extras["privates"] {
  if (hasLostClass(value) && privateMembersOf(value).length > 0) {
    to.refuse(
      "it has private members, and the class that they belong to cannot be found: its `constructor` does not lead there any more. Send the class too, or the object's data.",
    );
  }
  const { members, owners } = ownersOf(value, proto);
  if (members.length === 0 && owners.length === 0) return undefined;
  const names = members.map(({ name }) => name).join(", ");
  if (to.options.returning === true) {
    const [first] = owners;
    to.refuse(
      `it is an instance of ${first === undefined ? "a class" : nameFor(first.owner)} with private members${names && ` (${names})`}, which only its class can give it. ` +
        "Return its data instead, as a plain object, and make the instance here.",
    );
  }
  const expected = owners.flatMap(({ text }) => text.privateFields);
  const fields = members.filter(({ name }) => expected.includes(name));
  const hasMethods = owners.some(({ text }) => text.privateMethod !== undefined);
  const isExplained = members.every(
    ({ name, value: member, isAccessor }) =>
      expected.includes(name) || (hasMethods && (isAccessor || typeof member === "function")),
  );
  if (!isExplained || fields.map(({ name }) => name).join() !== expected.join()) {
    to.refuse(
      `it has private members of a class that cannot be made again over there (${names}). Send its data as a plain object, and make the instance in the worker.`,
    );
  }
  return owners.map(({ owner, text }) => ({
    owner: to.at("its class", owner),
    fields: text.privateFields.map((name): [string, Ref] => [
      name,
      to.at(`private field \`${name}\``, fields.shift()?.value),
    ]),
  }));
}

export function hasPrivates(value: object): boolean {
  const { members, owners } = ownersOf(value, prototypeOf(value));
  return members.length > 0 || owners.length > 0;
}

/** Do the classes along a prototype chain, or one whose text is not known, give their instances private members? */
export function mayHavePrivates(proto: object | null): boolean {
  return classesOf(proto).some((owner) => {
    const text = classTextOf(owner);
    return text?.privateFields.length !== 0 || text.privateMethod !== undefined;
  });
}

function ownersOf(
  value: object,
  proto: object | null,
): { members: ReturnType<typeof privateMembersOf>; owners: readonly Owner[] } {
  // Most classes have no private members, so V8 need not be asked.
  if (!mayHavePrivates(proto)) return { members: [], owners: [] };
  const classes = classesOf(proto).map((owner) => ({ owner, text: classTextOf(owner) }));
  const members = privateMembersOf(value);
  const owners = classes.filter((each): each is Owner => {
    const { owner, text } = each;
    if (text === undefined) return false;
    const [field] = text.privateFields;
    if (field !== undefined) return members.some(({ name }) => name === field);
    // V8 lists fields and accessors, but no methods.
    return text.privateMethod !== undefined && (hasPrivate(owner, text.privateMethod, value) ?? true);
  });
  return { members, owners };
}

/** Has an object that private name of the class? Undefined where no code of the class can be entered. */
function hasPrivate(owner: Function, name: string, object: object): boolean | undefined {
  const test = evaluateInClass(owner, `(object) => ${name} in object`) as ((object: object) => boolean) | undefined;
  return test?.(object);
}

/** The classes that were made here from a message: each gave this worker a function that evaluates code in its body. */
export const receivedClasses = new WeakMap<
  Function,
  { readonly evaluate: (code: string) => unknown; readonly isDerived: boolean }
>();

/** The value of an expression in the body of a class; undefined where no code of the class can be entered. */
export function evaluateInClass(owner: Function, code: string): unknown {
  const received = receivedClasses.get(owner);
  return received === undefined ? evaluateInside(owner, code)?.value : received.evaluate(code);
}

/** Is `key` of `value` an arrow function that a class of it made as a field? Its `this` is that instance. */
export function isFieldArrow(value: object, key: string | symbol): boolean {
  const field: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
  return (
    typeof field === "function" &&
    classesOf(prototypeOf(value)).some(
      (owner) => classTextOf(owner)?.arrowFields.get(key as string) === sourceOf(field),
    )
  );
}
