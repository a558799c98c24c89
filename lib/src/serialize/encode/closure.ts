/** Finds the scope of each variable that a function refers to; variableValues.ts reads its value there, at the time of the call. */
import { getOrMake } from "../../base/getOrMake";
import { analyse, type Analysis, type VariableUse } from "../syntax/analyse";
import { HELPER } from "../message/message";
import type { Encoder } from "./encoder";
import { idOf } from "../message/ids";
import { UNINITIALIZED, closureOf, type Closure, type Scope } from "../v8/inspector";
import { STANDARD_GLOBALS } from "../names/globals";
import { isReplaced, replacedMember } from "../names/replacedGlobals";
import { ScopeTable } from "./scopes";
import { isNative, sourceOf } from "../v8/sourceText";
import { ValueEncoder } from "./variableValues";
import { sharedScope, type Assignment, type Captured } from "./workerVariables";

/** Functions that refer only to what every worker has, and the globals that they use: the program may replace one of these later. */
const selfContained = new WeakMap<
  Function,
  Closure & { readonly globals: readonly (readonly [string, VariableUse])[] }
>();

/** Refers `fn` only to what every worker has? Known once `fn` was captured. */
export function isSelfContained(fn: Function): boolean {
  return selfContained.has(fn);
}

/** Is its text all there is to it? Known once `fn` was captured. */
export function takesNoNames(fn: Function): boolean {
  if (!selfContained.has(fn)) return false;
  const { kind, form, freeVariables, outerThis, callsEval, imports, dependsOnSloppyMode } = analyse(sourceOf(fn));
  const needsMore = freeVariables.size > 0 || imports.length > 0 || outerThis || callsEval || dependsOnSloppyMode;
  return kind !== "class" && form === "expression" && !needsMore;
}

/** Has the program replaced a global that such a function uses? */
export function usesReplaced(fn: Function): boolean {
  return (
    selfContained
      .get(fn)
      ?.globals.some(([name, { members }]) => isReplaced(name) || replacedMember(name, members) !== undefined) === true
  );
}

export class Capture {
  readonly scopes = new ScopeTable();
  /** What the functions assign to. */
  readonly assignments: Assignment[] = [];
  /** The numbers of the scopes that stand for global objects (one for each context of `node:vm`), by the scope around each. */
  private readonly globals = new Map<object, Map<number, number>>();
  /** The numbers of the scopes that each worker has for itself. */
  private readonly workerScopes = new Map<string, number>();
  private readonly values: ValueEncoder;

  constructor(private readonly to: Encoder) {
    this.values = new ValueEncoder(to, this.assignments);
  }

  /**
   * Registers the scopes of `fn` and the variables that it needs; `scope` is the number of the innermost one that matters.
   *
   * @param read its closure, if it was read just now
   */
  capture(fn: Function, label: string, analysis: Analysis, read?: Closure): { scope: number; closure: Closure } {
    const closure = selfContained.get(fn) ?? read ?? closureOf(fn);
    const scriptId = closure.position?.scriptId ?? "";
    this.values.begin(fn);
    const global = (closure.global ?? globalThis) as Record<string, unknown>;
    const captured = new Map<string, { use: VariableUse; index: number; workerScope: string | undefined }>();
    const globals: [string, VariableUse][] = [];
    let innermost = closure.scopes.length;
    let usesOtherGlobals = false;
    for (const [name, use] of namesOf(analysis, closure)) {
      const index = closure.scopes.findIndex((scope) =>
        scope.kind === WITH ? name in scope.variables : Object.hasOwn(scope.variables, name),
      );
      if (index >= 0) {
        this.refuseUnsupported(name, (closure.scopes.at(index) as Scope).kind, label);
        const workerScope = this.workerScopeOf({ fn, closure, index, name }, use, label);
        captured.set(name, { use, index, workerScope });
        if (workerScope === undefined) innermost = Math.min(innermost, index);
      } else if (!STANDARD_GLOBALS.has(name) || (global === globalThis && isReplaced(name))) {
        usesOtherGlobals = true;
        if (Object.hasOwn(global, name))
          captured.set(name, { use, index, workerScope: this.workerScopeOf({ fn, closure, index, name }, use, label) });
      } else {
        globals.push([name, use]);
        if (global === globalThis) this.refuseReplaced(name, use, label);
      }
    }
    if (captured.size === 0 && !usesOtherGlobals && !analysis.callsEval)
      selfContained.set(fn, { ...closure, scopes: [], globals });
    let parent = this.outermost(fn, label, scriptId, global);
    const numbers = new Map([[-1, parent]]);
    for (const [index, scope] of [...closure.scopes.entries()].slice(innermost).reverse()) {
      const level = closure.scopes.length - 1 - index;
      parent = this.scopes.add({ fn, fnName: label, scriptId, scope, level, parent });
      numbers.set(index, parent);
    }
    for (const [name, { use, index, workerScope }] of captured) {
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

  /** The scope that each worker has for itself and that holds the variable; undefined for a variable that travels. */
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
    if (isNative(fn)) return;
    const closure = closureOf(fn);
    for (const [name, { written }] of analyse(sourceOf(fn)).freeVariables) {
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

  /** The scope that stands for the global object, inside the scopes that each worker has for itself. */
  private outermost(fn: Function, fnName: string, scriptId: string, global: Record<string, unknown>): number {
    let parent = -1;
    for (const id of [sharedScope("Global", global), sharedScope("Script", global), scriptId]) {
      const names = this.to.options.workerVariables?.scopes.get(id);
      if (names === undefined) continue;
      const around = parent;
      parent = getOrMake(this.workerScopes, id, () => {
        const scope = { kind: "Worker", variables: {} };
        const entry = { fn, fnName, scriptId: id, scope, level: -1, parent: around, workerScope: id };
        const number = this.scopes.add(entry);
        for (const name of names) this.scopes.need(number, name, false, UNINITIALIZED);
        return number;
      });
    }
    const known = getOrMake(this.globals, global, () => new Map<number, number>());
    return getOrMake(known, parent, () =>
      this.scopes.add({ fn, fnName, scriptId: "", scope: { kind: "Global", variables: global }, level: -1, parent }),
    );
  }

  /** The program has replaced a function of a global object such as Math, and workers have the original. */
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

  private refuseUnsupported(name: string, kind: string, label: string): void {
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

/** The names that a function takes from outside. One that calls `eval` may read and assign any. */
function namesOf(analysis: Analysis, closure: Closure): Map<string, VariableUse> {
  const names = new Map(analysis.freeVariables);
  // The `arguments` around an arrow function are no variable: see thisProperties.ts.
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
