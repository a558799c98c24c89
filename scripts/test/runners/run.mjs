// npm run test:runners: the suite inside the test runners of others, with the library as its users get it, installed from its packed tarball.
import { cpSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inRoot } from "../../setup/checkout.mjs";
import { compile } from "../../setup/library.mjs";
import { npm } from "../../setup/packages.mjs";
import { mustRun, run } from "../../setup/run.mjs";
import { say } from "../../setup/log.mjs";

const here = inRoot("scripts", "test", "runners");
const readJson = (file) => JSON.parse(readFileSync(file, "utf8"));
const [program, ...first] = npm();
const runNpm = (cwd, ...args) => mustRun("npm", program, [...first, ...args], { cwd, shell: program === "npm.cmd" });

/** A project in a folder of its own, ready to run. */
async function makeProject(root, name) {
  const folder = join(root, name);
  cpSync(join(here, name), folder, { recursive: true });
  cpSync(join(here, "suite"), folder, { recursive: true });
  const manifest = readJson(join(folder, "package.json"));
  const { extension = ".js" } = manifest;
  for (const file of readdirSync(folder).filter((each) => each.endsWith(".js")))
    renameSync(join(folder, file), join(folder, file.replace(/\.js$/, extension)));
  if (manifest.devDependencies !== undefined)
    await runNpm(folder, "install", "--no-audit", "--no-fund", "--no-package-lock");
  return { folder, manifest };
}

async function main(names) {
  if ((await compile("lib")) !== 0) return 1;
  const root = mkdtempSync(join(tmpdir(), "runners "));
  const failed = [];
  try {
    await runNpm(inRoot("lib"), "pack", "--pack-destination", root);
    writeFileSync(join(root, "package.json"), JSON.stringify({ private: true }));
    const [tarball] = readdirSync(root).filter((file) => file.endsWith(".tgz"));
    await runNpm(
      root,
      "install",
      "--no-audit",
      "--no-fund",
      "--no-package-lock",
      `./${tarball}`,
      `seedrandom@${readJson(inRoot("lib", "package.json")).devDependencies.seedrandom}`,
    );
    for (const name of names) {
      const { needs = 20 } = readJson(join(here, name, "package.json"));
      if (Number.parseInt(process.versions.node, 10) < needs) {
        say(`\n── ${name} needs Node ${needs} ──`);
        continue;
      }
      const { folder, manifest } = await makeProject(root, name);
      for (const [file, ...args] of manifest.runs) {
        const all = file.startsWith("-") ? [file, ...args] : [join(folder, "node_modules", file), ...args];
        say(`\n── ${name}: ${[file, ...args].join(" ")} ──`);
        // Node's own runner would speak to the one that started this.
        const env = { ...process.env, CI: "1", NODE_TEST_CONTEXT: undefined };
        if ((await run(process.execPath, all, { cwd: folder, env, show: true })).code !== 0)
          failed.push(`${name} (${args.at(-1) ?? file})`);
      }
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  say(failed.length === 0 ? "\nThe suite passed in every runner." : `\nThe suite failed in ${failed.join(", ")}.`);
  return failed.length === 0 ? 0 : 1;
}

const all = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "suite")
  .map(({ name }) => name);
process.exitCode = await main(process.argv.length > 2 ? process.argv.slice(2) : all);
