// dist/inBundle: the library as one file for bundlers to take in (the condition "module" of package.json), and the file for its workers. Each holds the packages that it needs.
import { readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { build } from "esbuild";
import { inRoot } from "./checkout.mjs";

/**
 * In the place of base/ownFiles.ts, and of what piscina looks for beside its own file.
 *
 * @type {import("esbuild").Plugin}
 */
const otherFiles = {
  name: "other files",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/ownFiles$/ }, () => ({ path: inRoot("scripts", "setup", "inBundle", "ownFiles.mjs") }));
    onLoad({ filter: /[\\/]piscina[\\/]dist[\\/]index\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const place = "(0, node_path_1.resolve)(__dirname, 'worker.js')";
      if (!text.includes(place))
        throw new Error("piscina has another way to its worker's file: mend scripts/setup/inBundle.mjs.");
      const ours = JSON.stringify(inRoot("lib", "src", "base", "workerFile.ts").split(sep).join("/"));
      return { contents: text.replace(place, `require(${ours}).entryFile("worker")`), loader: "js" };
    });
  },
};

/** @type {import("esbuild").BuildOptions} */
const COMMON = {
  bundle: true,
  platform: "node",
  target: "node20",
  external: ["systeminformation", "@napi-rs/nice"],
  loader: { ".wasm": "binary" },
  minifyWhitespace: true,
  // "sideEffects": false is for programs, which may leave the library out. Its own modules import some for what these do.
  ignoreAnnotations: true,
  lineLimit: 120,
  legalComments: "none",
  // In CommonJS there is no import.meta: ownFiles.mjs looks.
  logOverride: { "empty-import-meta": "silent" },
  plugins: [otherFiles],
};

/** A bundler has no `require` for ES modules. webpack would look into a call of `createRequire` that it recognises. */
const REQUIRE = `import moduleForRequire from "node:module";
const require = moduleForRequire["createRequire"](import.meta.url ?? __filename);`;

export async function writeForBundlers(library) {
  await Promise.all([
    build({
      ...COMMON,
      entryPoints: [inRoot("scripts", "setup", "inBundle", "index.mjs")],
      outfile: join(library, "inBundle", "index.mjs"),
      format: "esm",
      banner: { js: REQUIRE },
      define: { IS_WORKER_FILE: "false" },
    }),
    build({
      ...COMMON,
      entryPoints: [inRoot("scripts", "setup", "inBundle", "worker.cjs")],
      outfile: join(library, "inBundle", "worker.cjs"),
      format: "cjs",
      define: { IS_WORKER_FILE: "true" },
    }),
  ]);
}
