import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { inRoot, lessonNotebooks, root } from "../setup/checkout.mjs";
import { during, say } from "../setup/log.mjs";
import { setUp } from "../setup/setup.mjs";
import { UserError } from "../setup/userError.mjs";
import { wholePage } from "../site/page.mjs";

const site = inRoot("site");
const ARCHIVE = "parallel-typescript-lesson.zip";
const manifest = (name) => JSON.parse(readFileSync(inRoot("node_modules", name, "package.json"), "utf8"));

/** Writes the site into site/; runs no cell. Resolves with the exit code. */
export async function main() {
  const { python } = await setUp(["packages", "environment"]);
  rmSync(site, { recursive: true, force: true });
  const sources = pageSources();
  await during(`Making ${sources.length} pages`, async () => {
    const pages = render(python, sources);
    const all = groups(pages);
    const extra = { title: pages[0].title, footer };
    for (const page of pages) write(page.target, wholePage(page, all, extra));
    for (const file of new Set(pages.flatMap(({ files }) => files))) cpSync(inRoot(file), join(site, file));
    for (const { source } of pages.filter(({ source }) => source.endsWith(".ipynb")))
      cpSync(inRoot(source), join(site, source));
    writeAssets(pages);
    if (existsSync(inRoot("docs", "api")))
      cpSync(inRoot("docs", "api"), join(site, "docs", "api"), { recursive: true });
  });
  pack(python);
  say(`The site is in site/: open site/index.html in a browser, or give site/${ARCHIVE} away.`);
  return 0;
}

/** The first is the front page. */
function pageSources() {
  const docs = readdirSync(inRoot("docs"), { recursive: true, encoding: "utf8" })
    .map((name) => `docs/${name.replaceAll("\\", "/")}`)
    .filter((name) => name.endsWith(".md") && !name.startsWith("docs/api/"));
  const notebooks = lessonNotebooks().map((name) => `notebooks/${name}`);
  const others = ["lib/README.md", "data/README.md", "CONTRIBUTING.md", "CHANGELOG.md"];
  return ["README.md", ...notebooks, ...docs.sort(), ...others].filter((name) => existsSync(inRoot(name)));
}

function render(python, sources) {
  const target = (source) => (source === "README.md" ? "index.html" : source.replace(/\.\w+$/, ".html"));
  const input = JSON.stringify({ root, pages: Object.fromEntries(sources.map((source) => [source, target(source)])) });
  const program = inRoot("scripts", "site", "render.py");
  const { status, stdout, stderr } = spawnSync(python, [program], { input, encoding: "utf8", maxBuffer: 1e9 });
  if (status === 0) return JSON.parse(stdout);
  throw new UserError(
    "A page could not be made.",
    "Mend what the last line names, and run this again.",
    stderr.trimEnd(),
  );
}

function groups(pages) {
  const within = (test) => pages.filter(({ source }) => test(source));
  const api = existsSync(inRoot("docs", "api")) ? [{ target: "docs/api/index.html", name: "API reference" }] : [];
  return [
    { name: "Lesson", pages: within((source) => source === "README.md" || source.startsWith("notebooks/")) },
    { name: "Documentation", pages: [...api, ...within((source) => /^(docs|data|lib)\/(?!decisions)/.test(source))] },
    { name: "Decisions", pages: within((source) => source.startsWith("docs/decisions/")) },
    { name: "Project", pages: within((source) => /^C\w+\.md$/.test(source)) },
  ];
}

const footer = (to) => `<a href="${to(ARCHIVE)}" download>Download all pages</a>, to read them anywhere.`;

function write(target, text) {
  const file = join(site, target);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** A page that was opened from a disk may load scripts, but no data: so the words for the search are a script. */
function writeAssets(pages) {
  cpSync(inRoot("scripts", "site", "assets"), join(site, "assets"), { recursive: true });
  const styles = [inRoot("scripts", "pages", "colours.css"), inRoot("scripts", "site", "assets", "site.css")];
  write("assets/site.css", styles.map((file) => readFileSync(file, "utf8")).join(""));
  const { version, license } = manifest("minisearch");
  const program = readFileSync(inRoot("node_modules", "minisearch", "dist", "umd", "index.js"), "utf8");
  write(
    "assets/minisearch.js",
    `/* MiniSearch ${version}, licence: ${license} */\n${program.replace(/^\/\/# sourceMappingURL.*$/m, "")}`,
  );
  const words = pages.flatMap(({ target, name, sections }) =>
    sections.map((section) => ({
      url: `${target}#${encodeURIComponent(section.id)}`,
      page: name,
      title: section.title,
      text: section.text,
    })),
  );
  write("assets/words.js", `const WORDS = ${JSON.stringify(words)};\n`);
}

function pack(python) {
  const program = "import os, shutil, sys; shutil.make_archive(sys.argv[1], 'zip', sys.argv[2], sys.argv[3])";
  const made = inRoot(".cache", "site");
  mkdirSync(dirname(made), { recursive: true });
  const { status, stderr } = spawnSync(python, ["-c", program, made, root, "site"], { encoding: "utf8" });
  if (status !== 0) throw new UserError("The pages could not be packed.", "Read the last lines.", stderr);
  cpSync(`${made}.zip`, join(site, ARCHIVE));
  rmSync(`${made}.zip`);
}
