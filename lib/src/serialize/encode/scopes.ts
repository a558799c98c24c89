/**
 * The scopes of the functions of one message, and which of them are one and the same. V8 gives a copy of a scope for each function, but two
 * functions of one scope (a counter's `increase` and `get`) have to share it in the worker, too. Scopes that differ in a value are different. Scopes that
 * agree in every value count as one, unless a function assigns to a variable of theirs: then `tagsOf` finds out.
 */
import { SerializationError } from "../../base/errors";
import { getOrMake } from "../../base/getOrMake";
import type { Ref, ScopeNode } from "../message/message";
import { SINGLETON_SCOPES, UNINITIALIZED, valueIn } from "../v8/inspector";
import { CANNOT_TELL, tagsOf, type Entry } from "./sameScope";

interface Registered extends Entry {
  /** The number of scopes around it. */
  readonly depth: number;
  /** The variables that the functions need, each with what its value became. */
  readonly needed: Map<string, Ref | typeof UNINITIALIZED>;
}

export class ScopeTable {
  private readonly entries: Registered[] = [];

  /** Registers a scope inside the registered scope `parent` (-1: none), and gives its number. */
  add(entry: Omit<Entry, "written">): number {
    const depth = entry.parent < 0 ? 0 : this.entry(entry.parent).depth + 1;
    return this.entries.push({ ...entry, depth, needed: new Map(), written: new Set() }) - 1;
  }

  private entry(number: number): Registered {
    return this.entries[number] as Registered;
  }

  /** Notes that a function needs `name` of that scope, and what its value became. */
  need(number: number, name: string, written: boolean, value: Ref | typeof UNINITIALIZED): void {
    const entry = this.entry(number);
    entry.needed.set(name, value);
    if (written) entry.written.add(name);
  }

  /** The scopes without repetition, and for each number that `add` gave the index among them. */
  merged(): { scopes: ScopeNode[]; indexes: readonly number[] } {
    const indexes = this.entries.map(() => -1);
    const scopes: ScopeNode[] = [];
    const valueIds = new Map<unknown, number>();
    // From the outermost inwards: scopes can only be the same when the scopes around them are.
    for (const level of groupBy(this.entries.keys(), (number) => this.entry(number).depth).values()) {
      const alike = groupBy(level, (number) => likeness(this.entry(number), indexes, valueIds));
      for (const same of [...alike.values()].flatMap((numbers) => this.partition(numbers))) {
        const { parent, workerScope } = this.entry(same[0] as number);
        const variables = new Map(same.flatMap((number) => [...this.entry(number).needed]));
        for (const number of same) indexes[number] = scopes.length;
        scopes.push({
          ...(workerScope !== undefined && { workerScope }),
          parent: indexes[parent] ?? -1,
          variables: [...variables].map(([name, value]) => (value === UNINITIALIZED ? [name] : [name, value])),
        });
      }
    }
    return { scopes, indexes };
  }

  /** Scopes that agree in every value, in groups of those that are one and the same. */
  private partition(numbers: readonly number[]): (readonly number[])[] {
    const entries = numbers.map((number) => this.entry(number));
    if (
      numbers.length === 1 ||
      entries.some(({ scope }) => scope.kind === "Worker" || SINGLETON_SCOPES.has(scope.kind)) ||
      entries.every(({ written }) => written.size === 0)
    )
      return [numbers];
    const tags = tagsOf(entries);
    // A scope that could not be entered may be the same as any other that has no tag.
    const untagged = entries.filter((_, index) => tags[index] === undefined || tags[index] === CANNOT_TELL);
    const unknown = entries[tags.indexOf(CANNOT_TELL)];
    const other = unknown && untagged.find((entry) => entry !== unknown);
    if (unknown !== undefined && other !== undefined) refuse(unknown, other);
    return [...groupBy(numbers.entries(), ([index]) => tags[index]).values()].map((group) =>
      group.map(([, number]) => number),
    );
  }
}

function groupBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) getOrMake(groups, keyOf(item), () => []).push(item);
  return groups;
}

/** Equal for scopes that agree in place, kind and every value; `valueIds` numbers the values. */
function likeness(
  { scope, scriptId, parent }: Entry,
  indexes: readonly number[],
  valueIds: Map<unknown, number>,
): string {
  const around = indexes[parent] ?? -1;
  const idOfValue = (value: unknown): number => {
    const key = Object.is(value, -0) ? MINUS_ZERO : value;
    return getOrMake(valueIds, key, () => valueIds.size);
  };
  // There is one a context, with too many variables to compare.
  if (scope.kind === "Global") return `${around} Global ${idOfValue(scope.variables)}`;
  if (scope.kind === "Script") return `${around} Script`;
  const values = Object.keys(scope.variables).map((name) => `${name}=${idOfValue(valueIn(scope, name))}`);
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
