/** Modules of packages by names that hold on every machine: a machine may keep its packages, this library among them, in other folders than this one does. */
import { hostname } from "node:os";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { SerializationError } from "../../base/errors";
import { libraryOf, PACKAGE as LIBRARY } from "../../base/ownFiles";
import { isThere } from "../../base/runtime";
import type { Name, Node } from "../message/message";

const LIBRARY_NAME = "parallel-typescript";

/** A node that may go to another machine: a name of a package's module says which file of which package it is. */
export function forMachines(node: Node): Node {
  if (node.is !== "name" && node.is !== "import") return node;
  const { name } = node;
  if (name.from !== "module" && name.from !== "import") return node;
  const inPackage = placeInPackage(name.from === "module" ? name.module : name.url);
  return inPackage === undefined ? node : { ...node, name: { ...name, inPackage } };
}

/** "lodash/fp/add.js" */
function placeInPackage(module: string): string | undefined {
  const file = module.startsWith("file:") ? fileURLToPath(module) : module;
  if (!isAbsolute(file)) return undefined;
  const place = file.startsWith(LIBRARY + sep)
    ? join(LIBRARY_NAME, relative(LIBRARY, file))
    : /.*[\\/]node_modules[\\/](.*)/s.exec(file)?.[1];
  return place?.replaceAll(sep, "/");
}

/** Where the module of a name is on this machine: a file, or the address of one. The library is always the one that runs here. */
export function moduleHere(name: Extract<Name, { from: "module" | "import" }>): string {
  const { inPackage } = name;
  const module = name.from === "module" ? name.module : name.url;
  const file = module.startsWith("file:") ? fileURLToPath(module) : module;
  if (!isAbsolute(file)) return module;
  const ofLibrary = inPackage?.startsWith(`${LIBRARY_NAME}/`) === true;
  if (!ofLibrary && canRequire(file)) return module;
  if (inPackage === undefined) throw missing(`The module ${file}`, "Put it into a folder that all machines see");
  const found = ofLibrary
    ? join(LIBRARY, inPackage.slice(LIBRARY_NAME.length + 1))
    : packageFolders()
        .map((folder) => join(folder, inPackage))
        .find(canRequire);
  if (found === undefined) {
    const [, name = inPackage] = /^((?:@[^/]+\/)?[^/]+)/.exec(inPackage) ?? [];
    throw missing(`The package ${name} (${inPackage})`, `Install it there: npm install ${name} in ${process.cwd()}`);
  }
  return name.from === "module" ? found : pathToFileURL(found).href;
}

const canRequire = (file: string): boolean => isThere(file) || libraryOf(file) !== undefined;

/** Where this program finds packages: from the folder in which it was started, and from the library's. */
function packageFolders(): string[] {
  const folders: string[] = [];
  for (const start of [process.cwd(), LIBRARY])
    for (let folder = start, last = ""; folder !== last; last = folder, folder = dirname(folder))
      folders.push(join(folder, "node_modules"));
  return [...folders, dirname(LIBRARY)];
}

/** The error of something that a message needs and this machine has not. */
export function missing(what: string, remedy: string): SerializationError {
  return new SerializationError(`${what} is not there on the machine ${hostname()}, which needs it. ${remedy}.`);
}

/** Why what only workers of one machine can reach is refused where there may be others. */
export const OF_ONE_MACHINE =
  "which the workers of other machines cannot reach. Return results from the tasks and put them together here, send a copy (array.slice()), or use a Pool.";
