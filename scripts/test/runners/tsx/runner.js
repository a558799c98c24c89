import module from "node:module";

export { after, before, test } from "node:test";
// Workers of older versions of Node cannot load what tsx compiles.
export const modulesAreTransformed = !("registerHooks" in module);
