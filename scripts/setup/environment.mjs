// The Python environment that carries JupyterLab: the active one if there is one, otherwise .venv in this folder.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { inRoot } from "./checkout.mjs";
import { pipOffline, requireInBundle } from "./offline.mjs";
import { askPython, findPython, tooOld } from "./python.mjs";
import { ask, mustRun } from "./run.mjs";
import { during } from "./log.mjs";
import { UserError } from "./userError.mjs";

const windows = process.platform === "win32";
const requirements = inRoot("requirements.txt");
const constraints = inRoot("scripts", "constraints.txt");

/** Name and version of each pinned line of a requirements file. */
export function pins(file) {
  const lines = readFileSync(file, "utf8").split(/\r?\n/);
  return lines.flatMap((line) => {
    const pin = /^([\w.-]+)==([^\s;]+)/.exec(line);
    return pin ? [{ name: pin[1], version: pin[2] }] : [];
  });
}

/**
 * The environment to use, installed or not: its kind ("venv", "conda" or "virtualenv"), folder and interpreter. Conda's base
 * does not count as active: it is switched on in every shell of many conda users, and nobody wants the lesson in there.
 */
export function chooseEnvironment(env = process.env) {
  const own = inRoot(".venv");
  if (env.VIRTUAL_ENV && !isSame(env.VIRTUAL_ENV, own)) return describeEnvironment("virtualenv", env.VIRTUAL_ENV);
  if (!env.VIRTUAL_ENV && env.CONDA_PREFIX && env.CONDA_DEFAULT_ENV !== "base") {
    return describeEnvironment("conda", env.CONDA_PREFIX);
  }
  return describeEnvironment("venv", own);
}

function isSame(one, other) {
  return one === other || (existsSync(one) && existsSync(other) && realpathSync(one) === realpathSync(other));
}

function describeEnvironment(kind, prefix) {
  const path = !windows ? ["bin", "python"] : kind === "conda" ? ["python.exe"] : ["Scripts", "python.exe"];
  return { kind, prefix, python: join(prefix, ...path), stamp: join(prefix, "parallel-typescript.json") };
}

/** What the stamp of a finished environment says; it is written last. A moved folder or a new Python makes it stale. */
function stampOf(environment, python) {
  const hash = createHash("sha256").update(readFileSync(requirements)).update(readFileSync(constraints));
  return JSON.stringify({
    prefix: environment.prefix,
    python: python.version.join("."),
    requirements: hash.digest("hex"),
  });
}

/** The pinned packages that the environment lacks or has at another version, as "name version". */
export function missingPins(environment) {
  const wanted = pins(requirements);
  const question = `
import json, importlib.metadata as m
def version(name):
    try: return m.version(name)
    except m.PackageNotFoundError: return None
print(json.dumps([version(name) for name in ${JSON.stringify(wanted.map(({ name }) => name))}]))`;
  const installed = JSON.parse(ask(environment.python, ["-c", question]) ?? "[]");
  return wanted.filter(({ version }, i) => installed[i] !== version).map(({ name, version }) => `${name} ${version}`);
}

/** Whether everything of the environment is in place. */
export function environmentIsReady(environment) {
  const python = askPython(environment.python);
  if (!python?.newEnough || !existsSync(environment.stamp)) return false;
  return (
    readFileSync(environment.stamp, "utf8") === stampOf(environment, python) && missingPins(environment).length === 0
  );
}

/** Throws UserError, before anything is installed, when the environment can be neither used nor made. */
export function checkEnvironment(environment) {
  if (environment.kind === "venv") return requireInBundle(findPython());
  const name = basename(environment.prefix);
  const leave = environment.kind === "conda" ? "conda deactivate" : "deactivate";
  const python = askPython(environment.python);
  if (!python) {
    throw new UserError(
      `The active environment ${name} has no Python that starts (${environment.python}).`,
      `Leave it with \`${leave}\` and run this again.`,
    );
  }
  if (!python.newEnough) throw tooOld(python);
  const missing = missingPins(environment);
  if (environment.kind === "conda" && missing.length > 0) {
    throw new UserError(
      `The active conda environment ${name} lacks ${missing.join(", ")}.`,
      "Bring it up to date with `conda env update -f environment.yml`, or `conda deactivate`, and run this again.",
    );
  }
  if (missing.length > 0 && !python.hasPip) {
    throw new UserError(
      `The active environment ${name} has no pip, and lacks ${missing.join(", ")}.`,
      `Give it one with \`python -m ensurepip\`, or leave it with \`${leave}\`, and run this again.`,
    );
  }
}

/** Makes the environment ready. Without its stamp, an interrupted run may have left any mixture of files in ours. */
export async function ensureEnvironment(environment) {
  if (environment.kind === "venv" && !canBeKept(environment)) await makeVenv(environment);
  rmSync(environment.stamp, { force: true });
  if (environment.kind === "venv" || missingPins(environment).length > 0) {
    // pip tells of a missing network only when it tries again.
    const pip = [
      "-m",
      "pip",
      "install",
      "--disable-pip-version-check",
      "--no-input",
      "--retries=3",
      ...pipOffline(),
      "-r",
      requirements,
    ];
    await during("Installing JupyterLab (about half a minute)", () => mustRun("pip", environment.python, pip));
  }
  const finished = `${environment.stamp}.part`;
  writeFileSync(finished, stampOf(environment, askPython(environment.python)));
  renameSync(finished, environment.stamp);
}

/** Whether only the packages need to change. A virtual environment cannot be moved: its scripts hold its old path. */
function canBeKept({ prefix, python, stamp }) {
  const old = askPython(python);
  return old?.newEnough && old.hasPip && existsSync(stamp) && JSON.parse(readFileSync(stamp, "utf8")).prefix === prefix;
}

async function makeVenv({ prefix }) {
  const base = findPython();
  rmSync(prefix, { recursive: true, force: true });
  try {
    await during(`Making a virtual environment with ${base.name}`, () =>
      mustRun("Python's venv", base.path, ["-m", "venv", prefix]),
    );
  } catch (error) {
    rmSync(prefix, { recursive: true, force: true });
    throw error;
  }
}
