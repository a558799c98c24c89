// A checkout in a folder of its own (its name has spaces and letters beyond ASCII), in which the scripts and Python are
// real, while npm, the compiler, JupyterLab and the data are small stand-ins that write down their calls.
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inRoot } from "../setup/checkout.mjs";
import { pins } from "../setup/environment.mjs";

export const realPython = execFileSync("python3", ["-c", "import sys; print(sys.executable)"], {
  encoding: "utf8",
}).trim();
const pinned = pins(inRoot("requirements.txt"));

/** JupyterLab starts as root only when it is told so. */
export const asUser = process.getuid?.() === 0 ? ["--allow-root"] : [];

const lock = {
  packages: {
    "": { name: "stand-in" },
    "node_modules/typescript": { version: "1.0.0", integrity: "sha512-a" },
    "node_modules/tslab": { version: "1.0.0", integrity: "sha512-b" },
    "node_modules/not-for-this-system": { version: "1.0.0", integrity: "sha512-c", optional: true, os: ["nowhere"] },
  },
};

const npm = `
const { mkdirSync, readFileSync, rmSync, writeFileSync } = require("fs");
const { packages } = JSON.parse(readFileSync("package-lock.json"));
rmSync("node_modules", { recursive: true, force: true });
if (process.env.NPM_SAYS) {
  console.error(process.env.NPM_SAYS);
  process.exit(1);
}
const installed = {};
for (const [path, entry] of Object.entries(packages)) {
  if (path === "" || entry.optional) continue;
  mkdirSync(path + "/bin", { recursive: true });
  writeFileSync(path + "/package.json", JSON.stringify(entry));
  installed[path] = entry;
}
writeFileSync("node_modules/typescript/bin/tsc", readFileSync("stand-ins/tsc.js"));
if (process.env.NPM_HANGS) {
  console.log("half done");
  require("fs").writeFileSync("half-done", "");
  setInterval(() => {}, 1000);
} else writeFileSync("node_modules/.package-lock.json", JSON.stringify({ packages: installed }));
`;

const tsc = `
const fs = require("fs");
fs.appendFileSync("calls.log", JSON.stringify(["tsc", ...process.argv.slice(2)]) + "\\n");
for (const project of ["lib", "exercises"]) {
  fs.mkdirSync(project + "/dist", { recursive: true });
  fs.copyFileSync(project + "/src/index.ts", project + "/dist/index.js");
}
`;

const data = `
import { appendFileSync, writeFileSync } from "node:fs";
import { DATA_FILE, descriptionPath, RECIPE } from "./data/description.mjs";
appendFileSync("calls.log", JSON.stringify(["data", ...process.argv.slice(2)]) + "\\n");
writeFileSync(DATA_FILE, "dog");
writeFileSync(descriptionPath(DATA_FILE), JSON.stringify({ size: 3, recipe: RECIPE, name: "large_txt.bin", source: "a stand-in" }));
`;

/** Answers with its arguments and surroundings; --wait stays until SIGTERM comes, --end=N ends with exit code N. */
const jupyterLab = `
import json, os, signal, sys, time
args = sys.argv[1:]
signals = []
signal.signal(signal.SIGTERM, lambda number, frame: signals.append(number))
print(json.dumps({"args": args, "prefix": sys.prefix, "prefer": os.environ.get("JUPYTER_PREFER_ENV_PATH")}), flush=True)
while "--wait" in args:
    time.sleep(0.05)
    if signals: sys.exit(7)
sys.exit(int(next((a[6:] for a in args if a.startswith("--end=")), 0)))
`;

/** Makes a wheel, or an installed package in a folder, for each pinned name; only jupyterlab has something in it. */
const makePackages = `
import json, os, sys, zipfile
how, folder, names, code = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
for pin in json.loads(names):
    name, version = pin["name"], pin["version"]
    info = f"{name}-{version}.dist-info"
    files = {f"{info}/METADATA": f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\\nGenerator: hand\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"}
    if name == "jupyterlab": files["jupyterlab/__main__.py"] = code
    if how == "wheels":
        with zipfile.ZipFile(os.path.join(folder, f"{name}-{version}-py3-none-any.whl"), "w") as wheel:
            for path, text in files.items(): wheel.writestr(path, text)
            wheel.writestr(f"{info}/RECORD", "".join(f"{path},,\\n" for path in files))
    else:
        for path, text in files.items():
            os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
            with open(os.path.join(folder, path), "w") as file: file.write(text)
`;

