/**
 * The scopes of the functions of one message: which of them are one and the same. V8 gives a copy of each scope a
 * function, so two functions of one scope (a counter's `increase` and `get`) must be recognised as such. Scopes that differ in any
 * value are different. Scopes that agree are the same for all that anybody can tell, unless one of the functions assigns
 * to a variable; then V8 is asked: see `tagsOf`.
 */
import { SerializationError } from "../../base/errors";
import { SINGLETON_SCOPES, valueIn } from "../v8/inspector";
import { CANNOT_TELL, tagsOf } from "./sameScope";
import type { Entry } from "./sameScope";

interface Registered<Value> extends Entry {
  /** The variables that are needed, each with what its value became. */
  readonly needed: Map<string, Value>;
}

export class ScopeTable<Value> {
  private readonly entries: Registered<Value>[] = [];

  /** Registers a scope inside the registered scope `parent` (-1: none); its number. */
  add(entry: Omit<Entry, "written">): number {
    return this.entries.push({ ...entry, needed: new Map(), written: new Set() }) - 1;
  }

  private entry(number: number): Registered<Value> {
    return this.entries.at(number) as Registered<Value>;
  }

  /** Notes that `name` of that scope is needed, with what its value became. */
  need(number: number, name: string, written: boolean, value: Value): void {
    const entry = this.entry(number);
    entry.needed.set(name, value);
    if (written) entry.written.add(name);
  }

  /** The scopes with the same ones made one, and for each number that `add` gave its place among them. */
  settle(): { scopes: { parent: number; workerScope?: string; variables: [string, Value][] }[]; places: number[] } {
    const places = this.entries.map(() => -1);
    const scopes: { parent: number; workerScope?: string; variables: Map<string, Value> }[] = [];
    const depths = this.entries.map(() => 0);
    this.entries.forEach(({ parent }, number) => {
      depths[number] = parent < 0 ? 0 : (depths.at(parent) as number) + 1;
    });
    const ids = new Map<unknown, number>();
    // From the outermost inwards: scopes can only be the same when the scopes around them are.
    for (const level of groupBy(this.entries.keys(), (number) => depths[number]).values()) {
      const alike = groupBy(level, (number) => likeness(this.entry(number), places, ids));
      for (const candidates of alike.values()) {
        for (const same of this.partition(candidates)) {
          const { parent, workerScope } = this.entry(same.at(0) as number);
          const variables = new Map<string, Value>();
          const around = parent < 0 ? -1 : (places.at(parent) as number);
          scopes.push({ ...(workerScope !== undefined && { workerScope }), parent: around, variables });
          for (const number of same) {
            places[number] = scopes.length - 1;
            for (const [name, value] of this.entry(number).needed) variables.set(name, value);
          }
        }
      }
    }
    return { scopes: scopes.map((scope) => ({ ...scope, variables: [...scope.variables] })), places };
  }

  /** Scopes that agree in everything, sorted into those that are one and the same. */
  private partition(numbers: readonly number[]): readonly (readonly number[])[] {
    const entries = numbers.map((number) => this.entry(number));
    if (
      numbers.length === 1 ||
      entries.some(({ scope }) => SINGLE_SCOPES.has(scope.kind)) ||
      entries.every(({ written }) => written.size === 0)
    )
      return [numbers];
    const tags = tagsOf(entries);
    // One that could not be entered may share its scope with any other that has no tag.
    const untagged = entries.filter((_, index) => tags[index] === undefined || tags[index] === CANNOT_TELL);
    const unknown = entries[tags.indexOf(CANNOT_TELL)] as Entry | undefined;
    if (unknown !== undefined && untagged.length > 1)
      refuse(unknown, untagged.find((entry) => entry !== unknown) as Entry);
    return [...groupBy(numbers.keys(), (index) => tags[index]).values()].map((group) =>
      group.map((index) => numbers.at(index) as number),
    );
  }
}

/** Scopes of which there is one only. */
const SINGLE_SCOPES: ReadonlySet<string> = new Set([...SINGLETON_SCOPES, "Worker"]);

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
  const numberOf = (value: unknown): number => {
    const key = Object.is(value, -0) ? MINUS_ZERO : value;
    return ids.get(key) ?? ids.set(key, ids.size).size - 1;
  };
  // One a context, with more variables than can be compared.
  if (scope.kind === "Global") return `${around} Global ${numberOf(scope.variables)}`;
  if (scope.kind === "Script") return `${around} Script`;
  const values = Object.keys(scope.variables).map((name) => `${name}=${numberOf(valueIn(scope, name))}`);
  return `${around} ${scope.kind} ${scriptId} ${values.join(" ")}`;
}
const MINUS_ZERO = {};

function refuse(one: Entry, two: Entry): never {
  const [name] = one.written;
  throw new SerializationError(
    `${one.fnName} and ${two.fnName} both use a variable \`${name}\` that is assigned to, and it cannot be told whether it is one ` +
      "and the same variable. Put the variable and both functions into one object or class, and send that.",
  );
}
