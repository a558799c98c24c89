/** The text that is evaluated to make scopes and functions again. Text only: what runs it is `decodeFunction`. */
import { HELPER } from "./classHelper";
import type { FunctionNode, ScopeNode } from "./wire";

const MODE = (sloppy: boolean): string => (sloppy ? "" : "\"use strict\"; ");

/** The source of a function that makes a scope with those variables. */
export function makerCode(variables: ScopeNode["variables"], sloppy: boolean): string {
  const names = variables.filter(({ length }) => length === 2).map(([name]) => name);
  const unreached = variables.filter(({ length }) => length === 1).map(([name]) => name);
  const set = names.map((name) => `if ("${name}" in ${HELPER}Values) ${name} = ${HELPER}Values["${name}"];`).join(" ");
  // Sloppy mode knows variables named `let`, which only `var` can declare. What stands behind the return is never reached.
  return `function (${HELPER}) { ${MODE(sloppy)}${names.length > 0 ? `${sloppy ? "var" : "let"} ${names.join(", ")};` : ""} `
    + `return { evaluate: (${HELPER}Code) => eval(${HELPER}Code), set: (${HELPER}Values) => { ${set} } }; ${unreached.length > 0 ? `let ${unreached.join(", ")};` : ""} }`;
}

/** Evaluates in an arrow function, so that `arguments` in the code are those of the function around it. */
export const ARROW_MAKER = `{ evaluate: (${HELPER}Code) => eval(${HELPER}Code), set: () => {} }`;

/** The code of a function, standing in the line and column of its script and under the script's name, for stacks. */
export function codeOf(node: FunctionNode): string {
  let { code } = node;
  const [url, line, column] = node.place ?? ["", 0, 0];
  for (const { start, end, kind } of [...node.imports].sort((a, b) => b.start - a.start)) {
    const instead = kind === "meta" ? `${HELPER}.meta(${JSON.stringify(url)})`
      : `((specifier, options) => ${HELPER}.load(specifier, ${JSON.stringify(url)}, options))`;
    code = code.slice(0, start) + instead + code.slice(end);
  }
  const mode = node.sloppy || node.isClass ? "" : "\"use strict\";";
  // The parenthesis that encode put before the source stands where the column before it is.
  const indent = line > MANY_LINES ? "" : "\n".repeat(line) + " ".repeat(Math.max(0, column - (line === 0 ? mode.length : 0) - 1));
  return `${mode}${indent}${code}\n//# sourceURL=${url === "" ? "function" : url.replace(/\s/g, "%20")}`;
}
const MANY_LINES = 20_000;
