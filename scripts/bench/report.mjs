// What was found, as a table: as text for a terminal, and as Markdown.
import { median } from "./median.mjs";

/** Seconds with three digits and a fitting unit. */
function formatSeconds(seconds) {
  const { unit, factor } = [
    { unit: "s", factor: 1 },
    { unit: "ms", factor: 1e3 },
  ].find(({ factor }) => seconds * factor >= 1) ?? { unit: "μs", factor: 1e6 };
  return `${Number((seconds * factor).toPrecision(3))} ${unit}`;
}
export const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`;
export const formatRatio = (value) =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

/** { middle, least, most, verdict } of a row of `contest`, the verdict being "aim reached", "reached" or "missed", "" where nothing is asked. */
export function summaryOf({ ratios, bytes, atLeast, atMost, aim }) {
  const values = ratios ?? bytes;
  const middle = median(values);
  const good = (limit) => (bytes === undefined ? middle >= limit : middle <= limit);
  return {
    middle,
    least: Math.min(...values),
    most: Math.max(...values),
    verdict: aim === undefined ? "" : good(aim) ? "aim reached" : good(atLeast ?? atMost) ? "reached" : "missed",
  };
}

const HEAD = ["what", "against", "ratio", "from", "to", "at least", "aim", "", "ours", "theirs"];

function cellsOf(row) {
  const { middle, least, most, verdict } = summaryOf(row);
  const format = row.bytes === undefined ? formatRatio : megabytes;
  const plain = row.bytes === undefined ? String : megabytes;
  const seconds =
    row.bytes === undefined ? [row.ourSeconds, row.theirSeconds].map((list) => formatSeconds(median(list))) : ["", ""];
  return [
    row.what,
    row.against,
    format(middle),
    format(least),
    format(most),
    ...[row.atLeast ?? row.atMost, row.aim].map((bound) => (bound === undefined ? "" : plain(bound))),
    verdict,
    ...seconds,
  ];
}

export function textTable(found) {
  const lines = [HEAD, ...found.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((cells) => cells[column].length)));
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export function markdownTable(found) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [
    line(HEAD),
    line(HEAD.map((_, column) => (column < 2 ? "---" : "---:"))),
    ...found.map((row) => line(cellsOf(row).map((cell, column) => (column === 2 ? `**${cell}**` : cell)))),
  ].join("\n");
}
