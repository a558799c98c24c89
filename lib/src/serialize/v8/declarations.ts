/** What the text of a script says of its variables: the scope that declares each, imports, and what an ES module exports. */
import type { Scope, ScopeManager, Variable } from "eslint-scope";
import type * as estree from "estree";
import type { Positioned } from "../syntax/tree";
import type { Position } from "./inspector";
import { begins } from "./session";
import { textOf, urlOf } from "./sourceText";

export interface Declaration {
  /** The same for all variables that one declaration made: a function that was called twice has two of them. */
  readonly key: string;
  /** There is one such variable: the code around it runs once. */
  readonly once: boolean;
  readonly isConstant: boolean;
}

export interface ImportBinding {
  readonly url: string;
  readonly parent: string;
  /** The script that imports it, whose address is `parent`. */
  readonly scriptId: string;
  /** The name of the export, or "*" for the whole module. */
  readonly what: string;
  /** Of `with { type: "json" }`. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** An export under the name `what`; `variable` is missing where the default export is an expression without a name. */
export interface Export {
  readonly what: string;
  readonly variable: string | undefined;
  /** Where it is declared; of a constant that need not be known. */
  readonly start: number;
  readonly end: number;
  readonly isConstant: boolean;
}

interface Script {
  readonly program: estree.Program;
  readonly scopes: ScopeManager;
  /** The offset at which each line begins. */
  readonly lines: readonly number[];
}
const scripts = new Map<string, Script | undefined>();

/** The offset of a position in the text of its script. */
export function offsetOf({ scriptId, line, column }: Position): number {
  const begin = begins.get(scriptId) ?? { line: 0, column: 0 };
  return (scriptOf(scriptId)?.lines[line - begin.line] ?? 0) + column - (line === begin.line ? begin.column : 0);
}

/** The declaration of the variable that a function at `position` calls `name`; undefined when the text does not tell. */
export function declarationOf(position: Position, name: string): Declaration | undefined {
  const { scriptId } = position;
  const script = scriptOf(scriptId);
  if (script === undefined) return undefined;
  const offset = offsetOf(position);
  for (let scope: Scope | null = innermost(script.scopes, offset); scope !== null; scope = scope.upper) {
    const variable = scope.set.get(name);
    const [declared] = variable?.identifiers ?? [];
    if (variable === undefined || declared === undefined) continue;
    return {
      key: `${scriptId} ${(declared as Positioned).start}`,
      once: runsOnce(scope.block, script.program),
      isConstant: isConstant(variable.defs),
    };
  }
  return undefined;
}

/** Is a function at `position` written in sloppy mode? */
export function isInSloppyCode(position: Position): boolean {
  const script = scriptOf(position.scriptId);
  return script !== undefined && !innermost(script.scopes, offsetOf(position)).isStrict;
}

/** Is the function at `position` a declaration, to whose name its script assigns something else? The name of a function expression is its own. */
export function isReassigned(position: Position, name: string): boolean {
  const { scriptId } = position;
  const assignment = new RegExp(`(?<![\\w$.])${name.replaceAll("$", "\\$")}\\s*=(?![=>])`);
  const script = assignment.test(textOf(scriptId)) ? scriptOf(scriptId) : undefined;
  if (script === undefined) return false;
  let scope: Scope | null = innermost(script.scopes, offsetOf(position));
  if (scope.block.type !== "FunctionDeclaration") return false;
  while ((scope = scope.upper) !== null) {
    const variable = scope.set.get(name);
    if (variable === undefined) continue;
    // eslint-scope does not say to which variable a name at the top of a script refers.
    const references = scope.type === "global" ? scope.through : variable.references;
    return references.some((reference) => reference.identifier.name === name && reference.isWrite());
  }
  return false;
}

/** The import that gives `variable` its value; undefined when it is no import. */
export function importOf(scriptId: string, variable: string): ImportBinding | undefined {
  const definition = moduleScopeOf(scriptId)?.set.get(variable)?.defs[0];
  if (definition?.type !== "ImportBinding") return undefined;
  const { source, attributes } = definition.parent;
  const { node } = definition;
  return {
    url: String(source.value),
    parent: urlOf(scriptId),
    scriptId,
    what: node.type === "ImportDefaultSpecifier" ? "default" : "imported" in node ? textOfName(node.imported) : "*",
    ...(attributes.length > 0 && {
      attributes: Object.fromEntries(attributes.map(({ key, value }) => [textOfName(key), String(value.value)])),
    }),
  };
}

/** What an ES module exports of its own, not from another module. */
export function exportsOf(scriptId: string): readonly Export[] {
  const scope = moduleScopeOf(scriptId);
  if (scope === undefined) return [];
  const exportOf = (variable: string, what = variable): Export[] => {
    const declared = scope.set.get(variable);
    const [definition] = declared?.defs ?? [];
    if (declared === undefined || definition === undefined || definition.type === "ImportBinding") return [];
    const { start, end } = definition.node as Positioned;
    return [{ what, variable, start, end, isConstant: isConstant(declared.defs) }];
  };
  return (scope.block as estree.Program).body.flatMap((statement) => {
    if (statement.type === "ExportDefaultDeclaration") {
      const { declaration } = statement;
      const { start, end } = declaration as Positioned;
      const identifier = declaration.type === "Identifier" ? declaration : "id" in declaration && declaration.id;
      const [known] = identifier ? exportOf(identifier.name, "default") : [];
      return [known ?? { what: "default", variable: undefined, start, end, isConstant: true }];
    }
    if (statement.type !== "ExportNamedDeclaration" || statement.source) return [];
    const { declaration, specifiers } = statement;
    return [
      ...scope.variables
        .filter(({ defs }) => declaration && defs.some(({ node, parent }) => [node, parent].includes(declaration)))
        .flatMap(({ name }) => exportOf(name)),
      ...specifiers.flatMap(({ local, exported }) => exportOf(textOfName(local), textOfName(exported))),
    ];
  });
}

function textOfName(name: estree.Identifier | estree.Literal): string {
  return name.type === "Identifier" ? name.name : String(name.value);
}

function isConstant([definition]: Variable["defs"]): boolean {
  return definition?.type === "Variable" && definition.parent.kind === "const";
}

function moduleScopeOf(scriptId: string): Scope | undefined {
  return scriptOf(scriptId)?.scopes.scopes.find(({ type }) => type === "module");
}

function scriptOf(scriptId: string): Script | undefined {
  if (!scripts.has(scriptId)) scripts.set(scriptId, read(textOf(scriptId)));
  return scripts.get(scriptId);
}

function read(text: string): Script | undefined {
  const program = parse(text, "script") ?? parse(text, "module");
  if (program === undefined) return undefined;
  const { analyze } = require("eslint-scope") as typeof import("eslint-scope");
  const breaks = text.matchAll(/\r\n|[\n\r\u2028\u2029]/g);
  return {
    program,
    scopes: analyze(program, { ecmaVersion: 2022, sourceType: program.sourceType, ignoreEval: true }),
    lines: [0, ...Array.from(breaks, ({ index, 0: end }) => index + end.length)],
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

/**
 * Does a block run once? So does the script, the function that a module system or a notebook makes of the whole text of a module or cell, and a block
 * that is all of such a function.
 */
function runsOnce(block: estree.Node, program: estree.Program): boolean {
  const [statement, ...more] = program.body.filter((statement) => !("directive" in statement));
  let node: estree.Node | undefined =
    statement?.type === "ExpressionStatement" && more.length === 0 ? statement.expression : undefined;
  if (node?.type === "CallExpression") node = node.callee;
  if (node?.type === "ObjectExpression" && node.properties.length === 1)
    node = (node.properties as [estree.Property])[0].value;
  if (block === program || block === node) return block === program || /^(Arrow)?Function/.test(block.type);
  if (node?.type !== "FunctionExpression" && node?.type !== "ArrowFunctionExpression") return false;
  return node.body.type === "BlockStatement" && node.body.body.length === 1 && block === node.body.body[0];
}

/** The innermost scope around an offset. Of equal ones the later: a function's scope comes after that of its name. */
function innermost({ scopes }: ScopeManager, offset: number): Scope {
  const size = ({ block }: Scope): number => (block as Positioned).end - (block as Positioned).start;
  return scopes.reduce((inner, scope) => {
    const { start, end } = scope.block as Positioned;
    return start <= offset && offset < end && size(scope) <= size(inner) ? scope : inner;
  });
}
