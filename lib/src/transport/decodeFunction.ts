/**
 * Makes a function of a message again: the scopes that it closes over, with their variables, and in them its source. Functions that
 * shared a scope share it here.
 */
import { SerializationError } from "../ground/errors";
import type { ClassHelper } from "./classes";
import { HELPER } from "./classes";
import type { Decoder } from "./decode";
import { remember } from "./identities";
import { importFrom, metaOf } from "./imports";
import { constructOriginal, setOriginalPrivates } from "./originals";
import type { PrivateFields } from "./originals";
import { noteSource } from "./sources";
import { evaluateHere } from "./evaluate";
import type { FunctionNode, ScopeNode, Slot } from "./wire";

/** A scope that was made again: evaluates code in it, and sets its variables. */
interface MadeScope {
  evaluate(this: void, code: string): unknown;
  set(this: void, values: Record<string, unknown>): void;
}
type ScopeMaker = (this: unknown, helper: ClassHelper, args?: unknown) => MadeScope;

/** How each class that was made here lets its private fields be set, and code be evaluated in its body. */
const insides = new WeakMap<Function, { fields: Record<string, (object: object, value: unknown) => void>; evaluate: (code: string) => unknown }>();

const helper: ClassHelper & { load(specifier: unknown, parent: string, options: unknown): unknown; meta(url: string): unknown } = {
  reviving: false,
  base: undefined,
  keys: [],
  own: (owner, fields, evaluate) => void insides.set(owner, { fields, evaluate }),
  load: async (specifier, parent, options) => importFrom(String(specifier), parent, options),
  meta: metaOf,
};

export class FunctionDecoder {
  readonly made = new Map<string, Function>();
  private readonly scopes: (MadeScope | undefined)[] = [];

  /** Scopes that hold a function of sloppy mode; code in a strict scope would be strict. */
  private readonly sloppy = new Set<number>();

  constructor(private readonly from: Decoder) {
    for (const node of from.message.nodes) {
      if (node.is !== "function" || !node.sloppy) continue;
      for (let scope = node.scope; scope >= 0; scope = from.message.scopes[scope].parent) this.sloppy.add(scope);
    }
  }

  /** Notes that `fn` is the copy here of the function with that id. */
  note(id: string, fn: Function): void {
    this.made.set(id, fn);
    remember(id, fn);
  }

  make(node: FunctionNode, made: (value: unknown) => void): void {
    const scope = node.home === undefined ? this.scope(node.scope) : this.inside(this.from.value(node.home) as Function);
    const base = this.from.value(node.base);
    const keys = node.keys.map((key) => this.from.value(key));
    const around = node.usesSelf || node.args !== undefined
      ? (scope.evaluate(`(${makerCode([], node.sloppy)})`) as ScopeMaker).call(this.from.value(node.self), helper)
      : scope;
    const inside = node.args === undefined ? around : this.withArguments(around, node, node.args);
    helper.base = base;
    helper.keys = keys;
    const fn = this.evaluate(inside, node);
    this.note(node.id, fn);
    noteSource(fn, node.source, node.place);
    made(fn);
    this.from.fillLater(() => {
      this.fillScopes(node.scope);
      this.dress(fn, node);
    });
  }

  /** The body of a class as a scope. */
  private inside(home: Function): MadeScope {
    return { evaluate: (insides.get(home) as { evaluate: (code: string) => unknown }).evaluate, set: () => undefined };
  }

  private evaluate(scope: MadeScope, node: FunctionNode): Function {
    const made = scope.evaluate(codeOf(node));
    if (node.form === "expression") return made as Function;
    const descriptor = Object.getOwnPropertyDescriptor(made, "m") as PropertyDescriptor;
    return (node.form === "getter" ? descriptor.get : node.form === "setter" ? descriptor.set : descriptor.value) as Function;
  }