export class Checkout {
  constructor() {
    this.parent = mkdtempSync(join(tmpdir(), "standin-"));
    this.folder = join(this.parent, "Höhle mit Leerzeichen");
    for (const path of [
      "scripts",
      "package.json",
      "requirements.txt",
      "environment.yml",
      "tsconfig.json",
      "lib/package.json",
      "lib/tsconfig.json",
      "exercises/tsconfig.json",
    ]) {
      cpSync(inRoot(path), this.path(path), { recursive: true });
    }
    for (const folder of ["notebooks", "data", "lib/src", "exercises/src", "stand-ins", "programs"])
      mkdirSync(this.path(folder), { recursive: true });
    this.write("package-lock.json", JSON.stringify(lock));
    for (const project of ["lib", "exercises"]) this.write(`${project}/src/index.ts`, "export {};\n");
    this.write("scripts/data.mjs", data);
    // Nothing that the stand-in for the compiler writes can be run.
    this.write(
      "scripts/setup/bundles.mjs",
      "export const writeBundles = () => undefined;\nexport const hasBundle = () => true;\n",
    );
    this.write("stand-ins/tsc.js", tsc);
    this.program("npm", npm);
    this.shell("python3", `exec "${realPython}" "$@"`);
    // Beside the checkout: pip takes a space in this variable for the end of a path.
    const wheels = join(this.parent, "wheels");
    this.makePackages("wheels", wheels);
    this.env = {
      PATH: this.path("programs"),
      HOME: this.parent,
      PIP_NO_INDEX: "1",
      PIP_FIND_LINKS: wheels,
      PIP_CONFIG_FILE: "/dev/null",
    };
  }

  path(...names) {
    return join(this.folder, ...names);
  }

  write(path, text) {
    writeFileSync(this.path(path), text);
  }

  /** Puts a shell script on the checkout's PATH. */
  shell(name, text) {
    this.write(`programs/${name}`, `#!/bin/sh\n${text}\n`);
    chmodSync(this.path("programs", name), 0o755);
  }

  /** Puts a Node script on the checkout's PATH; its calls are written down. */
  program(name, text) {
    const note = `require("fs").appendFileSync("calls.log", JSON.stringify(["${name}", ...process.argv.slice(2)]) + "\\n");\n`;
    this.write(`stand-ins/${name}.js`, note + text);
    this.shell(name, `exec "${process.execPath}" "${this.path("stand-ins", `${name}.js`)}" "$@"`);
  }

  makePackages(how, folder, which = pinned) {
    execFileSync(realPython, ["-c", makePackages, how, folder, JSON.stringify(which), jupyterLab]);
  }

  /** A real, small Python environment beside the checkout, with the pinned packages' stand-ins in it. */
  makeEnvironment(name, which = pinned) {
    const prefix = join(this.parent, name);
    execFileSync(realPython, ["-m", "venv", "--without-pip", prefix]);
    const site = execFileSync(
      join(prefix, "bin", "python"),
      ["-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"],
      { encoding: "utf8" },
    );
    this.makePackages("installed", site.trim(), which);
    return prefix;
  }

  /** The calls of the stand-ins since the last look, as arrays of words. */
  calls() {
    const log = this.path("calls.log");
    if (!existsSync(log)) return [];
    const lines = readFileSync(log, "utf8").trimEnd().split("\n");
    rmSync(log);
    return lines.map((line) => JSON.parse(line));
  }

  start(script, args = [], { env = {}, node = [], ...options } = {}) {
    const all = [...node, this.path("scripts", script), ...args];
    return spawn(process.execPath, all, {
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...this.env, ...env },
      ...options,
    });
  }

  /** Runs a script to its end; `output` is all that it printed. */
  async run(script, args, options) {
    return finished(this.start(script, args, options));
  }

  remove() {
    rmSync(this.parent, { recursive: true, force: true });
  }
}

/** Resolves with exit code and output; `watch` sees the output as it grows. */
export function finished(child, watch = () => {}) {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
      watch(output);
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}
