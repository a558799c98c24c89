/**
 * The scopes of the functions of one message: which of them are one and the same. V8 gives a copy of each scope a
 * function, so two functions of one scope (a counter's `increase` and `get`) must be recognised as such. Scopes that differ in any
 * value are different. Scopes that agree are the same for all that anybody can tell, unless one of the functions assigns
 * to a variable; then V8 is asked: see `marks`.
 */
import { SerializationError } from "../ground/errors";
import { valueIn } from "./inspector";
import type { Scope } from "./inspector";
import { marksOf } from "./marks";

/** One scope of one function. */
export interface Entry {
  readonly fn: Function;
  readonly fnName: string;
  readonly scope: Scope;
  readonly scriptId: string;
  /** Which scope of `fn` it is, counted from the outermost. */
  readonly level: number;
  readonly parent: number;
}
export interface Marked extends Entry {
  readonly writes: boolean;
}
interface Registered<Value> extends Entry {
  /** The variables that are needed, each with what its value became. */
  readonly needed: Map<string, Value>;
  /** Its function assigns to a variable of it. */
  writes: boolean;
}

export class ScopeTable<Value> {
  private readonly entries: Registered<Value>[] = [];
  /** Variables that functions of a script assign to. */
  private readonly written = new Map<string, Set<string>>();

  /** Registers a scope inside the registered scope `parent` (-1: none); its number. */
  add(entry: Entry): number {
    return this.entries.push({ ...entry, needed: new Map(), writes: false }) - 1;
  }

  /** Notes that `name` of that scope is needed, with what its value became. */
  need(number: number, name: string, written: boolean, value: Value): void {
    const { scriptId, needed } = this.entries[number];
    if (written) (this.written.get(scriptId) ?? this.written.set(scriptId, new Set()).get(scriptId) as Set<string>).add(name);
    needed.set(name, value);
    this.entries[number].writes ||= written;
  }

  /** The scopes with the same ones made one, and for each number that `add` gave its place among them. */
  settle(): { scopes: { parent: number; variables: [string, Value][] }[]; places: number[] } {
    const places = this.entries.map(() => -1);
    const scopes: { parent: number; variables: Map<string, Value> }[] = [];
    const depths = this.entries.map(() => 0);
    this.entries.forEach(({ parent }, number) => { depths[number] = parent < 0 ? 0 : depths[parent] + 1; });
    const ids = new Map<unknown, number>();
    // From the outermost inwards: scopes can only be the same when the scopes around them are.
    for (const level of groupBy(this.entries.keys(), (number) => depths[number]).values()) {
      const alike = groupBy(level, (number) => likeness(this.entries[number], places, ids));
      for (const candidates of alike.values()) {
        for (const same of this.partition(candidates)) {
          const { parent } = this.entries[same[0]];
          const place = scopes.push({ parent: parent < 0 ? -1 : places[parent], variables: new Map() }) - 1;
          for (const number of same) {
            places[number] = place;
            for (const [name, value] of this.entries[number].needed) scopes[place].variables.set(name, value);
          }
        }
      }
    }
    return { scopes: scopes.map(({ parent, variables }) => ({ parent, variables: [...variables] })), places };
  }

  /** Scopes that agree in everything, sorted into those that are one and the same. */
  private partition(numbers: readonly number[]): readonly (readonly number[])[] {
    const { scope, scriptId } = this.entries[numbers[0]];
    const written = [...this.written.get(scriptId) ?? []].filter((name) => Object.hasOwn(scope.variables, name));
    if (numbers.length === 1 || written.length === 0 || ONCE.has(scope.kind)) return [numbers];
    const entries = numbers.map((number) => this.entries[number]);
    const marks = marksOf(entries, written[0]);
    // Scopes without a mark are those that nobody assigns to, unless a function that does could not be entered.
    const unmarked = entries.filter((_, index) => marks[index] === undefined);
    const unknown = unmarked.find(({ writes }) => writes);
    if (unknown !== undefined && unmarked.length > 1) refuse(unknown, unmarked.find((entry) => entry !== unknown) as Entry, written[0]);
    return [...groupBy(numbers.keys(), (index) => marks[index]).values()].map((group) => group.map((index) => numbers[index]));
  }
}

/** Scopes of which a script has one only. */
const ONCE = new Set(["Script", "Global", "Module"]);

function groupBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** Equal for scopes that agree in place, kind and every value; `ids` numbers the values. */
function likeness({ scope, scriptId, parent }: Entry, places: readonly number[], ids: Map<unknown, number>): string {
  const around = parent < 0 ? -1 : places[parent];
  if (scope.kind === "Global" || scope.kind === "Script") return scope.kind;
  const numberOf = (value: unknown): number => {
    const key = Object.is(value, -0) ? MINUS_ZERO : value;
    return ids.get(key) ?? ids.set(key, ids.size).size - 1;
  };
  const values = Object.keys(scope.variables).map((name) => `${name}=${numberOf(valueIn(scope, name))}`);
  return `${around} ${scope.kind} ${scriptId} ${values.join(" ")}`;
}
const MINUS_ZERO = {};

function refuse(one: Entry, two: Entry, name: string): never {
  throw new SerializationError(
    `${one.fnName} and ${two.fnName} both use a variable \`${name}\` that is assigned to, and it cannot be told whether it is one `
    + "and the same variable. Put the variable and both functions into one object or class, and send that.",
  );
}