  /** A scope in which `arguments` are those of the function around. */
  private withArguments(scope: MadeScope, node: FunctionNode, args: readonly Slot[]): MadeScope {
    const make = scope.evaluate(`(function () { return { args: arguments, scope: ${ARROW_MAKER} }; })`) as (...args: unknown[]) => { args: unknown[]; scope: MadeScope };
    const made = make.apply(this.from.value(node.self), args.map(() => undefined));
    this.from.fillLater(() => args.forEach((argument, index) => { made.args[index] = this.from.value(argument); }));
    return made.scope;
  }

  private scope(number: number): MadeScope {
    const known = this.scopes[number];
    if (known !== undefined) return known;
    const { parent, variables } = this.from.message.scopes[number];
    const code = `(${makerCode(variables, this.sloppy.has(number))})`;
    const maker = (parent < 0 ? evaluateHere(code) : this.scope(parent).evaluate(code)) as ScopeMaker;
    const scope = maker.call(undefined, helper);
    this.scopes[number] = scope;
    return scope;
  }

  private readonly filled = new Set<string>();

  /** Gives the variables of a scope, and of those around it, their values. */
  private fillScopes(number: number): void {
    for (let current = number; current >= 0; current = this.from.message.scopes[current].parent) {
      for (const variable of this.from.message.scopes[current].variables) {
        if (variable.length === 1) continue;
        const [name, slot] = variable;
        const key = `${current} ${name}`;
        // What is being made further up gets its variable when it is made: its own call comes through here again.
        if (this.filled.has(key) || this.from.isBeingMade(slot)) continue;
        this.filled.add(key);
        this.scopes[current]?.set({ __proto__: null, [name]: this.from.value(slot) });
      }
    }
  }

  /** What a function has beside its code. */
  private dress(fn: Function, node: FunctionNode): void {
    for (const [key, value] of [["name", node.name], ["length", node.length]] as const) {
      const descriptor = Object.getOwnPropertyDescriptor(fn, key);
      if (descriptor?.configurable !== false && descriptor?.value !== value && typeof (descriptor?.value ?? "") !== "function") {
        Object.defineProperty(fn, key, { value, configurable: true, enumerable: false, writable: false });
      }
    }
    if (node.proto !== undefined) Object.setPrototypeOf(fn, this.from.value(node.proto) as object | null);
    for (const property of node.props ?? []) this.from.define(fn, property);
    if (node.staticPrivates !== undefined) this.setPrivates(fn, fn, node.staticPrivates);
    const parts = node.prototypeParts;
    if (parts !== undefined) {
      if (parts.proto !== undefined) Object.setPrototypeOf(fn.prototype, this.from.value(parts.proto) as object | null);
      for (const property of parts.props ?? []) this.from.define(fn.prototype as object, property);
    }
    if (node.locked !== undefined) this.from.finally(() => [Object.preventExtensions, Object.seal, Object.freeze][(node.locked as number) - 1](fn));
  }

  /** An object with the private members of those classes, base class first. */
  instance(owners: readonly Function[]): object {
    return this.own({}, owners);
  }

  isInstance(object: object): boolean {
    return instances.has(object);
  }

  /** A field of an instance as its class makes it. */
  fieldOf(object: object, key: PropertyKey): PropertyDescriptor {
    const field = instances.get(object)?.get(key);
    if (field === undefined) throw new SerializationError(`An instance came back with a field ${String(key)} that its class does not give it here.`);
    return field;
  }

  /** A private method, read through an instance; one without members of its own will do. */
  privateMethod(owner: Function, name: string, self: unknown): unknown {
    const read = this.inside(owner).evaluate(`(self) => (${name} in self ? self.${name} : undefined)`) as (self: unknown) => unknown;
    return read(owner) ?? read(self ?? construct(owner, {}));
  }

  /** Gives `object` the private members of those classes; the first class may make a new object of it. */
  own(object: object, owners: readonly Function[]): object {
    let current = object;
    const before = new Set(Reflect.ownKeys(object));
    for (const owner of owners) current = insides.has(owner) ? construct(owner, current) : constructOriginal(owner, current);
    const fields = new Map<PropertyKey, PropertyDescriptor>();
    for (const key of Reflect.ownKeys(current)) {
      if (before.has(key)) continue;
      fields.set(key, Object.getOwnPropertyDescriptor(current, key) as PropertyDescriptor);
      Reflect.deleteProperty(current, key);
    }
    instances.set(current, fields);
    return current;
  }

