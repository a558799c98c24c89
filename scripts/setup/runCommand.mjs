// Every command is run by this file. Only syntax of 2020 here and in the files that import it: an old Node
// must be able to read them, so as to say that it is too old.

import { readFileSync } from "fs";

/** "^20.19.0 || >=22.12.0" */
const wanted = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"))
  .engines.node.split("||")
  .map(function (part) {
    const found = /** @type {RegExpExecArray} */ (/(\^|>=)(\d+)\.(\d+)\.0/.exec(part));
    return { within: found[1] === "^", major: Number(found[2]), minor: Number(found[3]) };
  });

/** True, and nothing said, on a Node that is new enough; otherwise it says what to do. */
function nodeIsNewEnough() {
  const version = process.versions.node;
  const own = version.split(".").map(Number);
  const fits = wanted.some(function (bound) {
    return own[0] === bound.major ? own[1] >= bound.minor : own[0] > bound.major && !bound.within;
  });
  if (fits) return true;
  const names = wanted.map(function (bound) {
    return bound.major + "." + bound.minor + (bound.within ? " or a newer " + bound.major : " or newer");
  });
  console.error("This is Node " + version + ", and the lesson needs Node " + names.join(", or ") + ".");
  console.error(
    "Remedy: install a current Node (its long-term-support release is a good choice), then run this again.",
  );
  return false;
}

/** Runs the `main` of a command's module with the command line; an error with a remedy is told in two lines. */
export function runCommand(load) {
  if (!nodeIsNewEnough()) {
    process.exitCode = 1;
    return;
  }
  load()
    .then(function (command) {
      return command.main(process.argv.slice(2));
    })
    .then(
      function (code) {
        process.exitCode = code;
      },
      function (error) {
        // A command that a signal has ended has set its own.
        process.exitCode = process.exitCode || 1;
        if (!error.remedy) {
          console.error(error);
          return;
        }
        console.error("\n" + error.message);
        console.error("Remedy: " + error.remedy);
        if (error.details) console.error("\n" + error.details);
      },
    );
}
