// Everything that the lesson needs, checked first, then made where it is missing.
import { requireRoom } from "./checkout.mjs";
import { booksAreThere, makeBooks } from "./dataFile.mjs";
import { checkEnvironment, chooseEnvironment, ensureEnvironment, environmentIsReady } from "./environment.mjs";
import { kernelIsRegistered, registerKernel } from "./kernelspec.mjs";
import { buildLibrary, libraryIsBuilt } from "./library.mjs";
import { installPackages, packagesAreInstalled } from "./packages.mjs";
import { recognise, UserError } from "./userError.mjs";

/** The parts in the order in which they are made; `bytes` is what one takes on the disk of this folder. */
function parts(environment) {
  const own = environment.kind === "venv";
  return [
    { name: "packages", isReady: packagesAreInstalled, make: installPackages, bytes: 250e6 },
    {
      name: "environment",
      isReady: () => environmentIsReady(environment),
      check: () => checkEnvironment(environment),
      make: () => ensureEnvironment(environment),
      bytes: own ? 350e6 : 0,
    },
    {
      name: "kernel",
      isReady: () => kernelIsRegistered(environment),
      make: () => registerKernel(environment),
      bytes: 0,
    },
    { name: "library", isReady: libraryIsBuilt, make: buildLibrary, bytes: 5e6 },
    { name: "books", isReady: booksAreThere, make: makeBooks, bytes: 70e6 },
  ];
}

/**
 * Makes what is missing of all parts, or of those named, once every check has passed; resolves with the environment.
 * Throws UserError.
 */
export async function setUp(names) {
  const environment = chooseEnvironment();
  try {
    const all = parts(environment);
    const unknown = names?.find((name) => !all.some((part) => part.name === name));
    if (unknown !== undefined)
      throw new UserError(
        `There is no part ${JSON.stringify(unknown)}.`,
        `Choose from ${all.map(({ name }) => name).join(", ")}.`,
      );
    const missing = [];
    for (const part of all) {
      if ((!names || names.includes(part.name)) && !(await part.isReady())) missing.push(part);
    }
    for (const part of missing) part.check?.();
    if (missing.length > 0) requireRoom(missing.reduce((sum, part) => sum + part.bytes, 0));
    for (const part of missing) await part.make();
  } catch (error) {
    throw (error.code && recognise("This command", error.code)) || error;
  }
  return environment;
}
