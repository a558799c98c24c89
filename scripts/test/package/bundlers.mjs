// A program with the library in it, as esbuild, rollup, vite and webpack make it; and what it says without the file of its workers.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build as esbuild } from "esbuild";
import { inRoot } from "../../setup/checkout.mjs";
import { runNode } from "./project.mjs";

const PROGRAM = inRoot("scripts", "test", "package", "program");
const require = createRequire(import.meta.url);
/** The tools are ES modules, and installed after this file is read. */
const tool = (name) => import(pathToFileURL(require.resolve(name)).href);

/** In CommonJS esbuild leaves nothing of import.meta. */
const META = {
  define: { "import.meta.url": "addressOfFile" },
  banner: { js: 'const addressOfFile = require("node:url").pathToFileURL(__filename).href;' },
};

const BUNDLERS = {
  "esbuild, ES modules": (entryPoints, outdir) =>
    esbuild({ entryPoints, outdir, bundle: true, platform: "node", format: "esm", logLevel: "error" }),
  "esbuild, CommonJS, minified": (entryPoints, outdir) =>
    esbuild({
      entryPoints,
      outdir,
      bundle: true,
      platform: "node",
      format: "cjs",
      minify: true,
      logLevel: "error",
      ...META,
    }),
  rollup: async (input, dir) => {
    const { rollup } = await tool("rollup");
    const { nodeResolve } = await tool("@rollup/plugin-node-resolve");
    const bundle = await rollup({ input, plugins: [nodeResolve()], external: [/^node:/], onwarn: () => undefined });
    await bundle.write({ dir, format: "es" });
    await bundle.close();
  },
  vite: async (input, outDir) => {
    const { build } = await tool("vite");
    const options = {
      ssr: true,
      outDir,
      rollupOptions: { input, output: { entryFileNames: "[name].js" } },
      emptyOutDir: false,
    };
    await build({
      configFile: false,
      logLevel: "error",
      root: join(outDir, ".."),
      ssr: { noExternal: true },
      build: options,
    });
  },
  webpack: async ([app], path) => {
    const webpack = (await tool("webpack")).default;
    const options = { mode: "production", target: "node20", entry: app, output: { path, filename: "app.cjs" } };
    const stats = await new Promise((resolve, reject) => {
      webpack(options, (error, result) => (error === null ? resolve(result) : reject(error)));
    });
    assert.equal(stats.toString({ all: false, errors: true, warnings: true }), "");
  },
};

export async function bundle({ folder }) {
  const source = join(folder, "program");
  cpSync(PROGRAM, source, { recursive: true });
  const expected = JSON.parse((await runNode(source, ["app.js"])).stdout);
  assert.deepEqual(expected.map, [0, 3, 6, 9]);
  const worker = createRequire(join(source, "app.js")).resolve("parallel-typescript/worker");
  // Where the program runs there is nothing but what the bundler made.
  const away = join(folder, "..", `bundled-${process.pid}`);
  for (const [name, make] of Object.entries(BUNDLERS)) {
    try {
      mkdirSync(away);
      writeFileSync(
        join(away, "package.json"),
        JSON.stringify({ type: name.includes("CommonJS") ? "commonjs" : "module" }),
      );
      await make(
        ["app.js", "job.js"].map((file) => join(source, file)),
        away,
      );
      const file = existsSync(join(away, "app.cjs")) ? "app.cjs" : "app.js";
      if (name === "esbuild, ES modules") await checkWithoutWorker(away, file, worker, expected);
      if (name !== "webpack") cpSync(worker, join(away, "worker.cjs"));
      const { stdout, stderr } = await runNode(away, [file]);
      assert.deepEqual(JSON.parse(stdout), expected, name);
      assert.match(stderr, /2 of 2 items/);
    } catch (error) {
      throw new Error(`${name}: ${error.message}`, { cause: error });
    } finally {
      rmSync(away, { recursive: true, force: true });
    }
  }
}

/** What the program says, and how it is told where the file is. */
async function checkWithoutWorker(away, file, worker, expected) {
  const message = /The file that workers begin with is not at .*worker\.cjs.*setWorkerFile/;
  await assert.rejects(runNode(away, [file]), message);
  const WORKER_FILE = join(away, "elsewhere", "mine.cjs");
  cpSync(worker, WORKER_FILE);
  const env = { ...process.env, WORKER_FILE };
  assert.deepEqual(JSON.parse((await runNode(away, [file], { env })).stdout), expected);
}
