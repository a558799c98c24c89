import { say } from "../setup/log.mjs";
import { setUp } from "../setup/setup.mjs";

/** What npm start does before it starts JupyterLab: for images, and for others who start JupyterLab themselves. Arguments name parts. */
export async function main(args) {
  const { prefix } = await setUp(args.length > 0 ? args : undefined);
  say(`Everything is in place (${prefix}).`);
  return 0;
}
