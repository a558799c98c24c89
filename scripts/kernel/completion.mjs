// What may stand at a place of a cell, for an editor that completes.
import { ts } from "./typescript.mjs";

/** Characters of the line that tslab puts before a cell. */
const BEFORE = `export {};${ts.sys.newLine}`.length;

/**
 * The content of a complete_reply. tslab completes names. In a text, as in `from "node:o"`, it would put what TypeScript knows behind what is
 * typed already, instead of in its place.
 */
export function completionsAt(executor, code, position) {
  const { start, end, candidates, original } = executor.complete(code, position);
  const reply = (from, to, matches) => ({ status: "ok", metadata: {}, cursor_start: from, cursor_end: to, matches });
  if (start !== end) return reply(start, end, candidates);
  const span = original?.entries.find(({ replacementSpan }) => replacementSpan !== undefined)?.replacementSpan;
  // TypeScript leaves the place to the editor where it is a word.
  const from = span === undefined ? code.slice(0, position).search(/[\w$]*$/) : span.start - BEFORE;
  const typed = code.slice(from, position);
  const matches = candidates.filter((name) => name.startsWith(typed));
  return reply(from, span === undefined ? position : from + span.length, matches);
}
