import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { inRoot } from "../setup/checkout.mjs";
import { chooseEnvironment, pins } from "../setup/environment.mjs";

const required = pins(inRoot("requirements.txt"));

describe("the versions of the Python packages", () => {
  it("are the same for pip and for conda", () => {
    const lines = readFileSync(inRoot("environment.yml"), "utf8").split("\n");
    const conda = lines.flatMap((line) => /^ {2}- ([\w-]+)=([\d.]+)$/.exec(line)?.slice(1, 3).join(" ") ?? []);
    assert.ok(required.length >= 4);
    assert.deepEqual(conda.sort(), required.map(({ name, version }) => `${name} ${version}`).sort());
  });

  it("have the same lower bound for Python in conda as in the scripts", () => {
    const conda = readFileSync(inRoot("environment.yml"), "utf8");
    const [, minor] = /^ {2}- python>=3\.(\d+)$/m.exec(conda);
    assert.match(
      readFileSync(inRoot("scripts/setup/python.mjs"), "utf8"),
      new RegExp(`oldestPython = \\[3, ${minor}\\];`),
    );
  });

  it("have the same bounds for Node everywhere, and one that is recommended", () => {
    const json = (...names) => JSON.parse(readFileSync(inRoot(...names), "utf8"));
    const text = (...names) => readFileSync(inRoot(...names), "utf8");
    const { engines } = json("lib", "package.json");
    const lock = json("package-lock.json").packages;
    for (const { engines: others } of [json("package.json"), lock[""], lock.lib]) assert.deepEqual(others, engines);
    const [[, low, lowMinor], [, high, highMinor]] = [...engines.node.matchAll(/(\d+)\.(\d+)\.0/g)];
    const conda = text("environment.yml");
    const recommended = /^ {2}- nodejs>=(\d+),<(\d+)$/m.exec(conda);
    assert.equal(Number(recommended[2]), Number(recommended[1]) + 1);
    assert.ok(Number(recommended[1]) > Number(high));
    assert.match(
      text("scripts", "commands", "nodes.mjs"),
      new RegExp(`MAJORS = \\["${recommended[1]}", .*"${high}", "${low}"\\]`),
    );
    const sentence = `Node ${recommended[1]} is recommended; ${low}.${lowMinor} and newer ${low}s, and ${high}.${highMinor} and newer work, too`;
    assert.ok(conda.includes(sentence));
    assert.ok(text("README.md").includes(sentence));
    assert.ok(text("notebooks", "04-gutenberg.ipynb").includes(sentence));
    assert.equal(json("node_modules", "@types", "node", "package.json").version.split(".")[0], low);
  });

  it("are held by a constraint each, which agrees", () => {
    const normal = ({ name, version }) => `${name.toLowerCase().replaceAll("_", "-")} ${version}`;
    const constraints = pins(inRoot("scripts/constraints.txt")).map(normal);
    for (const pin of required.map(normal)) assert.ok(constraints.includes(pin), `no constraint ${pin}`);
  });

  it(
    "are in the environment as the constraints say, for every package that came along",
    { skip: chooseEnvironment().kind !== "venv" },
    () => {
      const script = `
import sys
from importlib.metadata import distributions
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
held = {}
for line in open(sys.argv[1]):
    if "==" in line:
        constraint = Requirement(line.strip())
        if not constraint.marker or constraint.marker.evaluate(): held[canonicalize_name(constraint.name)] = constraint.specifier
for found in distributions():
    name = canonicalize_name(found.metadata["Name"])
    if name in ("pip", "setuptools"): continue
    print("held" if name in held and held[name].contains(found.version, prereleases=True) else "free", name, found.version)
`;
      const { python } = chooseEnvironment();
      const lines = execFileSync(python, ["-c", script, inRoot("scripts/constraints.txt")], { encoding: "utf8" })
        .trim()
        .split("\n");
      assert.ok(lines.length > 50);
      assert.deepEqual(
        lines.filter((line) => !line.startsWith("held ")),
        [],
      );
    },
  );
});
