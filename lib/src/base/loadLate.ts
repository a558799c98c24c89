/** Modules of Node that take milliseconds to load, and that many programs never need. Each is loaded when it is first used. Ended in the middle of that, it would be half of itself for good. */
import { uninterrupted } from "./interrupt";

export const childProcess = (): typeof import("node:child_process") =>
  uninterrupted(() => require("node:child_process") as typeof import("node:child_process"));
export const nodeCrypto = (): typeof import("node:crypto") =>
  uninterrupted(() => require("node:crypto") as typeof import("node:crypto"));
export const nodeModule = (): typeof import("node:module") =>
  uninterrupted(() => require("node:module") as typeof import("node:module"));
export const v8 = (): typeof import("node:v8") => uninterrupted(() => require("node:v8") as typeof import("node:v8"));
