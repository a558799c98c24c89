/** Makes the text of a function, as V8 gives it, an expression that can be parsed and evaluated. */
import type * as estree from "estree";
import type { Positioned } from "./tree";

const OPTIONS = {
  ecmaVersion: "latest",
  allowSuperOutsideMethod: true,
  checkPrivateFields: false,
  allowAwaitOutsideFunction: true,
  ranges: true,
} as const;

interface ParsedFunction {
  readonly program: estree.Program;
  /** The program's only statement: a function, a class, or an object with one method. */
  readonly expression: estree.Expression;
  readonly code: string;
  readonly sloppy: boolean;
}

/** The text may be an expression or a method, valid in strict or only in sloppy mode: the usual is tried first. */
export function parseFunction(source: string): ParsedFunction {
  // Loaded on first use: workers start sooner.
  const { parse } = require("acorn") as typeof import("acorn");
  let failure: Error | undefined;
  // The private name of a private method means nothing outside of its class.
  source = source.replace(/^((?:async\b|get\b|set\b|[\s*])*)#/, "$1");
  for (const sloppy of [false, true]) {
    for (const code of [`(${source})`, `({${source}})`]) {
      try {
        const program = parse(code, { ...OPTIONS, sourceType: sloppy ? "script" : "module" }) as estree.Program;
        const [statement, ...more] = program.body;
        if (statement?.type === "ExpressionStatement" && more.length === 0 && isFunction(statement.expression))
          return { program, expression: statement.expression, code, sloppy };
      } catch (error) {
        failure ??= error as SyntaxError;
      }
    }
  }
  throw failure ?? new SyntaxError("this is not the source of a function");
}

function isFunction(node: estree.Node): boolean {
  return (
    node.type === "ArrowFunctionExpression" ||
    node.type === "FunctionExpression" ||
    node.type === "ClassExpression" ||
    (node.type === "ObjectExpression" && node.properties.length === 1)
  );
}

/** The same text with the method under the name "m". */
export function underTheNameM(code: string, { key, computed }: estree.Property): string {
  const { start, end } = key as Positioned;
  // `[key]` keeps its brackets, `#key` and `key` are replaced as they are; what stands before (async, get, *) stays.
  return `${code.slice(0, start)}${computed ? "'m'" : "m"}${code.slice(end)}`;
}
