/**
 * The scopes of the functions of one message: which of them are one and the same. V8 gives a copy of each scope a
 * function, so two functions of one scope (a counter's `increase` and `get`) must be recognised as such. Scopes that differ in any
 * value are different. Scopes that agree are the same for all that anybody can tell, unless one of the functions assigns
 * to a variable; then V8 is asked, by writing a mark through one function and looking for it through the other.
 */
import { SerializationError } from "../ground/errors";
import { atTheDoorOf, closureOf, passing } from "./inspector";
import type { Scope } from "./inspector";

interface Entry {
  readonly fn: Function;
  readonly fnName: string;
  readonly scope: Scope;
  readonly scriptId: string;
  /** Which scope of `fn` it is, counted from the innermost. */
  readonly index: number;
  readonly parent: number;
  /** The variables that are needed, each with what its value became. */
  readonly needed: Map<string, unknown>;
  readonly written: Set<string>;
}

export class ScopeTable<Value> {
  private readonly entries: Entry[] = [];

  /** Registers scope number `index` of `fn`, inside the registered scope `parent` (-1: none); its number. */
  add(fn: Function, fnName: string, scriptId: string, scope: Scope, index: number, parent: number): number {
    this.entries.push({ fn, fnName, scope, scriptId, index, parent, needed: new Map(), written: new Set() });
    return this.entries.length - 1;
  }

  /** Notes that `name` of that scope is needed; its value is encoded only the first time. */
  need(number: number, name: string, written: boolean, value: () => Value): void {
    const entry = this.entries[number];
    if (written) entry.written.add(name);
    if (!entry.needed.has(name)) {
      entry.needed.set(name, undefined);
      entry.needed.set(name, value());
    }
  }

  /** The scopes with the same ones made one, and for each number that `add` gave its place among them. */
  settle(): { scopes: { parent: number; variables: [string, Value][] }[]; places: number[] } {
    const leader = this.entries.map((_, number) => number);
    // Scopes are added from the outermost inwards, so a parent is settled before its children.
    const settled: number[] = [];
    for (let number = 0; number < this.entries.length; number++) {
      const same = settled.find((other) => this.same(other, number, leader));
      if (same === undefined) settled.push(number);
      else leader[number] = same;
    }
    const variables = new Map(settled.map((number) => [number, new Map<string, Value>()]));
    this.entries.forEach((entry, number) => {
      for (const [name, value] of entry.needed) (variables.get(leader[number]) as Map<string, Value>).set(name, value as Value);
    });
    const places = leader.map((number) => settled.indexOf(number));
    const scopes = settled.map((number) => {
      const { parent } = this.entries[number];
      return { parent: parent < 0 ? -1 : places[parent], variables: [...variables.get(number) as Map<string, Value>] };
    });
    return { scopes, places };
  }

  private same(a: number, b: number, leader: readonly number[]): boolean {
    const [one, two] = [this.entries[a], this.entries[b]];
    if (one.scope === two.scope) return true;
    const parents = [one.parent, two.parent].map((parent) => (parent < 0 ? -1 : leader[parent]));
    if (parents[0] !== parents[1] || one.scope.kind !== two.scope.kind) return false;
    if (one.scope.kind === "Script" || one.scope.kind === "Global") return true;
    if (one.scriptId !== two.scriptId) return false;
    const names = Object.keys(one.scope.variables);
    const agree = names.length === Object.keys(two.scope.variables).length && names.every((name) =>
      Object.hasOwn(two.scope.variables, name) && Object.is(one.scope.variables[name], two.scope.variables[name]));
    if (!agree) return false;
    const written = this.writtenIn(names, [a, b], leader);
    if (written === undefined) return true;
    if (one.fn === two.fn) return one.index === two.index;
    return leavesAMark(one, two, written) ?? leavesAMark(two, one, written) ?? refuse(one, two, written);
  }

  /** A variable of these scopes, or of any that may be one with them, that a function assigns to. */
  private writtenIn(names: readonly string[], numbers: readonly number[], leader: readonly number[]): string | undefined {
    const { scriptId } = this.entries[numbers[0]];
    for (const [number, entry] of this.entries.entries()) {
      if (entry.scriptId !== scriptId && !numbers.includes(leader[number])) continue;
      for (const name of entry.written) if (names.includes(name)) return name;
    }
    return undefined;
  }
}

/** Does a mark written to `name` through `one` show through `two`? Undefined when `one` cannot be entered. */
function leavesAMark(one: Entry, two: Entry, name: string): boolean | undefined {
  const mark = Object.freeze({ mark: name });
  let seen: boolean | undefined;
  passing("mark", mark, (markExpression) => passing("before", one.scope.variables[name], (beforeExpression) => {
    atTheDoorOf(one.fn, (evaluate) => {
      evaluate(`void (${name} = ${markExpression})`);
      try {
        seen = closureOf(two.fn).scopes[two.index].variables[name] === mark;
      } finally {
        evaluate(`void (${name} = ${beforeExpression})`);
      }
    });
  }));
  return seen;
}

function refuse(one: Entry, two: Entry, name: string): never {
  throw new SerializationError(
    `${one.fnName} and ${two.fnName} both use a variable \`${name}\` that is assigned to, and it cannot be told whether it is one `
    + "and the same variable. Put the variable and both functions into one object or class, and send that.",
  );
}
