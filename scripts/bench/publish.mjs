// What the project says of its speed: a table in the README, all of it and the picture in lib/docs.
import { readFileSync, writeFileSync } from "node:fs";
import { inRoot } from "../setup/checkout.mjs";
import { markdownTable } from "./report.mjs";

const BLOCK = /(<!-- bench -->\n)[^]*?(<!-- end of bench -->)/;

/** Puts the lines that are against no peer into the README, below the head of the run; `text` and `svg` go to lib/docs as they are. */
export function publish({ head, notes, found, projection }, { text, svg }) {
  const file = inRoot("README.md");
  const readme = readFileSync(file, "utf8");
  if (!BLOCK.test(readme))
    throw new Error("The README has no place for the benchmark: <!-- bench --> and <!-- end of bench -->.");
  const rows = found.filter(
    ({ theirs }) => theirs === undefined || theirs[0].startsWith("Python") || theirs[0].startsWith("books"),
  );
  const block = [...head, ...notes, "", markdownTable(rows), "", ...projection, ""].join("\n");
  writeFileSync(
    file,
    readme.replace(BLOCK, (_, start, end) => `${start}${block}${end}`),
  );
  writeFileSync(inRoot("lib", "docs", "bench.md"), `# Measured by \`npm run bench\`\n\n${text}`);
  writeFileSync(inRoot("lib", "docs", "bench.svg"), svg);
}
