/** `mp.history`: shows and clears the kept comparisons. timing/history.ts keeps them. */
import { inspect } from "node:util";
import { needNode } from "../../base/runtime";
import { counted } from "../../base/counted";
import { describe } from "../../base/errors";
import { checkTitle, readOptions } from "../../base/options";
import { coresInWords } from "../../timing/whatChanged";
import { nameOf, verdictsOf, type HistoryEntry } from "../../timing/historyEntry";
import { clearHistory, historyFile, keptComparisons } from "../../timing/history";
import { verdictInBrief } from "../../timing/verdict";
import { show, showSentences } from "../display";
import { drawHistory } from "./historyChart";
import { FONT } from "../draw/theme";
import { aligned, dayAndTime, escapeMarkup, withUnbreakableSpaces } from "../draw/text";

/** The table shows this many, the newest first. */
const ROWS = 20;

/** What history may be told. */
export interface HistoryOptions {
  /** Forget them all. */
  clear?: boolean | undefined;
  /** Show the comparisons of that title only. */
  title?: string | undefined;
}

/**
 * Shows the comparisons that `compare` has kept: a table of the newest, and how the speed-ups went over time. They stand in a file of
 * the user's, one line each; the environment variable PARALLEL_TYPESCRIPT_HISTORY names another file, or "none" to keep nothing.
 *
 * @param options `clear: true` forgets them all, `title` shows the comparisons of that title only
 * @returns the comparisons that were shown, the oldest first
 * @throws TypeError for wrong options
 *
 * @example
 * mp.history({ title: "32 prime counts" });
 * // 22 Nov, 14:03  32 prime counts  parallel: 1.9 times as fast  laptop, 2 cores, Node 24.1.0
 * mp.history({ clear: true }); // []
 */
export function history(options?: HistoryOptions): HistoryEntry[] {
  needNode("history");
  const { clear, title } = readOptions<HistoryOptions>("history", options, { clear: checkClear, title: checkTitle });
  if (clear === true) {
    clearHistory();
    return shortly([]);
  }
  const kept = keptComparisons();
  const entries = kept.filter((entry) => title === undefined || nameOf(entry) === title);
  if (entries.length === 0) {
    const titles = [...new Set(kept.map(nameOf))].map((name) => `"${name}"`);
    showSentences(
      [],
      [
        historyFile() === undefined
          ? "No comparison is kept: the environment variable PARALLEL_TYPESCRIPT_HISTORY says none."
          : kept.length === 0
            ? "No comparison is kept yet: mp.compare keeps each one that it makes."
            : `No comparison with the title "${title}" is kept. There are: ${titles.join(", ")}.`,
      ],
    );
    return shortly([]);
  }
  const chart = drawHistory(entries);
  if (chart !== undefined) show(chart);
  const rows = entries.slice(-ROWS).reverse().map(rowOf);
  const more = entries.length > ROWS ? `The newest ${ROWS} of ${entries.length} comparisons.` : "";
  show({ mime: "text/html", rich: asHtml(rows, more), text: [...aligned(rows), more].join("\n").trimEnd() });
  return shortly(entries);
}

/** As the last expression of a cell it would print every timing. */
function shortly(entries: HistoryEntry[]): HistoryEntry[] {
  return Object.defineProperty(entries, inspect.custom, {
    value: () => counted(entries.length, "comparison"),
  });
}

function checkClear(clear: unknown): boolean {
  if (typeof clear === "boolean") return clear;
  throw new TypeError(`history expects clear to be true or false, but ${describe(clear)} came.`);
}

function rowOf(entry: HistoryEntry): string[] {
  const { machine } = entry;
  const speedups = verdictsOf(entry).map(({ name, verdict }) => `${name}: ${verdictInBrief(verdict)}`);
  return [
    dayAndTime(entry.date),
    nameOf(entry),
    speedups.join(", "),
    `${machine.name}, ${coresInWords(machine.cores)}, Node ${machine.node}`,
  ];
}

function asHtml(rows: readonly string[][], more: string): string {
  const cells = (row: readonly string[], tag: string) =>
    row
      .map(
        (cell, column) =>
          `<${tag} style="text-align:left;padding:2px 16px 2px 0;vertical-align:top${column === 0 ? ";white-space:nowrap" : ""}">${escapeMarkup(withUnbreakableSpaces(cell))}</${tag}>`,
      )
      .join("");
  return (
    `<table style="font:13px/1.5 ${FONT};border-collapse:collapse"><thead><tr>${cells(["when", "what", "against the first", "where"], "th")}</tr></thead>` +
    `<tbody>${rows.map((row) => `<tr>${cells(row, "td")}</tr>`).join("")}</tbody></table>${more === "" ? "" : `<p style="font:13px/1.5 ${FONT}">${more}</p>`}`
  );
}
