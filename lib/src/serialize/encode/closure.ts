/** The variables that a function refers to, by value at the time of the call. */
import { types } from "node:util";
import { analyse } from "../syntax/analyse";
import type { Analysis, VariableUse } from "../syntax/analyse";
import { HELPER } from "../message/message";
import type { Encoder } from "./encoder";
import { importOf } from "../v8/declarations";
import type { ImportBinding } from "../v8/declarations";
import { idOf } from "../message/ids";
import { UNINITIALIZED, closureOf, proxyTargetOf, valueIn } from "../v8/inspector";
import type { Closure, Place } from "../v8/inspector";
import { STANDARD_GLOBALS } from "../names/globals";
import { VITE_IMPORT, VITE_DYNAMIC_IMPORT, isSentWithoutImport, isImported } from "../names/importedVariable";
import { nameOf } from "../names/lookup";
import { isReplaced, replacedMember } from "../names/replacedGlobals";
import { urlOf } from "../v8/sourceText";
import { ScopeTable } from "./scopes";
import { assignedIn } from "./boundThis";
import { sourceOf } from "../v8/sourceText";
import type { Slot } from "../message/message";
import { sharedScope } from "./workerVariables";
import type { Assignment, Captured } from "./workerVariables";

/** Functions that refer to nothing but what every worker has, and the globals that they use: these are all that may change about it. */
const independent = new WeakMap<
  Function,
  Closure & { readonly globals: readonly (readonly [string, VariableUse])[] }
>();

/** Is `fn` known to refer to nothing but what every worker has? It is after it was captured. */
export function isIndependent(fn: Function): boolean {
  return independent.has(fn);
}

/** Has the program replaced a global since then that such a function uses? */
export function usesReplaced(fn: Function): boolean {
  return (
    independent
      .get(fn)
      ?.globals.some(([name, { members }]) => isReplaced(name) || replacedMember(name, members) !== undefined) === true
  );
}

export class Capture {
  readonly scopes = new ScopeTable<Slot | typeof UNINITIALIZED>();
  /** What the functions assign to. */
  readonly assignments: Assignment[] = [];
  private readonly partials = new Map<
    object,
    { number: number; props: [string, Slot][]; ownProps: [string, Slot][]; names: Set<string> }
  >();
  /** The scopes that global objects are, one for each context of `node:vm`, by the scope in which each stands. */
  private readonly globals = new Map<object, Map<number, number>>();
  /** What the function may call of an object, when it is to be found out what is assigned there. */
  private methods: ReadonlySet<string> | undefined;
  /** The scopes that each worker has for itself. */
  private readonly ownScopes = new Map<string, number>();

  constructor(private readonly to: Encoder) {}

  /** Registers the scopes of `fn` and the variables that it needs; `scope` is the number of the innermost one that matters. */
  capture(fn: Function, label: string, analysis: Analysis): { scope: number; closure: Closure } {
    const closure = independent.get(fn) ?? closureOf(fn);
    const scriptId = closure.place?.scriptId ?? "";
    if (this.to.options.finding === true)
      this.methods = new Set(Array.from(sourceOf(fn).matchAll(/\.\s*([\w$]+)/g), ([, name]) => name));
    const global = (closure.global ?? globalThis) as Record<string, unknown>;
    const taken = new Map<string, { use: VariableUse; index: number; own: string | undefined }>();
    const globals: [string, VariableUse][] = [];
    let innermost = closure.scopes.length;
    let foreign = false;
    for (const [name, use] of namesOf(analysis, closure)) {
      const index = closure.scopes.findIndex((scope) =>
        scope.kind === WITH ? name in scope.variables : Object.hasOwn(scope.variables, name),
      );
      if (index >= 0) {
        this.refuseOdd(name, closure.scopes[index].kind, label);
        const own = this.ownScopeOf({ fn, closure, index, name }, use, label);
        taken.set(name, { use, index, own });
        if (own === undefined) innermost = Math.min(innermost, index);
      } else if (!STANDARD_GLOBALS.has(name) || (global === globalThis && isReplaced(name))) {
        foreign = true;
        if (Object.hasOwn(global, name))
          taken.set(name, { use, index, own: this.ownScopeOf({ fn, closure, index, name }, use, label) });
      } else {
        globals.push([name, use]);
        if (global === globalThis) this.refuseReplaced(name, use, label);
      }
    }
    if (taken.size === 0 && !foreign && !analysis.callsEval) independent.set(fn, { ...closure, scopes: [], globals });
    const outermost = this.outermost(fn, label, scriptId, global);
    let scope = outermost;
    const numbers: number[] = [];
    for (let index = closure.scopes.length - 1; index >= innermost; index--) {
      scope = this.scopes.add({
        fn,
        fnName: label,
        scriptId,
        scope: closure.scopes[index],
        level: closure.scopes.length - 1 - index,
        parent: scope,
      });
      numbers[index] = scope;
    }
    for (const [name, { use, index, own }] of taken) {
      if (own !== undefined && this.to.options.initial !== true) continue;
      const value =
        index >= 0
          ? this.value(name, use, closure, index, label)
          : this.to.at(`global variable \`${name}\` of ${label}`, global[name]);
      this.scopes.need(
        own !== undefined ? (this.ownScopes.get(own) as number) : index < 0 ? outermost : numbers[index],
        name,
        use.written,
        value,
      );
    }
    return { scope, closure };
  }

