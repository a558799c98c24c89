export { beforeAll as before, afterAll as after, test } from "vitest";
export const modulesAreTransformed = true;
