// The library's WebAssembly: each .wat file in lib/src becomes a .wasm file at the same place in lib/dist.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { inRoot } from "./checkout.mjs";
import { UserError } from "./userError.mjs";

function texts() {
  return readdirSync(inRoot("lib", "src"), { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".wat"),
  );
}

const target = (name) => inRoot("lib", "dist", name.replace(/\.wat$/, ".wasm"));

/** Whether every .wat file has its .wasm file. */
export function isAssembled() {
  return texts().every((name) => existsSync(target(name)));
}

/** Assembles them all; throws UserError that names the line when a text is wrong. */
export async function assemble() {
  const names = texts();
  if (names.length === 0) return;
  // Loaded here, for the scripts that import this file also run before the packages are installed.
  const { default: wabt } = await import("wabt");
  const { parseWat } = await wabt();
  for (const name of names) {
    const source = inRoot("lib", "src", name);
    const code = bytesOf(() => parseWat(relative(inRoot(), source), readFileSync(source, "utf8")));
    mkdirSync(dirname(target(name)), { recursive: true });
    writeFileSync(target(name), code);
  }
}

function bytesOf(parse) {
  let module;
  try {
    module = parse();
    module.validate();
    return module.toBinary({}).buffer;
  } catch (error) {
    throw new UserError(
      `The WebAssembly does not assemble: ${error.message}`,
      "Undo your changes under lib/ (git status lists them), then run this again.",
    );
  } finally {
    module?.destroy();
  }
}
