// How large the package is with all that it depends on, and how soon it works, beside other pools: writes the table of lib/README.md. On a quiet machine.
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../../bench/median.mjs";
import { inRoot } from "../../setup/checkout.mjs";
import { runNpm } from "../../setup/packages.mjs";
import { inFreshProject, runNode } from "./project.mjs";

const ROUNDS = 15;
const RESULT = "then((result) => { if (result !== 2) throw new Error(String(result)); })";
/** A program that has one result of a pool of 2, and ends. */
const PROGRAMS = {
  "parallel-typescript": `const { Pool } = require("parallel-typescript"); const pool = new Pool(2); pool.apply((x) => x + 1, [1]).${RESULT}.then(() => pool.terminate());`,
  piscina: `const { Piscina } = require("piscina"); const pool = new Piscina({ filename: FILE, minThreads: 2, maxThreads: 2 }); pool.run(1).${RESULT}.then(() => pool.destroy());`,
  workerpool: `const pool = require("workerpool").pool({ maxWorkers: 2 }); pool.exec((x) => x + 1, [1]).${RESULT}.then(() => pool.terminate());`,
  tinypool: `import("tinypool").then(({ Tinypool }) => { const pool = new Tinypool({ filename: FILE, minThreads: 2, maxThreads: 2 }); return pool.run(1).${RESULT}.then(() => pool.destroy()); });`,
};
/** The first program of an installation leaves V8's code for all others. */
const FIRST = `const { Pool } = require("parallel-typescript"); const pool = new Pool(2); pool.map(() => new Promise((resolve) => setTimeout(resolve, 300)), [1, 2]).then(() => pool.terminate());`;
const LOADS = { tinypool: 'import("tinypool")' };

const { dependencies } = JSON.parse(readFileSync(inRoot("scripts", "test", "package", "package.json"), "utf8"));

await inFreshProject(async ({ folder, tarball }) => {
  const away = mkdtempSync(join(tmpdir(), "sizes-"));
  try {
    const projects = [];
    for (const name of Object.keys(PROGRAMS)) {
      const project = join(away, name);
      mkdirSync(project);
      writeFileSync(join(project, "package.json"), JSON.stringify({ private: true }));
      const wanted = name === "parallel-typescript" ? tarball : `${name}@${dependencies[name]}`;
      await runNpm(project, "install", "--no-audit", "--no-fund", "--prefer-offline", wanted);
      writeFileSync(join(project, "work.js"), "module.exports = (x) => x + 1;");
      const size = sizeOf(join(project, "node_modules"));
      if (name === "parallel-typescript") await timeOf(project, FIRST);
      projects.push({ name, project, ...size, loads: [], firsts: [] });
    }
    for (let round = 0; round < ROUNDS; round++) {
      const empty = await timeOf(folder, "0");
      for (const { name, project, loads, firsts } of projects) {
        loads.push((await timeOf(project, LOADS[name] ?? `require("${name}")`)) - empty);
        const program = PROGRAMS[name].replace("FILE", JSON.stringify(join(project, "work.js")));
        firsts.push((await timeOf(project, program)) - empty);
      }
    }
    write(projects);
  } finally {
    rmSync(away, { recursive: true, force: true });
  }
});

function sizeOf(modules) {
  const { packages } = JSON.parse(readFileSync(join(modules, ".package-lock.json"), "utf8"));
  const files = readdirSync(modules, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.reduce((sum, entry) => sum + statSync(join(entry.parentPath ?? entry.path, entry.name)).size, 0);
  return { packages: Object.keys(packages).length, bytes };
}

async function timeOf(cwd, program) {
  const file = join(cwd, "program.cjs");
  writeFileSync(file, program);
  const start = performance.now();
  await runNode(cwd, [file]);
  return performance.now() - start;
}

function write(projects) {
  const rows = projects.map(
    ({ name, packages, bytes, loads, firsts }) =>
      `| ${name} | ${packages} | ${(bytes / 1e6).toFixed(1)} | ${median(loads).toFixed(0)} | ${median(firsts).toFixed(0)} |`,
  );
  const table = [
    `Times are those of \`require\`, and of a program that makes a pool of 2, has one result and ends, less that of an empty program, after a first program: Node ${process.versions.node}, the median of ${ROUNDS} rounds.`,
    "",
    "| package | packages | MB | load, ms | first result, ms |",
    "| --- | ---: | ---: | ---: | ---: |",
    ...rows,
  ].join("\n");
  const page = inRoot("lib", "README.md");
  const text = readFileSync(page, "utf8");
  writeFileSync(
    page,
    text.replace(/<!-- sizes -->\n(.*<!-- end of sizes -->\n)?/s, `<!-- sizes -->\n${table}\n<!-- end of sizes -->\n`),
  );
  console.log(table);
}
