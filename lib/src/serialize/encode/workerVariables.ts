/**
 * The variables that each worker of a pool has for itself, because the pool's initializer assigns them: found when the initializer is made
 * ready to be sent, and looked up when tasks are.
 */
import { declarationOf } from "../v8/declarations";
import { idOf } from "../message/ids";
import { closureOf } from "../v8/inspector";
import type { Closure, Scope } from "../v8/inspector";
import { CANNOT_TELL, tagsOf } from "./sameScope";

/** A variable of a function: that of the scope with that index, or of the global object (-1). */
export interface Captured {
  readonly fn: Function;
  readonly closure: Closure;
  readonly index: number;
  readonly name: string;
  /** Assigned by a function that is sent by its module's address: the variable is the module's, in each worker. */
  readonly inModule?: boolean;
}
/** What a function of the initializer's assigns to: a variable, properties of an `exports`, something in the object that a variable holds; or properties of `this`. */
export type Assignment =
  | Captured
  | { readonly object: object; readonly names: ReadonlySet<string> }
  | { readonly changed: object }
  | { readonly self: object; readonly names: ReadonlySet<string> };

/** Properties of one object that are each worker's own. */
export interface WorkerMembers {
  readonly id: string;
  readonly names: Set<string>;
}

export class WorkerVariables {
  /** The names in each scope of which there is one: that of a script, and those that scripts share. */
  readonly scopes = new Map<string, Set<string>>();
  readonly members = new Map<object, WorkerMembers>();
  /** Objects of which each worker has one of its own, by the names that they have there. */
  readonly objects = new Map<unknown, string>();
  /** The same of functions: those that keep such variables to themselves, or in which something is assigned. */
  readonly functions = new Set<string>();
  /** Properties of the `this` of arrow functions and methods, which cannot be a worker's own. */
  readonly selves = new Map<unknown, ReadonlySet<string>>();
  private readonly inModules = new Set<string>();
  private readonly inFunctions = new Map<string, Captured>();
  private readonly names = new Set<string>();

  /** Undefined when nothing is assigned. */
  static of(assignments: readonly Assignment[]): WorkerVariables | undefined {
    const variables = new WorkerVariables();
    for (const assignment of assignments) variables.add(assignment);
    return assignments.length === 0 ? undefined : variables;
  }

  private add(assignment: Assignment): void {
    if ("object" in assignment) {
      const { object, names } = assignment;
      const known = this.members.get(object) ?? { id: `exports ${this.members.size}`, names: new Set() };
      this.members.set(object, known);
      for (const name of names) known.names.add(name);
      return;
    }
    if ("self" in assignment) {
      const { self, names } = assignment;
      this.selves.set(self, new Set([...(this.selves.get(self) ?? []), ...names]));
      return;
    }
    if ("changed" in assignment) {
      const { changed } = assignment;
      if (typeof changed === "function") this.functions.add(idOf(changed));
      else this.objects.set(changed, `object ${this.objects.size}`);
      return;
    }
    const { name } = assignment;
    const place = placeOf(assignment);
    if (assignment.inModule === true) this.inModules.add(keyOf(place, name));
    else if ("scope" in place) this.scopes.set(place.scope, (this.scopes.get(place.scope) ?? new Set()).add(name));
    else this.inFunctions.set(place.inFunction, assignment);
    this.names.add(name);
  }

  /** The scope in which workers have that variable for themselves; undefined when it is none of theirs, "in a function" when that cannot be told. */
  find(variable: Captured): { readonly scope: string } | "in a function" | "in a module" | undefined {
    if (!this.names.has(variable.name)) return undefined;
    const place = placeOf(variable);
    if (this.inModules.has(keyOf(place, variable.name))) return "in a module";
    if ("scope" in place) return this.scopes.get(place.scope)?.has(variable.name) === true ? place : undefined;
    const assigned = this.inFunctions.get(place.inFunction);
    return assigned !== undefined && maybeSame(assigned, variable) ? "in a function" : undefined;
  }
}

/** The name of a scope that all scripts of a context share: that of its global object, or of what they declare beside it. */
export function sharedScope(kind: "Global" | "Script", global: object): string {
  return global === globalThis ? kind : `${kind} ${idOf(global)}`;
}

function keyOf(place: ReturnType<typeof placeOf>, name: string): string {
  return `${"scope" in place ? place.scope : place.inFunction} ${name}`;
}

function placeOf({
  closure: { place, scopes, global },
  index,
  name,
}: Captured): { readonly scope: string } | { readonly inFunction: string } {
  const kind = index < 0 ? "Global" : (scopes.at(index) as Scope).kind;
  if (kind === "Global" || kind === "Script") return { scope: sharedScope(kind, global ?? globalThis) };
  const scriptId = place?.scriptId ?? "";
  const declaration = kind === "Module" || place === undefined ? undefined : declarationOf(place, name);
  return kind === "Module" || declaration?.once === true
    ? { scope: scriptId }
    : { inFunction: declaration?.key ?? `${scriptId} ${name}` };
}

/** Two variables of one declaration: those of one call of the function around it, or can that not be told? */
function maybeSame(...variables: readonly Captured[]): boolean {
  const [one, other] = tagsOf(
    variables.map(({ fn, closure, index, name }) => {
      const level = closure.scopes.length - 1 - index;
      return {
        fn,
        fnName: "",
        scriptId: "",
        scope: closureOf(fn).scopes.at(-1 - level) as Scope,
        level,
        parent: -1,
        written: new Set([name]),
      };
    }),
  );
  return one === other || one === CANNOT_TELL || other === CANNOT_TELL;
}
