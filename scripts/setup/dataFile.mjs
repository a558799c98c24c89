// The text that the lesson counts words in: data/large_txt.bin, made by scripts/data.mjs.
import { readDescription } from "../data/description.mjs";
import { inRoot } from "./checkout.mjs";
import { run } from "./run.mjs";
import { UserError } from "./userError.mjs";

/** Whether a finished data file of any size is there. */
export async function booksAreThere() {
  return (await readDescription()) !== undefined;
}

export async function makeBooks() {
  const { code, stopped } = await run(process.execPath, [inRoot("scripts", "data.mjs")], { cwd: inRoot(), show: true });
  if (stopped) throw new UserError(`Making the data was stopped by ${stopped}.`, "Run the same command again.");
  if (code !== 0)
    throw new UserError(
      "The data could not be made; the lines above say why.",
      "Do what they advise, then run this again.",
    );
}
