export * from "./state.mjs";
export { default as other, count as renamed } from "./state.mjs";
