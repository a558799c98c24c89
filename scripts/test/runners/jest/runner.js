export const { test, beforeAll: before, afterAll: after } = globalThis;
export const modulesAreTransformed = true;
