// Medians with their spread, of figures that were measured in turns.

export function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const spread = (numbers, digits) =>
  `${median(numbers).toFixed(digits)} (${Math.min(...numbers).toFixed(digits)} to ${Math.max(...numbers).toFixed(digits)})`;

/**
 * One line a way: its seconds, its seconds of processor time, and how many times faster it is than each of Python's ways and
 * than `cat`, round by round: the median of the rounds' ratios, with the smallest and the largest.
 */
export function table(runs, { python, cat }) {
  const others = [...python, cat].filter((name) => runs[name] !== undefined);
  const ratios = (name, other, key) => runs[name].map((run, round) => runs[other][round][key] / run[key]);
  const rows = [["", "seconds", "processor", ...others.map((other) => `times ${other}`), `times ${python[0]}, processor`]];
  for (const [name, list] of Object.entries(runs)) {
    rows.push([
      name,
      spread(list.map(({ seconds }) => seconds), 3),
      spread(list.map(({ processor }) => processor), 3),
      ...others.map((other) => spread(ratios(name, other, "seconds"), 2)),
      spread(ratios(name, python[0], "processor"), 1),
    ]);
  }
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(rows[0]), line(rows[0].map(() => "---")), ...rows.slice(1).map(line)].join("\n");
}
