/** The variables that a function refers to, by value at the time of the call. */
import type { Analysis, Use } from "./analyse";
import { HELPER } from "./classHelper";
import type { Encoder } from "./encode";
import { bindingOf, exportsOf } from "./esm";
import type { Binding } from "./esm";
import { idOf } from "./identities";
import { NOT_YET, closureOf, valueIn } from "./inspector";
import { urlOf } from "./scripts";
import type { Closure } from "./inspector";
import { isPristineGlobal } from "./contexts";
import { nameOf } from "./names";
import { ScopeTable } from "./scopes";
import type { Property, Slot } from "./wire";

/** Functions that refer to nothing but what every worker has. What a name refers to never changes, so that is known for good. */
const independent = new WeakMap<Function, Closure>();

/** Is `fn` known to refer to nothing but what every worker has? It is after it was captured. */
export function isIndependent(fn: Function): boolean {
  return independent.has(fn);
}

export class Capture {
  readonly scopes = new ScopeTable<Slot | typeof NOT_YET>();
  private readonly partials = new Map<object, { number: number; props: Property[]; names: Set<string> }>();
  /** The numbers of the scopes that global objects are, one for each context of `node:vm`. */
  private readonly globals = new Map<object, number>();

  constructor(private readonly to: Encoder) {}

  /** Registers the scopes of `fn` and the variables that it needs; `scope` is the number of the innermost one that matters. */
  capture(fn: Function, label: string, analysis: Analysis): { scope: number; closure: Closure } {
    const closure = independent.get(fn) ?? closureOf(fn);
    const scriptId = closure.place?.scriptId ?? "";
    const global = (closure.global ?? globalThis) as Record<string, unknown>;
    const outermost = this.globals.get(global) ?? this.scopes.add({ fn, fnName: label, scriptId: "", scope: { kind: "Global", variables: global }, level: -1, parent: -1 });
    this.globals.set(global, outermost);
    const taken = new Map<string, { use: Use; index: number }>();
    let innermost = closure.scopes.length;
    let foreign = false;
    for (const [name, use] of namesOf(analysis, closure)) {
      const index = closure.scopes.findIndex((scope) => (scope.kind === WITH ? name in scope.variables : Object.hasOwn(scope.variables, name)));
      if (index >= 0) {
        this.refuseOdd(name, closure.scopes[index].kind, label);
        taken.set(name, { use, index });
        innermost = Math.min(innermost, index);
      } else if (!isPristineGlobal(name)) {
        foreign = true;
        if (Object.hasOwn(global, name)) taken.set(name, { use, index });
      }
    }
    if (taken.size === 0 && !foreign && !analysis.callsEval) independent.set(fn, { ...closure, scopes: [] });
    let scope = outermost;
    const numbers: number[] = [];
    for (let index = closure.scopes.length - 1; index >= innermost; index--) {
      scope = this.scopes.add({ fn, fnName: label, scriptId, scope: closure.scopes[index], level: closure.scopes.length - 1 - index, parent: scope });
      numbers[index] = scope;
    }
    for (const [name, { use, index }] of taken) {
      if (index < 0) {
        const value = this.to.at(`global variable \`${name}\` of ${label}`, global[name]);
        this.scopes.need(outermost, name, use.written, value);
      } else {
        this.scopes.need(numbers[index], name, use.written, this.value(name, use, closure, index, label));
      }
    }
    return { scope, closure };
  }

  private refuseOdd(name: string, kind: string, label: string): void {
    if (kind === WITH) this.to.refuse(`${label} uses \`${name}\` of the object of a \`with\` statement. Read it from the object by its name.`);
    if (name.startsWith(HELPER)) this.to.refuse(`${label} uses a variable named \`${name}\`, a name that is needed to make it again over there. Give it another name.`);
    if (name === "eval") this.to.refuse(`${label} uses a variable of its own named \`eval\`. Give it another name.`);
  }

  private value(name: string, use: Use, closure: Closure, index: number, label: string): Slot | typeof NOT_YET {
    const { kind } = closure.scopes[index];
    const value = valueIn(closure.scopes[index], name);
    if (value === NOT_YET) return NOT_YET;
    const binding = kind === "Module" && !isKnown(value) ? bindingOf(closure.place?.scriptId ?? "", name) : undefined;
    if (binding !== undefined) return this.binding(value, binding);
    return this.partial(name, value, use.members, label) ?? this.to.at(`captured variable \`${name}\` of ${label}`, value);
  }

  /** The `exports` of a module or of a notebook's kernel: only the properties that are referred to travel. */
  private partial(name: string, value: unknown, members: ReadonlySet<string> | undefined, label: string): Slot {
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
      partial.props.push([member, this.to.at(`captured variable \`${member}\` of ${label}`, (value as Record<string, unknown>)[member])]);
    }
    return [partial.number];
  }

  /** What an ES module imported: imported again over there. */
  private binding(value: unknown, binding: Binding): Slot {
    if (typeof value !== "object" && typeof value !== "function" || value === null) return value as Slot;
    const place = this.to.placeOf(value);
    if (place !== undefined) return [place];
    const number = this.to.reserve(value);
    this.to.nodes[number] = { is: "binding", ...binding, ...this.idOf(value), beside: exportedWith(value, binding).map(([its, fn]) => [this.to.placeOf(fn) ?? this.besideAnImport(fn, its)]) };
    return [number];
  }

  private besideAnImport(fn: Function, binding: Binding): number {
    const number = this.to.reserve(fn);
    this.to.nodes[number] = { is: "binding", ...binding, ...this.idOf(fn), beside: [] };
    return number;
  }

  /** By which objects of an imported class are known on their way there, and back. */
  private idOf(value: object): { id?: string } {
    if (typeof value !== "function" || nameOf(value) !== undefined) return {};
    const id = idOf(value);
    this.to.ids.add(id);
    return { id };
  }
}

/**
 * The functions and classes that come along with an import, as objects of theirs may be sent, too: those of a whole module, or those that the
 * module of a function exports beside it.
 */
function exportedWith(value: object, binding: Binding): [Binding, Function][] {
  const entries: [Binding, unknown][] = binding.what === "*" ? Object.entries(value).map(([what, it]) => [{ ...binding, what }, it]) : [];
  if (typeof value === "function") {
    const { place, scopes } = closureOf(value);
    const module = scopes.find(({ kind }) => kind === "Module");
    if (module !== undefined && place !== undefined) {
      const url = urlOf(place.scriptId);
      for (const [name, what] of exportsOf(place.scriptId)) if (Object.hasOwn(module.variables, name)) entries.push([{ url, parent: url, what }, valueIn(module, name)]);
    }
  }
  return entries.filter((entry): entry is [Binding, Function] => typeof entry[1] === "function" && nameOf(entry[1]) === undefined);
}

/** V8's name of the scope of a `with` statement. */
const WITH = "With Block";

/** The names that a function takes from outside; with `eval` in it these may be any, and it may assign to them. */
function namesOf(analysis: Analysis, closure: Closure): Map<string, Use> {
  const names = new Map(analysis.free);
  // Of an arrow function these are not variables: see `surroundings` in encodeFunction.
  if (analysis.outerArguments) names.delete("arguments");
  if (analysis.callsEval) {
    for (const scope of closure.scopes) {
      for (const name of Object.keys(scope.variables)) if (name !== "arguments") names.set(name, { written: true, members: undefined });
    }
  }
  return names;
}

function isKnown(value: unknown): boolean {
  return (typeof value === "object" || typeof value === "function") && value !== null && nameOf(value) !== undefined;
}
