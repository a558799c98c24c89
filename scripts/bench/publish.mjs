// What the project says of its speed: five lines in the README, all of it and the picture in docs.
import { readFileSync, writeFileSync } from "node:fs";
import { inRoot } from "../setup/checkout.mjs";
import { formatRatio, summaryOf } from "./report.mjs";

const BLOCK = /(<!-- bench -->\n)[^]*?(<!-- end of bench -->)/;
/** What stands in the README, each against Python. */
const SUMMARY = [
  "countWords, 2 workers, own ranges",
  "map(cube) over 1 million",
  "map(cube) over 255",
  "apply, one round trip",
  "a pool of 2 to its first results",
];

/** @param found the rows of all contests; `text` is the whole table with its head, `svg` the picture */
export function publish(found, { text, svg }) {
  replaceBlock(inRoot("README.md"), SUMMARY.map((what) => lineOf(what, found)).join("\n"));
  replaceBlock(inRoot("docs", "bench.md"), text.trimEnd());
  writeFileSync(inRoot("docs", "bench.svg"), svg);
}

function lineOf(what, found) {
  const row = found.find((each) => each.what === what && each.against.startsWith("Python"));
  if (row === undefined) throw new Error(`The run has no line "${what}" against Python: publish a run of all parts.`);
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
