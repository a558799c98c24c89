import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runNode } from "./project.mjs";
import { toolFile } from "./tools.mjs";

const require = createRequire(import.meta.url);
/** What the core may take of a disk, with all that it depends on. */
const MOST_PACKAGES = 10;
const MOST_BYTES = 7.5e6;

/** What is in the package, how much comes with it, and what publint and @arethetypeswrong/cli say of it. */
export async function checkPackage({ folder, tarball }) {
  const library = join(folder, "node_modules", "parallel-typescript");
  const files = filesIn(library);
  for (const name of ["README.md", "LICENSE", "CHANGELOG.md", "dist/main.js", "dist/index.d.ts", "dist/LICENSES.txt"])
    assert.ok(existsSync(join(library, name)), `${name} is missing`);
  assert.deepEqual(
    files.filter(
      (name) =>
        !/^dist\/.*(\.d\.ts|\.[cm]?js|\.wasm|LICENSES\.txt)$|^(README\.md|LICENSE|CHANGELOG\.md|package\.json)$/.test(
          name,
        ),
    ),
    [],
  );
  assert.deepEqual(
    files.filter(
      (name) => /\.[cm]?js$/.test(name) && /^\/\/# sourceMappingURL/m.test(readFileSync(join(library, name), "utf8")),
    ),
    [],
  );

  const packages = readdirSync(join(folder, "node_modules"), { recursive: true }).filter((name) =>
    /^(@[^/\\]+[/\\])?[^/\\@.][^/\\]*[/\\]package\.json$/.test(name),
  );
  const bytes = filesIn(join(folder, "node_modules")).reduce(
    (sum, name) => sum + statSync(join(folder, "node_modules", name)).size,
    0,
  );
  assert.ok(packages.length <= MOST_PACKAGES, packages.join(", "));
  assert.ok(bytes <= MOST_BYTES, `${bytes} bytes`);

  const { publint } = await import(pathToFileURL(require.resolve("publint")).href);
  const { messages } = await publint({ pkgDir: library, pack: false, strict: true });
  assert.deepEqual(messages, []);
  const attw = toolFile("@arethetypeswrong", "cli", "dist", "index.js");
  // What is not imported has no types.
  await runNode(folder, [attw, tarball, "--no-emoji", "--exclude-entrypoints", "worker"]);
}

/** Programs, their workers and processes have left V8's code for those after them. */
export function checkCode({ folder }) {
  const code = filesIn(join(folder, "node_modules", "parallel-typescript")).filter((name) => name.endsWith(".code"));
  assert.deepEqual(code.map((name) => name.replace(/modules\..*code$/, "")).sort(), [
    "dist/",
    "dist/pool/worker/",
    "dist/process/",
  ]);
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath ?? entry.path, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    );
}
