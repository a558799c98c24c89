/** An error as a learner should read it: name, message, the lines of their own code, and what caused it. */
import { partOf, textOf } from "../base/thrown";
import { isError } from "../serialize/names/isError";
import { asWritten, ownFrames, writtenFilesIn } from "./stackFrames";

export function errorText(thrown: unknown): string {
  const seen = new Set<unknown>();
  const parts: string[] = [];
  for (let error = thrown; !seen.has(error); error = partOf(error, "cause")) {
    seen.add(error);
    const stack = isError(error) ? String(partOf(error, "stack")) : "";
    const frames = asWritten(ownFrames(stack), new Set(writtenFilesIn(stack)));
    parts.push(`${textOf(error)}${frames === "" ? "" : `\n${frames}`}`);
    if (!isError(error) || partOf(error, "cause") === undefined) break;
  }
  return parts.join("\nCaused by ");
}
