export { after, before, test } from "node:test";
export const modulesAreTransformed = false;
