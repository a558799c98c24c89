/**
 * How a function becomes a node of a message: its source, where it stands, and every variable it refers to, by value at
 * the time of the call.
 */
import { join } from "node:path";
import { types } from "node:util";
import { analyse } from "./analyse";
import type { Analysis } from "./analyse";
import { rewriteClass } from "./classes";
import type { ClassFacts } from "./classes";
import { bindingOf } from "./esm";
import type { Encoder } from "./encode";
import { foreignId, idOf } from "./identities";
import { atTheDoorOf, boundPartsOf, closureOf, privateMembersOf } from "./inspector";
import type { Closure } from "./inspector";
import { isPristineGlobal, nameOf } from "./known";
import { placeOfScript } from "./places";
import { ScopeTable } from "./scopes";
import type { Extras, FunctionNode, Node, Property, ScopeNode, Slot } from "./wire";

/** Functions that were made here from a message, whose text here is not what their author wrote. */
const sources = new WeakMap<Function, { source: string; place: FunctionNode["place"] }>();

export function noteSource(fn: Function, source: string, place: FunctionNode["place"]): void {
  sources.set(fn, { source, place });
}

function sourceOf(fn: Function): string {
  return sources.get(fn)?.source ?? Function.prototype.toString.call(fn);
}

/** What a class of the user's says about private fields; undefined for a class that no text is to be had of. */
export function rewrittenClassOf(fn: Function): ClassFacts | undefined {
  if (nameOf(fn) !== undefined) return undefined;
  const analysis = analyse(sourceOf(fn));
  return analysis.classNode === undefined ? PLAIN_FUNCTION : rewriteClass(analysis);
}
const PLAIN_FUNCTION: ClassFacts = { code: "", privateFields: [], staticPrivateFields: [], staticFields: new Set(), privateMethods: false, computedKeys: false };

/** The functions and scopes of one message. */
export class FunctionEncoder {
  private readonly scopes = new ScopeTable<Slot>();
  private readonly partials = new Map<object, { number: number; props: Property[]; names: Set<string> }>();
  private globals = -1;

  constructor(private readonly to: Encoder) {}

  settle(): { scopes: ScopeNode[]; places: number[] } {
    return this.scopes.settle();
  }

  encode(fn: Function): Node {
    const name = nameOf(fn);
    if (name !== undefined) return { is: "name", name };
    const { options } = this.to;
    const foreign = foreignId(fn);
    if (options.homeward === true && foreign !== undefined) return { is: "yours", id: foreign };
    const id = idOf(fn);
    if (options.context?.has(id)) return { is: "yours", id };
    if (isRequire(fn)) return { is: "require", parent: fn.resolve.paths("x")?.[0] ?? join(process.cwd(), "x") };
    if (types.isProxy(fn)) this.to.refuse("it is a Proxy, which cannot be looked into.");
    if (options.homeward === true) {
      this.to.refuse(`the function ${nameFor(fn)} was made in a worker, and the code of workers is not run in the main thread. Return data, or send the function from here to there and back.`);
    }
    const source = sourceOf(fn);
    if (source.endsWith("{ [native code] }")) return this.bound(fn);
    const analysis = this.analyse(fn, source);
    this.to.ids.add(id);
    return this.function(fn, id, source, analysis);
  }

  private analyse(fn: Function, source: string): Analysis {
    let analysis: Analysis | undefined;
    try {
      analysis = analyse(source);
    } catch (error) {
      this.to.refuse(`the source of ${nameFor(fn)} cannot be read (${(error as Error).message}).`);
    }
    if (analysis.needsHome !== undefined) {
      this.to.refuse(
        `the method ${nameFor(fn)} uses ${analysis.needsHome}, so it is nothing without its class. `
        + `Send the object and call the method there: (object) => object.${fn.name}().`,
      );
    }
    return analysis;
  }

  private bound(fn: Function): Node {
    const parts = boundPartsOf(fn);
    if (parts === undefined) this.to.refuse(`the function ${nameFor(fn)} is native: it has no source that could be sent. Wrap what you need of it in a function of your own.`);
    return {
      is: "bound",
      target: this.to.at(`the function bound in ${nameFor(fn)}`, parts.target),
      self: this.to.at(`\`this\` of ${nameFor(fn)}`, parts.self),
      args: parts.args.map((argument, index) => this.to.at(`bound argument ${index} of ${nameFor(fn)}`, argument)),
      ...this.to.extras(fn, Function.prototype, (key) => key === "length" || key === "name"),
    };
  }

