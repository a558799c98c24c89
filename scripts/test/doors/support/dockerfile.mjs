// The instructions of a Dockerfile, as far as this project's use them. What is not known here is an error, so that no step is left out unseen.
import { readFileSync } from "node:fs";

const KNOWN = ["FROM", "RUN", "USER", "ENV", "WORKDIR", "COPY", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"];

/** The instructions that make a stage, those of the stages it builds on first: `{ word, rest }` each. */
export function stepsOf(file, stage) {
  const stages = new Map();
  let steps;
  for (const { word, rest } of instructions(file)) {
    if (!KNOWN.includes(word)) throw new Error(`${file}: this test does not know ${word}`);
    if (word === "FROM") {
      const [, base, name] = /^(\S+) AS (\S+)$/.exec(rest);
      steps = [...(stages.get(base) ?? [{ word, rest: base }])];
      stages.set(name, steps);
    } else steps.push({ word, rest });
  }
  return stages.get(stage);
}

function instructions(file) {
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => !/^\s*(#|$)/.test(line));
  const whole = lines.join("\n").replace(/\\\n/g, " ").split("\n");
  return whole.map((line) => {
    const [, word, rest] = /^(\S+)\s+(.*)$/.exec(line.trim());
    return { word, rest };
  });
}

/** The patterns of .dockerignore, of the three forms that ours has: a path, `**` before a name, `*` before an ending. */
export function ignoredBy(file) {
  const patterns = readFileSync(file, "utf8").trim().split("\n");
  const forms = patterns.map((pattern) => {
    const [below, name] = pattern.startsWith("**/") ? ["(.*/)?", pattern.slice(3)] : ["", pattern];
    return new RegExp(`^${below}${name.replace(/[.+]/g, "\\$&").replaceAll("*", "[^/]*")}(/|$)`);
  });
  return (path) => forms.some((form) => form.test(path));
}

/** The words of an instruction in JSON's form. */
export const words = (rest) => JSON.parse(rest);
