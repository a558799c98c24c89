// dist/inBundle/worker.cjs is made of this: what workers, processes and the guard of orphans of a bundled program begin with.
const { isMainThread, parentPort } = require("node:worker_threads");
const { hiddenBuiltins } = require("../../../lib/src/serialize/names/globals.ts");

// By the names that index.mjs gives. Few tasks use the library.
let exported;
Object.defineProperty(hiddenBuiltins, "library", {
  get: () =>
    (exported ??= {
      ...require("../../../lib/src/index.ts"),
      SeededRandom: require("../../../lib/src/base/random.ts").SeededRandom,
    }),
});

if (!isMainThread && parentPort !== null) {
  // piscina's own worker asks for this file where the library is not bundled, and has begun then.
  const hasBegun = Object.keys(require.cache).some((file) => /[\\/]piscina[\\/]dist[\\/]worker\.js$/.test(file));
  if (!hasBegun) require("../../../node_modules/piscina/dist/worker.js");
  module.exports = require("../../../lib/src/pool/worker/main.ts").default;
} else if (process.channel !== undefined) require("../../../lib/src/process/child.ts");
else require("../../../lib/src/process/orphanGuardWithoutShell.ts");
