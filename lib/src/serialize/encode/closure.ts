/** The variables that a function refers to, by value at the time of the call. */
import { analyse } from "../syntax/analyse";
import type { Analysis, VariableUse } from "../syntax/analyse";
import { HELPER } from "../message/message";
import type { Encoder } from "./encoder";
import { idOf } from "../message/ids";
import { UNINITIALIZED, closureOf } from "../v8/inspector";
import type { Closure, Scope } from "../v8/inspector";
import { STANDARD_GLOBALS } from "../names/globals";
import { isReplaced, replacedMember } from "../names/replacedGlobals";
import { ScopeTable } from "./scopes";
import { sourceOf } from "../v8/sourceText";
import type { Ref } from "../message/message";
import { ValueEncoder } from "./variableValues";
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
  readonly scopes = new ScopeTable<Ref | typeof UNINITIALIZED>();
  /** What the functions assign to. */
  readonly assignments: Assignment[] = [];
  /** The scopes that global objects are, one for each context of `node:vm`, by the scope in which each stands. */
  private readonly globals = new Map<object, Map<number, number>>();
  /** The scopes that each worker has for itself. */
  private readonly workerScopes = new Map<string, number>();

  private readonly values: ValueEncoder;

  constructor(private readonly to: Encoder) {
    this.values = new ValueEncoder(to, this.assignments);
  }

  /** Registers the scopes of `fn` and the variables that it needs; `scope` is the number of the innermost one that matters. */
  capture(fn: Function, label: string, analysis: Analysis): { scope: number; closure: Closure } {
    const closure = independent.get(fn) ?? closureOf(fn);
    const scriptId = closure.place?.scriptId ?? "";
    this.values.begin(fn);
    const global = (closure.global ?? globalThis) as Record<string, unknown>;
    const taken = new Map<string, { use: VariableUse; index: number; workerScope: string | undefined }>();
    const globals: [string, VariableUse][] = [];
    let innermost = closure.scopes.length;
    let foreign = false;
    for (const [name, use] of namesOf(analysis, closure)) {
      const index = closure.scopes.findIndex((scope) =>
        scope.kind === WITH ? name in scope.variables : Object.hasOwn(scope.variables, name),
      );
      if (index >= 0) {
        this.refuseOdd(name, (closure.scopes.at(index) as Scope).kind, label);
        const workerScope = this.workerScopeOf({ fn, closure, index, name }, use, label);
        taken.set(name, { use, index, workerScope });
        if (workerScope === undefined) innermost = Math.min(innermost, index);
      } else if (!STANDARD_GLOBALS.has(name) || (global === globalThis && isReplaced(name))) {
        foreign = true;
        if (Object.hasOwn(global, name))
          taken.set(name, { use, index, workerScope: this.workerScopeOf({ fn, closure, index, name }, use, label) });
      } else {
        globals.push([name, use]);
        if (global === globalThis) this.refuseReplaced(name, use, label);
      }
    }
    if (taken.size === 0 && !foreign && !analysis.callsEval) independent.set(fn, { ...closure, scopes: [], globals });
    let parent = this.outermost(fn, label, scriptId, global);
    const numbers = new Map([[-1, parent]]);
    for (const [index, scope] of [...closure.scopes.entries()].slice(innermost).reverse()) {
      const level = closure.scopes.length - 1 - index;
      parent = this.scopes.add({ fn, fnName: label, scriptId, scope, level, parent });
      numbers.set(index, parent);
    }
    for (const [name, { use, index, workerScope }] of taken) {
      if (workerScope !== undefined && this.to.options.initial !== true) continue;
      const value =
        index >= 0
          ? this.values.captured(name, use, closure, index, label)
          : this.to.at(`global variable \`${name}\` of ${label}`, global[name]);
      const scope = workerScope === undefined ? numbers.get(index) : this.workerScopes.get(workerScope);
      this.scopes.need(scope as number, name, use.written, value);
    }
    return { scope: parent, closure };
  }

  /** The scope of each worker's own to which a variable belongs; undefined for one that travels. */
  private workerScopeOf(variable: Captured, { written }: VariableUse, label: string): string | undefined {
    const { workerVariables, initial } = this.to.options;
    if (workerVariables === undefined) {
      if (written) this.assignments.push(variable);
      return undefined;
    }
    const found = workerVariables.find(variable);
    if (typeof found === "object") return found.scope;
    if (found === undefined) return undefined;
    if (found === "in a module") this.refuseInModule(variable.name, label);
    if (initial === true) workerVariables.functions.add(idOf(variable.fn));
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
      const names = this.to.options.workerVariables?.scopes.get(id);
      if (names === undefined) continue;
      const known = this.workerScopes.get(id);
      const number =
        known ??
        this.scopes.add({
          fn,
          fnName,
          scriptId: id,
          scope: { kind: "Worker", variables: {} },
          level: -1,
          parent,
          workerScope: id,
        });
      this.workerScopes.set(id, number);
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
}

/** V8's name of the scope of a `with` statement. */
const WITH = "With Block";

/** The names that a function takes from outside; with `eval` in it these may be any, and it may assign to them. */
function namesOf(analysis: Analysis, closure: Closure): Map<string, VariableUse> {
  const names = new Map(analysis.freeVariables);
  // Of an arrow function these are not variables: `thisProperties` sends them.
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
