/** An error as a learner should read it: name, message, the lines of their own code, and what caused it. */
import { types } from "node:util";
import { ownFrames } from "./failure";

export function errorText(thrown: unknown): string {
  const seen = new Set<unknown>();
  const parts: string[] = [];
  for (let error = thrown; !seen.has(error); error = (error as Error).cause) {
    seen.add(error);
    if (!types.isNativeError(error)) {
      parts.push(String(error));
      break;
    }
    const frames = ownFrames(String(error.stack));
    parts.push(`${error.name}: ${error.message}${frames === "" ? "" : `\n${frames}`}`);
    if (error.cause === undefined) break;
  }
  return parts.join("\nCaused by ");
}