  private function(fn: Function, id: string, source: string, analysis: Analysis): Node {
    const label = nameFor(fn);
    const closure = closureOf(fn);
    const scope = this.capture(fn, label, analysis, closure);
    const outer = analysis.outerThis || analysis.outerArguments ? this.surroundings(fn, analysis) : { self: undefined, args: undefined };
    const facts = analysis.kind === "class" ? rewriteClass(analysis) : undefined;
    const staticPrivates = facts === undefined || facts.staticPrivateFields.length === 0 ? undefined
      : privateMembersOf(fn).filter(({ name }) => facts.staticPrivateFields.includes(name))
        .map(({ name, value }): [string, Slot] => [name, this.to.at(`private field \`${name}\` of ${label}`, value)]);
    const node: FunctionNode = {
      is: "function", id, source, scope, usesSelf: analysis.outerThis,
      form: analysis.form, code: facts?.code ?? analysis.code,
      name: String(Object.getOwnPropertyDescriptor(fn, "name")?.value ?? ""), length: fn.length,
      sloppy: analysis.sloppy || Object.hasOwn(fn, "caller"),
      self: this.to.at(`\`this\` of ${label}`, outer.self),
      args: outer.args?.map((argument, index) => this.to.at(`argument ${index} around ${label}`, argument)),
      place: sources.get(fn)?.place ?? placeOfScript(closure.place),
      isClass: facts !== undefined,
      base: analysis.classNode?.superClass ? this.to.at(`base class of ${label}`, Object.getPrototypeOf(fn)) : undefined,
      computedKeys: facts?.computedKeys ?? false,
      imports: analysis.imports,
      ...(staticPrivates && { staticPrivates }),
      ...this.ownParts(fn, source, facts),
    };
    return node;
  }

  /** Registers the scopes of `fn` and the variables that it needs; the number of the innermost one. */
  private capture(fn: Function, label: string, analysis: Analysis, closure: Closure): number {
    if (this.globals < 0) this.globals = this.scopes.add(fn, label, "", { kind: "Global", variables: globalThis as unknown as Record<string, unknown> }, -1, -1);
    const numbers: number[] = [];
    let parent = this.globals;
    for (let index = closure.scopes.length - 1; index >= 0; index--) {
      parent = this.scopes.add(fn, label, closure.place?.scriptId ?? "", closure.scopes[index], index, parent);
      numbers[index] = parent;
    }
    const free = new Map([...analysis.free].map(([name, use]): [string, { written: boolean; members: Set<string> | undefined }] => [name, use]));
    if (analysis.callsEval) {
      for (const scope of closure.scopes) for (const name of Object.keys(scope.variables)) free.set(name, { written: true, members: undefined });
    }
    for (const [name, use] of free) {
      if (name === "arguments" && analysis.outerArguments) continue;
      const index = closure.scopes.findIndex((scope) => Object.hasOwn(scope.variables, name));
      if (index >= 0) {
        const { kind, variables } = closure.scopes[index];
        const step = `captured variable \`${name}\` of ${label}`;
        this.scopes.need(numbers[index], name, use.written, () => {
          const binding = kind === "Module" && !isKnown(variables[name]) ? bindingOf(closure.place?.scriptId ?? "", name) : undefined;
          if (binding !== undefined) return this.binding(variables[name], binding);
          return this.partial(name, variables[name], use.members) ?? this.to.at(step, variables[name]);
        });
        // What another function already needed whole may have to grow by the properties that this one reads.
        if (use.members !== undefined) this.partial(name, variables[name], use.members);
      } else if (!isPristineGlobal(name) && Object.hasOwn(globalThis, name)) {
        this.scopes.need(this.globals, name, use.written, () => this.to.at(`global variable \`${name}\` of ${label}`, (globalThis as Record<string, unknown>)[name]));
      }
    }
    return parent;
  }