  /** The scope of each worker's own to which a variable belongs; undefined for one that travels. */
  private ownScopeOf(variable: Captured, { written }: VariableUse, label: string): string | undefined {
    const { own, initial } = this.to.options;
    if (own === undefined) {
      if (written) this.assignments.push(variable);
      return undefined;
    }
    const found = own.find(variable);
    if (typeof found === "object") return found.scope;
    if (found === undefined) return undefined;
    if (found === "in a module") this.refuseInModule(variable.name, label);
    if (initial === true) own.functions.add(idOf(variable.fn));
    else this.refuseInFunction(variable.name, label);
    return undefined;
  }

  /** Notes what a function assigns in the module by whose address it is sent. */
  noteInModule(fn: Function): void {
    const source = sourceOf(fn);
    if (source.endsWith("{ [native code] }")) return;
    const closure = closureOf(fn);
    for (const [name, { written }] of analyse(source).freeVariables) {
      const index = closure.scopes.findIndex(({ variables }) => Object.hasOwn(variables, name));
      if (written && index >= 0) this.assignments.push({ fn, closure, index, name, inModule: true });
    }
  }

  private refuseInModule(name: string, label: string): never {
    this.to.refuse(
      `the pool's initializer, or what it calls, is exported by the module that declares \`${name}\`, so that each worker's module has the variable, and ${label}, which is none of the module's exports, does not see it. ` +
        `Export ${label} from the module too and pass it, or call an exported function in it.`,
    );
  }

  private refuseInFunction(name: string, label: string): never {
    this.to.refuse(
      `the pool's initializer assigns \`${name}\` of ${label}, a variable inside a function. Each worker can have a variable of its own only outside of all functions: ` +
        `declare \`${name}\` at the top level of the module, script or cell, or have the initializer set \`globalThis.${name}\`, and read that in the task.`,
    );
  }

  /** The scope that the global object is, inside those that each worker has for itself. */
  private outermost(fn: Function, fnName: string, scriptId: string, global: Record<string, unknown>): number {
    let parent = -1;
    for (const id of [sharedScope("Global", global), sharedScope("Script", global), scriptId]) {
      const names = this.to.options.own?.scopes.get(id);
      if (names === undefined) continue;
      const known = this.ownScopes.get(id);
      const number =
        known ??
        this.scopes.add({
          fn,
          fnName,
          scriptId: id,
          scope: { kind: "Own", variables: {} },
          level: -1,
          parent,
          own: id,
        });
      this.ownScopes.set(id, number);
      if (known === undefined) for (const name of names) this.scopes.need(number, name, false, UNINITIALIZED);
      parent = number;
    }
    const known = this.globals.get(global) ?? new Map<number, number>();
    this.globals.set(global, known);
    const number =
      known.get(parent) ??
      this.scopes.add({ fn, fnName, scriptId: "", scope: { kind: "Global", variables: global }, level: -1, parent });
    known.set(parent, number);
    return number;
  }

  /** The program has put a function of its own into a global object such as Math: workers have the original. */
  private refuseReplaced(name: string, { members }: VariableUse, label: string): void {
    const member = replacedMember(name, members);
    if (member === undefined) return;
    const remedy =
      name === "globalThis" || name === "global"
        ? `Write \`${member}\` alone: then yours travels`
        : `Keep yours in a variable (\`const ${member} = ${name}.${member}\`) and use that in the task`;
    this.to.refuse(
      `${label} uses \`${name}.${member}\`, which this program has replaced; workers have the original. ${remedy}, or replace it in the pool's initializer only.`,
    );
  }

  private refuseOdd(name: string, kind: string, label: string): void {
    if (kind === WITH)
      this.to.refuse(
        `${label} uses \`${name}\` of the object of a \`with\` statement. Read it from the object by its name.`,
      );
    if (name.startsWith(HELPER))
      this.to.refuse(
        `${label} uses a variable named \`${name}\`, a name that is needed to make it again over there. Give it another name.`,
      );
    if (name === "eval") this.to.refuse(`${label} uses a variable of its own named \`eval\`. Give it another name.`);
  }

