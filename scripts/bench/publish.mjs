// What the project says of its speed: a few lines in the README, all of it and the picture in docs.
import { readFileSync, writeFileSync } from "node:fs";
import { inRoot } from "../setup/checkout.mjs";
import { formatRatio, summaryOf } from "./report.mjs";

const BLOCK = /(<!-- bench -->\n)[^]*?(<!-- end of bench -->)/;
/** What stands in the README, and against whom: first what one meets in a fresh program, then what a pool does that has been used for a while. */
const SUMMARY = [
  ["countWords, 2 workers, own ranges", "Python"],
  ["load, a pool of 2, first result", "piscina"],
  ["In [10]: 255 apply in a row", "piscina"],
  ["In [10]: 255 apply in a row", "Python"],
  ["In [11]: a first map of 255", "Python"],
  ["map(x ** 3) over 1 million, after 5", "Python"],
  ["apply, one round trip, after 2,000", "Python"],
  ["a pool of 2 to its first results", "Python"],
];

/** @param found the rows of all contests; `text` is the whole table with its head, `svg` the picture */
export function publish(found, { text, svg }) {
  replaceBlock(inRoot("README.md"), SUMMARY.map((line) => lineOf(line, found)).join("\n"));
  replaceBlock(inRoot("docs", "bench.md"), text.trimEnd());
  writeFileSync(inRoot("docs", "bench.svg"), svg);
}

/** @param {string[]} line */
function lineOf([what, opponent], found) {
  const row = found.find((each) => each.what === what && each.against.startsWith(opponent));
  if (row === undefined)
    throw new Error(`The run has no line "${what}" against ${opponent}: publish a run of all parts.`);
  const { middle, least, most } = summaryOf(row);
  return `- **${formatRatio(middle)}** (${formatRatio(least)} to ${formatRatio(most)}): ${what}; against ${row.against}`;
}

function replaceBlock(file, block) {
  const page = readFileSync(file, "utf8");
  if (!BLOCK.test(page))
    throw new Error(`${file} has no place for the benchmark: <!-- bench --> and <!-- end of bench -->.`);
  writeFileSync(
    file,
    page.replace(BLOCK, (_, start, end) => `${start}${block}\n${end}`),
  );
}
