let calls = await 0;
export const count = () => ++calls;
export const wait = async () => (await import("./again.mjs")).count();
