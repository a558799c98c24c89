// What V8 has made of a large file, kept for the next start. Node's own cache begins with Node 22, and was measured to save half as much.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { Module, createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { whileUnrolling } from "./loopUnrolling.mjs";

const FOLDER = fileURLToPath(new URL("../../.cache/kernel", import.meta.url));

/**
 * Loads a package that is one CommonJS file. `keepCode` keeps V8's code of it, where that was not done yet: the more of it has run, the more there is to keep.
 *
 * @param {string} name
 */
export function loadWithCode(name) {
  const require = createRequire(import.meta.url);
  const file = require.resolve(name);
  const { version } = require(`${name}/package.json`);
  const kept = join(FOLDER, `${name}-${version}-v8-${process.versions.v8}-${process.arch}.code`);
  const cachedData = existsSync(kept) ? readFileSync(kept) : undefined;
  const script = new Script(Module.wrap(readFileSync(file, "utf8")), { filename: file, cachedData });
  const module = new Module(file);
  script.runInThisContext().call(module.exports, module.exports, createRequire(file), module, file, dirname(file));
  let isKept = cachedData !== undefined && !script.cachedDataRejected;
  const keepCode = () => {
    if (isKept) return;
    isKept = true;
    // Several kernels may start at a time: none reads a file that is half written.
    const fresh = `${kept}.${process.pid}`;
    try {
      mkdirSync(FOLDER, { recursive: true });
      writeFileSync(
        fresh,
        whileUnrolling(() => script.createCachedData()),
      );
      renameSync(fresh, kept);
    } catch (error) {
      // A folder that nobody may write to, or a full disk: the next start takes as long as this one.
      if (error.code === undefined) throw error;
      rmSync(fresh, { force: true });
    }
  };
  return { exports: module.exports, keepCode };
}
