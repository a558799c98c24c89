/** What changed between two comparisons of the same name, in words. */
import { counted } from "../base/counted";
import type { HistoryEntry } from "./historyEntry";

/** Longer pieces of code are not read in a sentence. */
const LONGEST = 60;

/**
 * One sentence on the code (and the machine) of a comparison against those of an earlier one.
 *
 * @example
 * whatChanged(before, now); // "Since then the code of parallel changed: `(f, xs)` became `(f, xs, { chunkSize: 64 })`."
 */
export function whatChanged(before: HistoryEntry, now: HistoryEntry): string {
  const earlier = new Map(before.variants.map((variant) => [variant.name, variant]));
  const parts = now.variants.flatMap(({ name, code, calls = {} }) => {
    const was = earlier.get(name);
    earlier.delete(name);
    if (was === undefined) return [`${name} is new`];
    if (was.code !== code) return [`the code of ${name} changed${changedPiece(was.code, code)}`];
    const changed = Object.keys(calls).filter((its) => was.calls?.[its] !== undefined && was.calls[its] !== calls[its]);
    return changed.length === 0 ? [] : [`${listed(changed)}, which ${name} calls, changed`];
  });
  parts.push(...[...earlier.keys()].map((name) => `${name} is gone`));
  const { machine } = before;
  if (machine.name !== now.machine.name || machine.cores !== now.machine.cores)
    parts.push(`the machine changed (it was ${machine.name} with ${coresInWords(machine.cores)})`);
  if (machine.node !== now.machine.node) parts.push(`Node ${machine.node} became ${now.machine.node}`);
  const same = now.variants.every(({ calls }) => calls !== undefined)
    ? "no change of the code was found"
    : "the code of the variants is the same; what they call was not looked at";
  return `Since then ${parts.length === 0 ? same : listed(parts)}.`;
}

export function coresInWords(count: number): string {
  return counted(count, "core");
}

/** "a, b and c". */
export function listed(parts: readonly string[]): string {
  return [parts.slice(0, -1).join(", "), ...parts.slice(-1)].filter((part) => part !== "").join(" and ");
}

/** ": `old` became `new`", cut to the words that differ; nothing when that would be too long to read. */
function changedPiece(before: string, after: string): string {
  const wordsOf = (code: string): readonly string[] => code.match(/[\p{ID_Continue}$]+|\s+|\S/gu) ?? [];
  const [old, fresh] = [wordsOf(before), wordsOf(after)];
  const shorter = Math.min(old.length, fresh.length);
  let start = 0;
  while (start < shorter && old[start] === fresh[start]) start++;
  let end = 0;
  while (end < shorter - start && old[old.length - 1 - end] === fresh[fresh.length - 1 - end]) end++;
  // A few words around say where it is, and without them a mere insertion would have nothing to stand against.
  for (const around of [8, 4, 0]) {
    const piece = (words: readonly string[]) =>
      words
        .slice(Math.max(0, start - around), words.length - Math.max(0, end - around))
        .join("")
        .replace(/\s+/g, " ")
        .trim();
    const [was, is] = [piece(old), piece(fresh)];
    if (was.length <= LONGEST && is.length <= LONGEST && was !== "" && is !== "")
      return `: \`${was}\` became \`${is}\``;
  }
  return "";
}
