/** Where a variable is declared, told by the text of its script: once for the whole module, script or cell, or inside a function, which may be called many times. */
import type { Scope, ScopeManager } from "eslint-scope";
import type * as estree from "estree";
import type { Positioned } from "../syntax/tree";
import type { Place } from "./inspector";
import { begins } from "./inspector";
import { textOf } from "./scripts";

export interface Declaration {
  /** Equal for those of one text; a function's that was called twice has two variables with this one. */
  readonly key: string;
  /** Is there one such variable, as the code around it runs once? */
  readonly once: boolean;
}

interface Script {
  readonly scopes: ScopeManager;
  /** The offset at which each line begins. */
  readonly lines: readonly number[];
  /** The blocks that run once: that of the script, and of a function that is all that the script is, as in a cell. */
  readonly once: ReadonlySet<estree.Node>;
}
const scripts = new Map<string, Script | undefined>();

/** The declaration of the variable that a function which stands at `place` calls `name`; undefined when the text does not tell. */
export function declarationOf({ scriptId, line, column }: Place, name: string): Declaration | undefined {
  if (!scripts.has(scriptId)) scripts.set(scriptId, read(scriptId));
  const script = scripts.get(scriptId);
  if (script === undefined) return undefined;
  const begin = begins.get(scriptId) ?? { line: 0, column: 0 };
  const offset = script.lines[line - begin.line] + column - (line === begin.line ? begin.column : 0);
  for (let scope: Scope | null = innermost(script.scopes, offset); scope !== null; scope = scope.upper) {
    const [declared] = scope.set.get(name)?.identifiers ?? [];
    if (declared !== undefined)
      return { key: `${scriptId} ${(declared as Positioned).start}`, once: script.once.has(scope.block) };
  }
  return undefined;
}

function read(scriptId: string): Script | undefined {
  const text = textOf(scriptId);
  const program = parse(text, "script") ?? parse(text, "module");
  if (program === undefined) return undefined;
  const { analyze } = require("eslint-scope") as typeof import("eslint-scope");
  const lines = [0, ...[...text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)].map(({ index, 0: end }) => index + end.length)];
  return {
    scopes: analyze(program, { ecmaVersion: 2022, sourceType: program.sourceType, ignoreEval: true }),
    lines,
    once: new Set([program, ...wrappersIn(program)]),
  };
}

function parse(text: string, sourceType: "script" | "module"): estree.Program | undefined {
  const { parse: parseText } = require("acorn") as typeof import("acorn");
  try {
    return parseText(text, {
      ecmaVersion: "latest",
      sourceType,
      allowHashBang: true,
      allowReturnOutsideFunction: true,
      ranges: true,
    }) as estree.Program;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The function that a module system or a notebook makes of the whole text of a module or cell, and calls once; a block in it, where that is all. */
function* wrappersIn({ body }: estree.Program): Generator<estree.Node> {
  const statements = body.filter((statement) => !("directive" in statement));
  let node: estree.Node | undefined =
    statements.length === 1 && statements[0].type === "ExpressionStatement" ? statements[0].expression : undefined;
  if (node?.type === "CallExpression") node = node.callee;
  if (node?.type === "ObjectExpression" && node.properties.length === 1)
    node = (node.properties[0] as estree.Property).value;
  if (node?.type !== "FunctionExpression" && node?.type !== "ArrowFunctionExpression") return;
  yield node;
  if (node.body.type === "BlockStatement" && node.body.body.length === 1) yield node.body.body[0];
}

/** The innermost scope around an offset; of a function and its name that of the function, which comes later. */
function innermost({ scopes }: ScopeManager, offset: number): Scope {
  return scopes.reduce((inner, scope) => {
    const { start, end } = scope.block as Positioned;
    const size = ({ block }: Scope): number => (block as Positioned).end - (block as Positioned).start;
    return start <= offset && offset < end && size(scope) <= size(inner) ? scope : inner;
  });
}
