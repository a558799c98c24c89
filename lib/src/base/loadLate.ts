/** Modules of Node that take milliseconds to load, and that many programs never need. Each is loaded when it is first used. */
export const childProcess = (): typeof import("node:child_process") =>
  require("node:child_process") as typeof import("node:child_process");
export const nodeCrypto = (): typeof import("node:crypto") => require("node:crypto") as typeof import("node:crypto");
export const nodeModule = (): typeof import("node:module") => require("node:module") as typeof import("node:module");
export const v8 = (): typeof import("node:v8") => require("node:v8") as typeof import("node:v8");
