/** What the text of an ES module says: which import gives a variable its value, and what it exports. */
import type * as estree from "estree";
import type { Positioned } from "../syntax/tree";
import { textOf, urlOf } from "./scripts";

export interface ImportBinding {
  readonly url: string;
  readonly parent: string;
  /** The script that imports it, whose address is `parent`. */
  readonly scriptId: string;
  readonly what: string;
  /** Those of `with { type: "json" }`. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** An export of a module's own: `what` is its name; `variable` is missing where an expression without a name is the default. */
export interface Export {
  readonly what: string;
  readonly variable: string | undefined;
  /** Where it is declared; of a constant that need not be known. */
  readonly start: number;
  readonly end: number;
  readonly isConstant: boolean;
}
interface Module {
  readonly imports: ReadonlyMap<string, ImportBinding>;
  readonly exports: readonly Export[];
}

const modules = new Map<string, Module>();

/** The import that gives `variable` its value in that script; undefined when it is no import. */
export function importOf(scriptId: string, variable: string): ImportBinding | undefined {
  return moduleOf(scriptId).imports.get(variable);
}

export function exportsOf(scriptId: string): readonly Export[] {
  return moduleOf(scriptId).exports;
}

function moduleOf(scriptId: string): Module {
  let module = modules.get(scriptId);
  if (module === undefined) {
    const { body } = parsed(textOf(scriptId));
    const declared = new Map(body.flatMap(declaredBy).map((it) => [it.variable, it]));
    module = {
      imports: new Map(body.flatMap((statement) => importedBy(statement, scriptId))),
      exports: body.flatMap((statement) => exportedBy(statement, declared)),
    };
    modules.set(scriptId, module);
  }
  return module;
}

function parsed(source: string): estree.Program {
  const { parse } = require("acorn") as typeof import("acorn");
  return parse(source, { ecmaVersion: "latest", sourceType: "module", allowHashBang: true }) as estree.Program;
}

type Statement = estree.Program["body"][number];
type Declared = Omit<Export, "what"> & { readonly variable: string };

/** The variables of the module that a statement declares. */
function declaredBy(statement: Statement): Declared[] {
  const node =
    statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration"
      ? statement.declaration
      : statement;
  if (node?.type === "FunctionDeclaration" || node?.type === "ClassDeclaration") {
    const { start, end } = node as Positioned;
    return node.id ? [{ variable: node.id.name, start, end, isConstant: false }] : [];
  }
  if (node?.type !== "VariableDeclaration") return [];
  return node.declarations.flatMap((declaration) => {
    const { start, end } = declaration as Positioned;
    return namesIn(declaration.id).map((variable) => ({ variable, start, end, isConstant: node.kind === "const" }));
  });
}

/** The variables in a pattern. */
function namesIn(pattern: estree.Pattern | estree.MemberExpression): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        namesIn(property.type === "Property" ? (property.value as estree.Pattern) : property.argument),
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => (element === null ? [] : namesIn(element)));
    case "AssignmentPattern":
      return namesIn(pattern.left);
    case "RestElement":
      return namesIn(pattern.argument);
    default:
      return [];
  }
}

function exportedBy(statement: Statement, declared: ReadonlyMap<string, Declared>): Export[] {
  if (statement.type === "ExportDefaultDeclaration") {
    const { start, end, type } = statement.declaration as Positioned;
    const variable =
      type === "Identifier" ? (statement.declaration as estree.Identifier).name : declaredBy(statement)[0]?.variable;
    return [
      {
        ...((variable !== undefined && declared.get(variable)) || { variable, start, end, isConstant: true }),
        what: "default",
      },
    ];
  }
  if (statement.type !== "ExportNamedDeclaration" || statement.source) return [];
  const listed = statement.specifiers.flatMap(({ local, exported }) => {
    const variable = declared.get(textOfName(local));
    return variable === undefined ? [] : [{ ...variable, what: textOfName(exported) }];
  });
  return [...declaredBy(statement).map((it) => ({ ...it, what: it.variable })), ...listed];
}

function importedBy(statement: Statement, scriptId: string): [variable: string, binding: ImportBinding][] {
  if (statement.type !== "ImportDeclaration") return [];
  const { attributes = [] } = statement as {
    attributes?: { key: estree.Identifier | estree.Literal; value: estree.Literal }[];
  };
  const beside =
    attributes.length === 0
      ? {}
      : { attributes: Object.fromEntries(attributes.map(({ key, value }) => [textOfName(key), String(value.value)])) };
  return statement.specifiers.map((specifier) => {
    const what =
      specifier.type === "ImportNamespaceSpecifier"
        ? "*"
        : specifier.type === "ImportDefaultSpecifier"
          ? "default"
          : textOfName(specifier.imported);
    return [
      specifier.local.name,
      { url: String(statement.source.value), parent: urlOf(scriptId), scriptId, what, ...beside },
    ];
  });
}

function textOfName(name: estree.Identifier | estree.Literal): string {
  return name.type === "Identifier" ? name.name : String(name.value);
}