  /** The `exports` of a module or of a notebook's kernel: only the properties that are referred to travel. */
  private partial(name: string, value: unknown, members: ReadonlySet<string> | undefined): Slot {
    if (name !== "exports" || members === undefined || typeof value !== "object" || value === null) return undefined;
    let partial = this.partials.get(value);
    if (partial === undefined) {
      const place = this.to.placeOf(value);
      if (place !== undefined) return [place];
      partial = { number: this.to.reserve(value), props: [], names: new Set() };
      this.partials.set(value, partial);
      this.to.nodes[partial.number] = { is: "object", props: partial.props };
    }
    for (const member of members) {
      if (partial.names.has(member) || !(member in value)) continue;
      partial.names.add(member);
      partial.props.push([member, this.to.at(`captured variable \`${member}\``, (value as Record<string, unknown>)[member])]);
    }
    return [partial.number];
  }

  private binding(value: unknown, binding: { url: string; parent: string; what: string }): Slot {
    if (typeof value !== "object" && typeof value !== "function" || value === null) return value as Slot;
    const place = this.to.placeOf(value);
    if (place !== undefined) return [place];
    const number = this.to.reserve(value);
    this.to.nodes[number] = { is: "binding", ...binding };
    return [number];
  }

  /** The `this` and `arguments` of the function around an arrow function. */
  private surroundings(fn: Function, analysis: Analysis): { self: unknown; args: unknown[] | undefined } {
    const found: { self: unknown; args: unknown[] | undefined } = { self: undefined, args: undefined };
    const entered = atTheDoorOf(fn, (evaluate) => {
      if (analysis.outerThis) found.self = evaluate("this");
      if (analysis.outerArguments) found.args = Array.from(evaluate("arguments") as ArrayLike<unknown>);
    });
    if (!entered) this.to.refuse(`the arrow function ${nameFor(fn)} uses the \`this\` or \`arguments\` around it, and they cannot be had. Put what it needs in a variable.`);
    return found;
  }

  /** Properties of the function itself and of its prototype that its source does not make. */
  private ownParts(fn: Function, source: string, facts: ClassFacts | undefined): Extras & { prototypeParts?: Extras } {
    const madeBySource = (owner: object, key: string | symbol): boolean => {
      if (facts === undefined) return false;
      const descriptor = Object.getOwnPropertyDescriptor(owner, key) as PropertyDescriptor;
      if (owner === fn && typeof key === "string" && facts.staticFields.has(key)) return false;
      return [descriptor.value, descriptor.get, descriptor.set].every((part) => part === undefined || (typeof part === "function" && source.includes(sourceOf(part as Function))));
    };
    const standard = (key: string | symbol): boolean => ["length", "name", "prototype", "arguments", "caller"].includes(key as string);
    const usual = facts !== undefined || ANY_FUNCTION.has(Object.getPrototypeOf(fn)) ? Object.getPrototypeOf(fn) as object : Function.prototype;
    const parts: Extras & { prototypeParts?: Extras } = this.to.extras(fn, usual, (key) => standard(key) || madeBySource(fn, key));
    const prototype: unknown = Object.getOwnPropertyDescriptor(fn, "prototype")?.value;
    if (typeof prototype === "object" && prototype !== null) {
      const base = Object.getPrototypeOf(prototype) as object | null;
      const own = this.to.extras(prototype, facts !== undefined || ANY_GENERATOR.has(base) ? base : Object.prototype, (key) => key === "constructor" || madeBySource(prototype, key));
      if (Object.keys(own).length > 0) parts.prototypeParts = own;
    }
    return parts;
  }
}

function* nothing(): Generator { /* only its prototypes are wanted */ }
async function* nothingLater(): AsyncGenerator { /* the same */ }
const ANY_FUNCTION = new Set<unknown>([Function.prototype, async () => undefined, nothing, nothingLater].map((fn) => (typeof fn === "function" && fn !== Function.prototype ? Object.getPrototypeOf(fn) as unknown : Function.prototype)));
const ANY_GENERATOR = new Set<unknown>([nothing, nothingLater].map((fn) => Object.getPrototypeOf(fn.prototype) as unknown));

function isRequire(fn: Function): fn is NodeJS.Require {
  const { resolve, cache } = fn as Partial<NodeJS.Require>;
  return typeof resolve === "function" && typeof resolve.paths === "function" && typeof cache === "object";
}

function isKnown(value: unknown): boolean {
  return (typeof value === "object" || typeof value === "function") && value !== null && nameOf(value) !== undefined;
}

function nameFor(fn: Function): string {
  return fn.name === "" ? "a function without a name" : `\`${fn.name.replace(/^bound /, "")}\``;
}

