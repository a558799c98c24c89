/** The text that makes scopes and functions again. Text only: `evaluate` runs it. */
import { HELPER, type ClassHelper, type FunctionNode, type ScopeNode } from "../message/message";

export interface MadeScope {
  readonly evaluate: (code: string) => unknown;
  /** Only in a scope that the worker keeps, for functions of both modes. */
  readonly evaluateSloppy?: (code: string) => unknown;
  readonly set: (values: Record<string, unknown>) => void;
  /** Each makes a function or scope that is part of its text. */
  readonly parts: readonly (() => unknown)[];
}
export type ScopeMaker = (this: unknown, helper: ClassHelper) => MadeScope;

const MODE = (sloppy: boolean): string => (sloppy ? "" : '"use strict"; ');

/** The source of a function that makes a scope with those variables: the list of its parts goes between `opening` and `closing`. */
export function makerCode(variables: ScopeNode["variables"], sloppy: boolean): { opening: string; closing: string } {
  const names = variables.filter(({ length }) => length === 2).map(([name]) => name);
  const unreached = variables.filter(({ length }) => length === 1).map(([name]) => name);
  const set = setterCode(names);
  return {
    // In sloppy mode a variable may have the name `let`, which only `var` can declare.
    opening:
      `function (${HELPER}) { ${MODE(sloppy)}${names.length > 0 ? `${sloppy ? "var" : "let"} ${names.join(", ")};` : ""} ` +
      `return { evaluate: (${HELPER}Code) => eval(${HELPER}Code), set: (${HELPER}Values) => { ${set} }, parts: [`,
    // Declarations behind the `return` are never reached.
    closing: `] }; ${unreached.length > 0 ? `let ${unreached.join(", ")};` : ""} }`,
  };
}

function setterCode(names: readonly string[]): string {
  return names.map((name) => `if ("${name}" in ${HELPER}Values) ${name} = ${HELPER}Values["${name}"];`).join(" ");
}

/** The same for a scope that the worker keeps, for functions of both modes. Its variables need no values yet. */
export function workerScopeCode(variables: ScopeNode["variables"]): string {
  const names = variables.map(([name]) => name);
  return (
    `(function (${HELPER}) { var ${names.join(", ")}; return { evaluate: (${HELPER}Code) => { "use strict"; return eval(${HELPER}Code); }, ` +
    `evaluateSloppy: (${HELPER}Code) => eval(${HELPER}Code), set: (${HELPER}Values) => { ${setterCode(names)} }, parts: [] }; })`
  );
}

/** Arrow functions, so that `arguments` in the code are those of the function around it. */
export const ARROW_MAKER = `{ evaluate: (${HELPER}Code) => eval(${HELPER}Code), set: () => {}, parts: [] }`;

export function expressionOf({ code, imports, position }: FunctionNode): string {
  const url = JSON.stringify(position?.[0] ?? "");
  for (const { start, end, kind } of [...imports].sort((a, b) => b.start - a.start)) {
    const instead =
      kind === "meta"
        ? `${HELPER}.meta(${url})`
        : `((specifier, options) => ${HELPER}.load(specifier, ${url}, options))`;
    code = code.slice(0, start) + instead + code.slice(end);
  }
  return code;
}

/**
 * An arrow that nobody calls, for the line above a function. A breakpoint of another line of the author's file, which has no place in this script, goes to the next place at which
 * V8 can stop: that is in the arrow. V8 also looks for the text at which it has put a breakpoint in another script: so no two are the same.
 */
export function decoyOf(line: number, column: number): string {
  return `() => "${line}:${column}"`;
}

/** The code of one function alone. For stacks it has the line and column of its script, and the script's name. */
export function codeOf(node: FunctionNode): string {
  const [line, column] = beginOf(node);
  const mode = node.sloppy || node.isClass ? "" : '"use strict";';
  const above = line === 0 ? "" : `0,${"\n".repeat(line - 1)}(${decoyOf(line, column)}),\n`;
  const indent = line > MOST_LINES ? "" : above + " ".repeat(Math.max(0, column - (line === 0 ? mode.length : 0)));
  return `${mode}${indent}${expressionOf(node)}\n//# sourceURL=${nameOfScript(node.position?.[0] ?? "")}`;
}

/** The line and column at which the code of a function must begin to have its position. */
export function beginOf({ code, positionOffset, position }: FunctionNode): [line: number, column: number] {
  const [, line, column] = position ?? ["", 0, 0];
  const before = code.slice(0, positionOffset).split("\n").length - 1;
  return [Math.max(0, line - before), before > 0 ? 0 : Math.max(0, column - positionOffset)];
}
/** From this line on, empty lines above a function would take too much memory. */
export const MOST_LINES = 20_000;

/** A script's name as stacks show it. */
export function nameOfScript(url: string): string {
  return url === "" ? "function" : url.replace(/\s/g, "%20");
}
