// Compiles small programs that use the library, as it is packed for npm: with each compiler that is here (`npm run test:types` fetches the others), under each way to find modules.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { inRoot } from "../setup/checkout.mjs";
import { compilers } from "../setup/compilers.mjs";
import { npm } from "../setup/packages.mjs";

const call = promisify(execFile);
const strict = {
  noEmit: true,
  strict: true,
  skipLibCheck: false,
  target: "es2022",
  lib: ["es2022"],
  types: [],
  module: "node16",
  moduleResolution: "node16",
};
const strictest = { ...strict, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
/** What is compiled, and how. */
const programs = {
  node10: {
    files: ["globals.d.ts", "consumer.ts"],
    options: { ...strictest, module: "commonjs", moduleResolution: "node10" },
  },
  "node16, CommonJS": { files: ["globals.d.ts", "consumer.ts"], options: strictest },
  "node16, an ES module": {
    files: ["globals.d.ts", "consumer.ts"],
    type: "module",
    options: { ...strictest, verbatimModuleSyntax: true },
  },
  "nodenext, an ES module": {
    files: ["globals.d.ts", "consumer.ts"],
    type: "module",
    options: { ...strictest, module: "nodenext", moduleResolution: "nodenext" },
  },
  bundler: {
    files: ["globals.d.ts", "consumer.ts"],
    options: { ...strictest, module: "esnext", moduleResolution: "bundler" },
  },
  "the contract": { files: ["globals.d.ts", "face.ts"], options: strict },
  "with the types of Node": { files: ["consumer.ts"], options: { ...strictest, types: ["node"] } },
  "await using": {
    files: ["globals.d.ts", "disposable.ts"],
    options: { ...strict, lib: ["es2022", "esnext.disposable"] },
  },
};

describe("the library's types", { concurrency: 2 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "types ä "));
  before(async () => {
    const packages = join(folder, "node_modules");
    const library = join(packages, "parallel-typescript");
    mkdirSync(join(packages, "@types"), { recursive: true });
    const [program, ...first] = npm();
    const { stdout } = await call(program, [...first, "pack", "--json", "--pack-destination", folder], {
      cwd: inRoot("lib"),
      shell: program === "npm.cmd",
    });
    mkdirSync(library);
    await call("tar", ["-xzf", join(folder, JSON.parse(stdout)[0].filename), "--strip-components=1", "-C", library]);
    for (const name of ["@types/node", "undici-types"])
      cpSync(inRoot("node_modules", name), join(packages, name), { recursive: true });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const { version, tsc } of compilers) {
    for (const [name, { files, type = "commonjs", options }] of Object.entries(programs)) {
      // 7 has no node10, and 5.0 knows no `using`.
      if ((version.startsWith("7") && name === "node10") || (version.startsWith("5.0") && name === "await using"))
        continue;
      it(
        `fit TypeScript ${version}: ${name}`,
        { skip: tsc === undefined && "npm run test:types fetches this compiler" },
        async () => {
          const project = mkdtempSync(join(folder, "project-"));
          for (const file of files) cpSync(inRoot("scripts/test/types", file), join(project, file));
          writeFileSync(join(project, "package.json"), JSON.stringify({ type }));
          const compilerOptions = {
            ...options,
            ...(version.startsWith("6") && name === "node10" ? { ignoreDeprecations: "6.0" } : {}),
            typeRoots: [join(folder, "node_modules/@types")],
          };
          writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
          const complaints = await call(process.execPath, [tsc, "-p", project, "--pretty", "false"]).then(
            () => "",
            ({ stdout, stderr }) => stdout + stderr,
          );
          assert.equal(complaints, "");
        },
      );
    }
  }
});
