export const { after, before, it: test } = globalThis;
export const modulesAreTransformed = false;
