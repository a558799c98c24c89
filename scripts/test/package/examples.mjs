import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inRoot } from "../../setup/checkout.mjs";
import { runNode } from "./project.mjs";

const EXAMPLES = inRoot("lib", "examples");

/** Runs each example, two at a time, and compares what it prints with what it says that it prints. */
export async function runExamples({ folder }, type) {
  const target = join(folder, type);
  mkdirSync(target);
  cpSync(join(EXAMPLES, "jobs"), join(target, "jobs"), { recursive: true });
  const names = readdirSync(EXAMPLES).filter((name) => name.endsWith(".mjs") && fitsThisNode(name));
  assert.ok(names.length >= 10);
  await Promise.all(
    [0, 1].map((lane) =>
      inTurn(
        names.filter((_, index) => index % 2 === lane),
        target,
        type,
      ),
    ),
  );
}

async function inTurn(names, target, type) {
  for (const name of names) {
    const text = readFileSync(join(EXAMPLES, name), "utf8");
    const file = type === "module" ? name : name.replace(/mjs$/, "cjs");
    writeFileSync(join(target, file), type === "module" ? text : asCommonJs(text));
    const { stdout } = await runNode(target, [file]);
    assert.equal(stdout, promisedBy(text), `${file} prints something else than it says`);
  }
}

function fitsThisNode(name) {
  return name !== "sqlite.mjs" || hasPlainSqlite();
}

/** node:sqlite, for which Node before 22.13 needs a flag. */
function hasPlainSqlite() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  return major > 22 || (major === 22 && minor >= 13);
}

function promisedBy(text) {
  const [, lines] = /^\/\/ Prints:\n((?:\/\/ {3}.*\n)+)$/m.exec(text);
  return lines.replace(/^\/\/ {3}/gm, "");
}

/** The same as CommonJS, in which nothing is awaited at the top. */
function asCommonJs(text) {
  const NAMESPACE = /^import \* as (\w+) from ("[^"]+");$/gm;
  const NAMES = /^import (\{[^}]+\}) from ("[^"]+");$/gm;
  const imports = [];
  const rest = text
    .replace(NAMESPACE, (_, name, from) => (imports.push(`const ${name} = require(${from});`), ""))
    .replace(NAMES, (_, names, from) => (imports.push(`const ${names} = require(${from});`), ""))
    .replaceAll("import.meta.url", 'require("node:url").pathToFileURL(__filename)');
  // What stands before it stays outside of the function: workers can have variables of their own only there.
  const first = rest.search(/^(?=[^\s/]).*\bawait\b/m);
  return `${imports.join("\n")}\n${rest.slice(0, first)}(async () => {\n${rest.slice(first)}\n})();\n`;
}
