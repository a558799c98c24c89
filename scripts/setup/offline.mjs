// What a folder made by `npm run bundle` has in the place of the network: offline/, with npm's cache, the wheels, and bundle.json, which says
// what they are for.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inRoot } from "./checkout.mjs";
import { UserError } from "./userError.mjs";

/** Where the parts of a bundle are in its folder. */
export const placesIn = (root) => ({
  npm: join(root, "offline", "npm"),
  wheels: join(root, "offline", "wheels"),
  description: join(root, "offline", "bundle.json"),
});

const places = placesIn(inRoot());
export const thisSystem = `${process.platform}-${process.arch}`;

/** { systems, pythons, registry } of the bundle that this folder is; undefined in any other. */
function readBundle() {
  return existsSync(places.description) ? JSON.parse(readFileSync(places.description, "utf8")) : undefined;
}

/** What npm is told to take from the bundle, if this folder is one. npm finds packages in its cache under the registry that they came from. */
export function npmOffline() {
  const bundle = readBundle();
  return bundle ? ["--offline", `--cache=${places.npm}`, `--registry=${bundle.registry}`] : [];
}

/** What pip is told, likewise. */
export function pipOffline() {
  return readBundle() ? ["--no-index", `--find-links=${places.wheels}`] : [];
}

/** Throws UserError when this folder is a bundle for other systems, or for other versions of Python. */
export function requireInBundle({ version: [major, minor], name }) {
  const bundle = readBundle();
  if (!bundle) return;
  const { systems, pythons } = bundle;
  if (!systems.includes(thisSystem)) throw lacks(`this system (${thisSystem}), but for ${systems.join(", ")}`);
  if (!pythons.includes(`${major}.${minor}`)) throw lacks(`${name}, but for Python ${pythons.join(", ")}`);
}

function lacks(what) {
  return new UserError(
    `This folder brings no packages for ${what}.`,
    "Ask who made it for another one (docs/doors.md). With a network: delete its folder offline, and run this again.",
  );
}
