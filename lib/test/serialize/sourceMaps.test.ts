import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import ts from "typescript";
import { temporaryFolder } from "../helpers/files";

const SOURCE = `
import * as mp from "parallel-typescript";
interface Gone {
  item: number;
}
function fail(item: Gone["item"]): void {
  throw new Error(\`no \${item}\`);
}
void mp.withPool(1, (pool) => pool.map(fail, [1])).catch((error: Error) => {
  console.log(JSON.stringify([error.stack, (error.cause as Error).stack]));
});
`;

for (const [name, module] of [
  ["ES modules", ts.ModuleKind.ESNext],
  ["CommonJS", ts.ModuleKind.CommonJS],
] as const)
  test(`compiled TypeScript with --enable-source-maps: stacks name the author's file and line; ${name}`, async (t) => {
    const folder = temporaryFolder(t);
    symlinkSync(join(__dirname, "..", "..", "..", "node_modules"), join(folder, "node_modules"), "junction");
    const extension = module === ts.ModuleKind.CommonJS ? "cjs" : "mjs";
    const { outputText } = ts.transpileModule(SOURCE, {
      fileName: "program.ts",
      compilerOptions: { module, target: ts.ScriptTarget.ES2022, inlineSourceMap: true },
    });
    writeFileSync(join(folder, "program.ts"), SOURCE);
    writeFileSync(join(folder, `program.${extension}`), outputText);
    const { stdout } = await promisify(execFile)(process.execPath, [
      "--enable-source-maps",
      join(folder, `program.${extension}`),
    ]);
    const place = `at fail (${pathToFileURL(join(folder, "program.ts")).href}:7:9)`;
    for (const stack of JSON.parse(stdout) as string[]) assert.ok(stack.includes(place), stack);
  });
