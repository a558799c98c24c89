// The pages for readers: what they name is there.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { inRoot, lessonNotebooks } from "../setup/checkout.mjs";

const pages = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
  cwd: inRoot(),
  encoding: "utf8",
})
  .trim()
  .split("\n");

const git = (...args) => spawnSync("git", args, { cwd: inRoot(), encoding: "utf8" });

describe("the checkout", () => {
  it("holds nothing that git is told to ignore", () =>
    assert.equal(git("ls-files", "--cached", "--ignored", "--exclude-standard").stdout, ""));
  it("names nobody's home folder, and no host of packages", () => {
    const folders = ["home", "Users", "root"].map((name) => `[^$}.[:alnum:]]/${name}/[[:alnum:]]`);
    const hosts = ["npmjs", "yarnpkg", "pythonhosted", "docker", "ghcr", "quay"].map(
      (name) => `${name}\\.(org|com|io)`,
    );
    const { status, stdout } = git("grep", "-nIE", [...folders, ...hosts].join("|"));
    // 1: nothing was found.
    assert.deepEqual([status, stdout], [1, ""]);
  });
});

describe("the pages", () => {
  for (const page of pages) {
    const text = readFileSync(inRoot(page), "utf8");

    it(`${page} links to what is there`, () => {
      for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^(https?:|#)/.test(target)) continue;
        const file = join(dirname(inRoot(page)), target.replace(/#.*/, ""));
        assert.ok(existsSync(file), `${page} links to ${target}`);
      }
    });

    it(`${page} names files and folders that are there`, () => {
      // Whole paths in code marks; `...` and `<name>` stand for any.
      for (const [, path] of text.matchAll(/`((?:lib|exercises|scripts|docs|notebooks|data)\/[\w./-]*\w\/?)`/g)) {
        // What git ignores is made by a command, which may not have run. Git takes what is not there for a folder if it ends with a slash.
        const made = git("check-ignore", "-q", `${path.replace(/\/$/, "")}/`).status === 0;
        assert.ok(made || existsSync(inRoot(path)), `${page} names ${path}`);
      }
    });
  }

  it("the package's page shows the examples as they are", () => {
    const page = readFileSync(inRoot("lib", "README.md"), "utf8");
    const shown = new Map(
      Array.from(page.matchAll(/<!-- ([\w-]+\.mjs) -->\n```js\n(.*?)\n```/gs), ([, name, code]) => [name, code]),
    );
    const examples = readdirSync(inRoot("lib", "examples")).filter((name) => name.endsWith(".mjs"));
    assert.deepEqual([...shown.keys()].sort(), examples.sort());
    for (const name of examples)
      assert.equal(shown.get(name), readFileSync(inRoot("lib", "examples", name), "utf8").trimEnd(), name);
  });

  it("each row of docs/faults.md names tests that there are", () => {
    const cells = readFileSync(inRoot("docs", "faults.md"), "utf8")
      .split("\n")
      .map((line) => line.split(" | "))
      .filter(([fault, , test]) => test !== undefined && !/^\| (fault|---)/.test(fault));
    assert.ok(cells.length > 30);
    for (const [fault, , test] of cells) {
      // `file`: the beginning of a title ...; another one
      for (const [, name, titles = ""] of test.matchAll(/`([\w/-]+)`(?:: ([^`]*))?/g)) {
        const file = [inRoot("lib", "test", `${name}.test.ts`), inRoot("scripts", "test", `${name}.test.mjs`)].find(
          existsSync,
        );
        assert.ok(file, `${fault}: there is no test file ${name}`);
        const text = readFileSync(file, "utf8");
        for (const part of titles.split(/\.\.\.|;/).map((words) => words.replace(/^[,\s]+|[,\s]+$/g, ""))) {
          if (part !== "all of them:") assert.ok(text.includes(part), `${fault}: ${name} has no test "${part}"`);
        }
      }
    }
  });

  it("the journeys of docs/architecture.md are numbered steps that each name a file", () => {
    const text = readFileSync(inRoot("docs", "architecture.md"), "utf8");
    const journeys = text.split(/^## /m).filter((section) => section.startsWith("Journey: "));
    assert.equal(journeys.length, 4);
    for (const journey of journeys) {
      const steps = journey.split(/^\d+\. /m).slice(1);
      assert.ok(steps.length >= 4, journey.split("\n")[0]);
      for (const step of steps) assert.match(step, /`(lib\/src|scripts)\/[\w./-]+\.m?[tj]s`/);
    }
  });

  it("the plans, the misconceptions and the quiz for teachers name headings that the notebooks have", () => {
    const headings = new Map(
      lessonNotebooks().map((name) => {
        const { cells } = JSON.parse(readFileSync(inRoot("notebooks", name), "utf8"));
        const lines = cells
          .filter(({ cell_type }) => cell_type === "markdown")
          .flatMap(({ source }) => [source].flat().join("").split("\n"));
        return [name.slice(0, 2), lines.filter((line) => /^#+ /.test(line)).map((line) => line.replace(/^#+ /, ""))];
      }),
    );
    const named = [...plannedSections(), ...sectionsOfMisconceptions(), ...sectionsOfTheQuiz()];
    assert.ok(named.length > 100);
    for (const [notebook, section] of named)
      assert.ok(headings.get(notebook)?.includes(section) ?? true, `notebook ${notebook} has no section "${section}"`);
  });
});

const teaching = (page) => readFileSync(inRoot("docs", "teaching", page), "utf8");
const cellsOfRow = (line) => line.split("|").map((cell) => cell.trim());

/** | 0:05 | 01 | sections; more sections | how | */
function plannedSections() {
  const rows = teaching("plans.md").split("\n").map(cellsOfRow);
  const sections = rows.filter(([, , notebook]) => /^\d\d$/.test(notebook));
  return sections.flatMap(([, , notebook, names]) => names.split("; ").map((name) => [notebook, name]));
}

/** ## 01, processes, and tables whose last column is a section. */
function sectionsOfMisconceptions() {
  return teaching("misconceptions.md")
    .split(/^## (?=\d)/m)
    .slice(1)
    .flatMap((part) => {
      const rows = part
        .split("\n")
        .map(cellsOfRow)
        .filter((row) => row.length === 6 && !/^(they believe|---)$/.test(row[1]));
      return rows.map((row) => [part.slice(0, 2), row[4]]);
    });
}

/** A table whose last column is `01, section`. */
function sectionsOfTheQuiz() {
  const last = [...teaching("quiz.md").matchAll(/\| (\d\d), ([^|]+) \|$/gm)];
  return last.map(([, notebook, section]) => [notebook, section]);
}
