import { readDescription } from "../data/description.mjs";
import { formatSize } from "../data/size.mjs";
import { inRoot } from "../setup/checkout.mjs";
import { chooseEnvironment, environmentIsReady } from "../setup/environment.mjs";
import { jupyterVariables, kernelIsRegistered } from "../setup/kernelspec.mjs";
import { libraryIsBuilt } from "../setup/library.mjs";
import { packagesAreInstalled } from "../setup/packages.mjs";
import { askPython, findPython } from "../setup/python.mjs";
import { run } from "../setup/run.mjs";
import { say } from "../setup/log.mjs";
import { UserError } from "../setup/userError.mjs";

const byStart = "npm start, which makes what is missing";

/** The cells that the kernel is tried with; the last hands a function of a cell to two workers. */
const cells = {
  import: `import * as mp from "parallel-typescript"; console.log(JSON.stringify(Object.keys(mp).length));`,
  cores: `console.log(JSON.stringify({ visible: await mp.cpuCount(), usable: mp.availableCpus() }));`,
  pool: `console.log(JSON.stringify(await mp.withPool(2, (pool) => pool.map((x: number) => x * x * x, mp.range(5)))));`,
};

/** Runs the cells in the real kernel; resolves with what became of each. */
async function tryKernel({ python }) {
  const args = [inRoot("scripts", "setup", "try_kernel.py"), inRoot("notebooks"), ...Object.values(cells)];
  const { code, output } = await run(python, args, { env: jupyterVariables() });
  const last = output.trimEnd().split("\n").at(-1);
  if (code !== 0) throw new UserError(`the kernel did not run: ${last}`, byStart);
  const answers = JSON.parse(last);
  return Object.fromEntries(Object.keys(cells).map((name, i) => [name, answers[i]]));
}

function must(condition, otherwise) {
  if (!condition) throw new Error(otherwise);
}

/** The checks in order. `look` returns what was found, or throws with what is wrong; `answer` is a cell's in the kernel. */
function checksOf(environment, answer) {
  return [
    { name: "Node", look: () => `${process.version} at ${process.execPath}` },
    {
      name: "npm packages",
      remedy: byStart,
      look: () => {
        must(packagesAreInstalled(), "node_modules is missing, unfinished or not as in package-lock.json");
        return "as in package-lock.json";
      },
    },
    {
      name: "Python",
      remedy: "install Python 3.10 or newer",
      look: () => {
        const python = askPython(environment.python) ?? findPython();
        must(python.newEnough, `${python.name} at ${python.path} is too old`);
        return `${python.name} at ${python.path}`;
      },
    },
    {
      name: "environment",
      remedy: byStart,
      look: () => {
        must(
          environmentIsReady(environment),
          `${environment.prefix} is missing, unfinished or not as in requirements.txt`,
        );
        return environment.prefix;
      },
    },
    {
      name: "kernel spec",
      remedy: byStart,
      look: () => {
        must(kernelIsRegistered(environment), "tslab is not registered, or for another Node or folder");
        return "tslab, with the Node above";
      },
    },
    {
      name: "library",
      remedy: byStart,
      look: () => {
        must(libraryIsBuilt(), "lib/dist is missing or older than lib/src");
        return "lib/dist is built from lib/src as it is now";
      },
    },
    {
      name: "data",
      remedy: "npm run data",
      look: async () => {
        const description = await readDescription();
        must(description, "there is no finished data file");
        return `${description.name}, ${formatSize(description.size)} of ${description.source}`;
      },
    },
    {
      name: "import in kernel",
      remedy: "npm start; if that does not help, delete node_modules and .venv and run it again",
      look: async () => {
        const names = await answer("import");
        must(names > 0, "parallel-typescript exports nothing");
        return `parallel-typescript, ${names} names`;
      },
    },
    {
      name: "cores",
      remedy: "npm test, which shows what part of the library fails",
      look: async () => {
        const { visible, usable } = await answer("cores");
        must(visible >= 1 && usable >= 1, `${visible} visible and ${usable} usable cannot be`);
        return `${visible} visible, ${usable} usable`;
      },
    },
    {
      name: "pool round trip",
      remedy: "npm test, which shows what part of the library fails",
      look: async () => {
        const cubes = (await answer("pool")).join(", ");
        must(cubes === "0, 1, 8, 27, 64", `the cubes of 0 to 4 came back as ${cubes}`);
        return `two workers cubed 0 to 4: ${cubes}`;
      },
    },
  ];
}

/** One line a check; resolves with 1 when one of them fails. Installs and changes nothing. */
export async function main() {
  const environment = chooseEnvironment();
  let trial;
  const answer = async (name) => {
    const { status, text } = (await (trial ??= tryKernel(environment)))[name];
    must(status === "ok", text.trim().split("\n")[0] || "the cell failed without a word");
    return JSON.parse(text);
  };
  let failed = 0;
  for (const { name, remedy, look } of checksOf(environment, answer)) {
    try {
      say(`ok    ${name.padEnd(17)} ${await look()}`);
    } catch (error) {
      failed++;
      const reason = error.message.split("\n")[0].replace(/[.:]$/, "");
      say(`FAIL  ${name.padEnd(17)} ${reason}. Remedy: ${error.remedy ?? remedy}`);
    }
  }
  say(failed === 0 ? "Everything is well." : `${failed} of the checks failed.`);
  return failed === 0 ? 0 : 1;
}
