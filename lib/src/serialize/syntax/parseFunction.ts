/** The text of one function, as V8 gives it, made an expression that can be parsed and evaluated. */
import type { Options } from "acorn";
import type * as estree from "estree";
import type { Positioned } from "./analyse";

// Loaded when the first function is sent: workers that send none do not need it, and start sooner.
const parse = (code: string, options: Options): unknown =>
  (require("acorn") as typeof import("acorn")).parse(code, options);

const OPTIONS = {
  ecmaVersion: "latest",
  allowSuperOutsideMethod: true,
  checkPrivateFields: false,
  allowAwaitOutsideFunction: true,
  ranges: true,
} as const;

/** Function text is an expression, a method, or only valid in sloppy mode; tried in the order in which it is usual. */
export function parseFunction(source: string): { program: estree.Program; code: string; sloppy: boolean } {
  let failure: unknown;
  // A private method stands in its class under a private name, which means nothing elsewhere.
  source = source.replace(/^((?:async\b|get\b|set\b|[\s*])*)#/, "$1");
  for (const sloppy of [false, true]) {
    for (const code of [`(${source})`, `({${source}})`]) {
      try {
        const program = parse(code, { ...OPTIONS, sourceType: sloppy ? "script" : "module" }) as estree.Program;
        const statement = program.body[0];
        if (program.body.length === 1 && statement.type === "ExpressionStatement" && isFunction(statement.expression)) {
          return { program, code, sloppy };
        }
      } catch (error) {
        failure ??= error;
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
export function underTheNameM(code: string, property: estree.Property, fn: Positioned): string {
  const { start, end } = property.key as Positioned;
  // `[key]` keeps its brackets, `#key` and `key` are replaced as they are; what stands before (async, get, *) stays.
  const key = property.computed ? "'m'" : "m";
  return `${code.slice(0, start)}${key}${code.slice(end, fn.start)}${code.slice(fn.start)}`;
}
