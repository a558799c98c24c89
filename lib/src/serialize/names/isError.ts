import { types } from "node:util";
import { hasProxyInChain } from "./untransferable";

/** Is it an error, by its making or by its class? Old classes inherit from Error without calling it. */
export function isError(value: unknown): value is Error {
  if (typeof value !== "object" || value === null || hasProxyInChain(value)) return false;
  return types.isNativeError(value) || value instanceof Error;
}
