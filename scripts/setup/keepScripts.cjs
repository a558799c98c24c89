// Loaded before anything else in the programs and workers that write V8's code for the bundles: keeps each script that is compiled, by its file.
const vm = require("node:vm");

const scripts = (globalThis[Symbol.for("kept scripts")] = new Map());
vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options);
    scripts.set(options?.filename, this);
  }
};
