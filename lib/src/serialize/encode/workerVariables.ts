/**
 * The variables that each worker of a pool has for itself, because the pool's initializer assigns them. They are found when the initializer is
 * encoded, and looked up when tasks are.
 */
import { getOrMake } from "../../base/getOrMake";
import { declarationOf } from "../v8/declarations";
import { idOf } from "../message/ids";
import type { Closure, Scope } from "../v8/inspector";
import { CANNOT_TELL, tagsOf } from "./sameScope";

/** A variable that a function sees: in its scope with that index, or in the global object (-1). */
export interface Captured {
  readonly fn: Function;
  readonly closure: Closure;
  readonly index: number;
  readonly name: string;
  /** Assigned by a function that is sent by its module's address: each worker's module has the variable. */
  readonly inModule?: boolean;
}
/** What a function of the initializer assigns to: a variable, properties of `exports`, something in the object that a variable holds, or properties of `this`. */
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
  /** The name in workers of each object of which each worker has its own. */
  readonly objects = new Map<unknown, string>();
  /** Ids of functions of which each worker has its own: they have such a variable to themselves, or something in them is assigned. */
  readonly functions = new Set<string>();
  /** Assigned properties of the `this` of arrow functions and methods. They cannot be a worker's own. */
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
      const known = getOrMake(this.members, object, () => ({ id: `exports ${this.members.size}`, names: new Set() }));
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
    const declared = declaringScopeOf(assignment);
    if (assignment.inModule === true) this.inModules.add(keyOf(declared, name));
    else if ("scope" in declared) getOrMake(this.scopes, declared.scope, () => new Set()).add(name);
    else this.inFunctions.set(declared.inFunction, assignment);
    this.names.add(name);
  }

  /** The scope in which workers have that variable for themselves; undefined for a variable that travels, "in a function" when that cannot be told. */
  find(variable: Captured): { readonly scope: string } | "in a function" | "in a module" | undefined {
    if (!this.names.has(variable.name)) return undefined;
    const declared = declaringScopeOf(variable);
    if (this.inModules.has(keyOf(declared, variable.name))) return "in a module";
    if ("scope" in declared) return this.scopes.get(declared.scope)?.has(variable.name) === true ? declared : undefined;
    const assigned = this.inFunctions.get(declared.inFunction);
    return assigned !== undefined && maybeSame(assigned, variable) ? "in a function" : undefined;
  }
}

/** The name of a scope that all scripts of a context share: its global object, or their top-level declarations. */
export function sharedScope(kind: "Global" | "Script", global: object): string {
  return global === globalThis ? kind : `${kind} ${idOf(global)}`;
}

function keyOf(declared: ReturnType<typeof declaringScopeOf>, name: string): string {
  return `${"scope" in declared ? declared.scope : declared.inFunction} ${name}`;
}

function declaringScopeOf({
  closure: { position, scopes, global },
  index,
  name,
}: Captured): { readonly scope: string } | { readonly inFunction: string } {
  const kind = index < 0 ? "Global" : (scopes.at(index) as Scope).kind;
  if (kind === "Global" || kind === "Script") return { scope: sharedScope(kind, global ?? globalThis) };
  const scriptId = position?.scriptId ?? "";
  const declaration = kind === "Module" || position === undefined ? undefined : declarationOf(position, name);
  return kind === "Module" || declaration?.once === true
    ? { scope: scriptId }
    : { inFunction: declaration?.key ?? `${scriptId} ${name}` };
}

/** Are two variables of one declaration one variable, or can that not be told? */
function maybeSame(...variables: readonly Captured[]): boolean {
  const [one, other] = tagsOf(
    variables.map(({ fn, closure, index, name }) => {
      const level = closure.scopes.length - 1 - index;
      return {
        fn,
        fnName: "",
        scriptId: "",
        scope: closure.scopes.at(index) as Scope,
        level,
        parent: -1,
        written: new Set([name]),
      };
    }),
  );
  return one === other || one === CANNOT_TELL || other === CANNOT_TELL;
}
