import { inRoot } from "../setup/checkout.mjs";
import { run } from "../setup/run.mjs";
import { setUp } from "../setup/setup.mjs";
import { installTools, toolFile } from "../test/package/tools.mjs";

/** Resolves with typedoc's exit code. A comment that names what is not there is an error. */
export async function main() {
  await setUp(["packages"]);
  await installTools();
  const options = {
    name: "parallel-typescript",
    tsconfig: inRoot("lib", "tsconfig.json"),
    readme: inRoot("lib", "README.md"),
    out: inRoot("docs", "api"),
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const switches = ["--disableSources", "--excludeInternal", "--excludePrivate", "--treatWarningsAsErrors"];
  const all = [toolFile("typedoc", "bin", "typedoc"), inRoot("lib", "src", "index.ts"), ...args, ...switches];
  return (await run(process.execPath, all, { cwd: inRoot(), show: true })).code;
}