  private value(
    name: string,
    use: VariableUse,
    closure: Closure,
    index: number,
    label: string,
  ): Slot | typeof UNINITIALIZED {
    const { kind } = closure.scopes[index];
    const value = valueIn(closure.scopes[index], name);
    if (value === UNINITIALIZED) return UNINITIALIZED;
    const binding = kind === "Module" && !isKnown(value) ? importOf(closure.place?.scriptId ?? "", name) : undefined;
    if (binding !== undefined && !isSentWithoutImport(value, binding)) return this.binding(value, binding);
    if (name === VITE_DYNAMIC_IMPORT) return this.importer(value as Function, urlOf((closure.place as Place).scriptId));
    const whole =
      VITE_IMPORT.test(name) && types.isProxy(value) && use.members === undefined
        ? proxyTargetOf(value as object)
        : value;
    return (
      this.partial(name, whole, use, label) ??
      this.valueAt(name, whole, use.assigned.size + use.changed.size > 0, label)
    );
  }

  /** The value of a variable; of an object in which the initializer assigns something each worker has its own. */
  private valueAt(name: string, value: unknown, isChanged: boolean, label: string): Slot {
    const { own, initial } = this.to.options;
    if (
      (typeof value === "object" || typeof value === "function") &&
      value !== null &&
      (isChanged || this.isChangedByMethods(value))
    )
      this.assignments.push({ changed: value });
    const id = own?.objects.get(value);
    if (id === undefined) return this.to.at(`captured variable \`${name}\` of ${label}`, value);
    const slot = initial === true ? this.to.at(`captured variable \`${name}\` of ${label}`, value) : undefined;
    return [this.to.nodes.push({ is: "workerObject", id, value: slot }) - 1];
  }

  private isChangedByMethods(object: object): boolean {
    return this.methods !== undefined && assignedIn(object, { called: this.methods, assigned: new Set() }).size > 0;
  }

  /** The `exports` of a module or of a notebook's kernel, or an imported module that has no address: only the properties that are referred to travel, and not those that each worker has for itself. */
  private partial(name: string, value: unknown, { members, assigned, changed }: VariableUse, label: string): Slot {
    if (
      members === undefined ||
      typeof value !== "object" ||
      value === null ||
      !(name === "exports" || isImported(name, value))
    )
      return undefined;
    if (assigned.size > 0) this.assignments.push({ object: value, names: assigned });
    const own = this.to.options.own?.members.get(value);
    let partial = this.partials.get(value);
    if (partial === undefined) {
      const place = this.to.placeOf(value);
      if (place !== undefined) return [place];
      partial = { number: this.to.reserve(value), props: [], ownProps: [], names: new Set() };
      this.partials.set(value, partial);
      const proto: Slot =
        own === undefined
          ? undefined
          : [
              this.to.nodes.push({ is: "workerExports", id: own.id, names: [...own.names], values: partial.ownProps }) -
                1,
            ];
      this.to.nodes[partial.number] = { is: "object", props: partial.props, ...(proto && { proto }) };
    }
    for (const member of members) {
      const isOwn = own?.names.has(member) === true;
      if (partial.names.has(member) || !(member in value) || (isOwn && this.to.options.initial !== true)) continue;
      partial.names.add(member);
      (isOwn ? partial.ownProps : partial.props).push([
        member,
        this.valueAt(member, (value as Record<string, unknown>)[member], changed.has(member), label),
      ]);
    }
    return [partial.number];
  }

  /** `import()` as a bundler puts it: over there it is that of the module. */
  private importer(value: Function, parent: string): Slot {
    const number = this.to.placeOf(value) ?? this.to.reserve(value);
    this.to.nodes[number] = { is: "importer", parent };
    return [number];
  }

  /** What an ES module imported: imported again over there. */
  private binding(value: unknown, binding: ImportBinding): Slot {
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return value as Slot;
    const place = this.to.placeOf(value);
    if (place !== undefined) return [place];
    const number = this.to.reserve(value);
    const { url, parent, what, attributes } = binding;
    this.to.nodes[number] = { is: "binding", url, parent, what, attributes };
    return [number];
  }
}

/** V8's name of the scope of a `with` statement. */
const WITH = "With Block";

/** The names that a function takes from outside; with `eval` in it these may be any, and it may assign to them. */
function namesOf(analysis: Analysis, closure: Closure): Map<string, VariableUse> {
  const names = new Map(analysis.freeVariables);
  // Of an arrow function these are not variables: see `surroundings` in encodeFunction.
  if (analysis.outerArguments) names.delete("arguments");
  if (analysis.callsEval) {
    for (const scope of closure.scopes) {
      for (const name of Object.keys(scope.variables))
        if (name !== "arguments")
          names.set(name, { written: true, members: undefined, assigned: new Set(), changed: new Set() });
    }
  }
  return names;
}

function isKnown(value: unknown): boolean {
  return (typeof value === "object" || typeof value === "function") && value !== null && nameOf(value) !== undefined;
}