  setPrivates(owner: Function, object: object, fields: readonly (readonly [name: string, value: Slot])[]): void {
    const values = fields.map(([name, slot]) => [name, this.from.value(slot)] as const);
    const inside = insides.get(owner);
    if (inside !== undefined) {
      for (const [name, value] of values) inside.fields[name](object, value);
      return;
    }
    const pending = this.pending.get(owner) ?? { names: values.map(([name]) => name), objects: [] };
    pending.objects.push({ object, values: values.map(([, value]) => value) });
    this.pending.set(owner, pending);
  }

  /** Sets the private fields of instances whose classes are at home here. */
  finish(): void {
    for (const [owner, fields] of this.pending) setOriginalPrivates(owner, fields);
  }
  private readonly pending = new Map<Function, PrivateFields>();
}

/** Instances that were made here, with the public fields that their classes gave them at first. */
const instances = new WeakMap<object, ReadonlyMap<PropertyKey, PropertyDescriptor>>();

/** Constructs a class that was made here, with its constructor doing nothing and a base "class" that returns `object`. */
function construct(owner: Function, object: object): object {
  const base = Object.getPrototypeOf(owner) as object;
  helper.reviving = true;
  try {
    if (base === Function.prototype) return Reflect.construct(owner, [], Object) as object;
    Object.setPrototypeOf(owner, function () { return object; });
    Reflect.construct(owner, [], owner);
    return object;
  } finally {
    helper.reviving = false;
    if (base !== Function.prototype) Object.setPrototypeOf(owner, base);
  }
}

const MODE = (sloppy: boolean): string => (sloppy ? "" : "\"use strict\"; ");

/** The source of a function that makes a scope with those variables. */
function makerCode(variables: ScopeNode["variables"], sloppy: boolean): string {
  const names = variables.filter(({ length }) => length === 2).map(([name]) => name);
  const unreached = variables.filter(({ length }) => length === 1).map(([name]) => name);
  const set = names.map((name) => `if ("${name}" in ${HELPER}Values) ${name} = ${HELPER}Values["${name}"];`).join(" ");
  // Sloppy mode knows variables named `let`, which only `var` can declare. What stands behind the return is never reached.
  return `function (${HELPER}) { ${MODE(sloppy)}${names.length > 0 ? `${sloppy ? "var" : "let"} ${names.join(", ")};` : ""} `
    + `return { evaluate: (${HELPER}Code) => eval(${HELPER}Code), set: (${HELPER}Values) => { ${set} } }; ${unreached.length > 0 ? `let ${unreached.join(", ")};` : ""} }`;
}

/** Evaluates in an arrow function, so that `arguments` in the code are those of the function around it. */
const ARROW_MAKER = `{ evaluate: (${HELPER}Code) => eval(${HELPER}Code), set: () => {} }`;

/** The code of a function, standing in the line and column of its script and under the script's name, for stacks. */
function codeOf(node: FunctionNode): string {
  let { code } = node;
  const [url, line, column] = node.place ?? ["", 0, 0];
  for (const { start, end, kind } of [...node.imports].sort((a, b) => b.start - a.start)) {
    const instead = kind === "meta" ? `${HELPER}.meta(${JSON.stringify(url)})`
      : `((specifier, options) => ${HELPER}.load(specifier, ${JSON.stringify(url)}, options))`;
    code = code.slice(0, start) + instead + code.slice(end);
  }
  const mode = node.sloppy || node.isClass ? "" : "\"use strict\";";
  // The parenthesis that encode put before the source stands where the column before it is.
  const indent = line > MANY_LINES ? "" : "\n".repeat(line) + " ".repeat(Math.max(0, column - (line === 0 ? mode.length : 0) - 1));
  return `${mode}${indent}${code}\n//# sourceURL=${url === "" ? "function" : url.replace(/\s/g, "%20")}`;
}
const MANY_LINES = 20_000;
