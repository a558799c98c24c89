// Which Python of this machine can carry the lesson's environment.
import { ask } from "./run.mjs";
import { UserError } from "./userError.mjs";

const oldestPython = [3, 10];

const newestToOldest = ["3.15", "3.14", "3.13", "3.12", "3.11", "3.10"].map((version) => [`python${version}`]);
const candidates =
  process.platform === "win32" ? [["py", "-3"], ["python"], ["python3"]] : [["python3"], ["python"], ...newestToOldest];

// Written so that a Python 2 answers too.
const question = `
import json, sys
def has(name):
    try:
        __import__(name)
        return True
    except ImportError:
        return False
print(json.dumps({"path": sys.executable, "version": list(sys.version_info[:3]), "prefix": sys.prefix,
    "canMakeVenv": has("venv") and has("ensurepip"), "hasPip": has("pip")}))
`;

/**
 * What the interpreter says of itself: path, version (three numbers), prefix, canMakeVenv, hasPip. Undefined when it is
 * missing, does not start, or answers something else (Windows puts a shop advertisement in the place of a missing Python).
 */
export function askPython(program, args = []) {
  const answer = ask(program, [...args, "-c", question]);
  if (!answer?.trimStart().startsWith("{")) return undefined;
  const python = JSON.parse(answer);
  return { ...python, newEnough: isNewEnough(python.version), name: `Python ${python.version.join(".")}` };
}

function isNewEnough([major, minor]) {
  return major > oldestPython[0] || (major === oldestPython[0] && minor >= oldestPython[1]);
}

/** The first Python on the PATH that can make a virtual environment; throws UserError when there is none. */
export function findPython() {
  const found = [];
  for (const [program, ...args] of candidates) {
    const python = askPython(program, args);
    if (python?.newEnough && python.canMakeVenv) return python;
    if (python) found.push(python);
  }
  const bare = found.find((python) => python.newEnough);
  if (bare) {
    throw new UserError(
      `${bare.name} cannot make a virtual environment: its venv or ensurepip module is missing.`,
      `Install them (Debian and Ubuntu: sudo apt install python3-venv), then run this again.`,
    );
  }
  if (found.length > 0) throw tooOld(found[0]);
  throw new UserError(
    "No Python was found: neither python3 nor python can be started.",
    "Install Python 3.10 or newer (python.org, your system's packages, or conda), then run this again.",
  );
}

export function tooOld(python) {
  return new UserError(
    `This is ${python.name}, and the lesson needs Python ${oldestPython.join(".")} or newer.`,
    "Install a newer Python (python.org, your system's packages, or conda), then run this again.",
  );
}
