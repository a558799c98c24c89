/** Bindings of ES modules, told by the text of a module: which import gives a variable its value, and under which names its own are exported. */
import type * as estree from "estree";
import { textOf, urlOf } from "./scripts";

export interface Binding {
  readonly url: string;
  readonly parent: string;
  readonly what: string;
}

const bindings = new Map<string, ReadonlyMap<string, Binding>>();

/** The import that gives `variable` its value in that script; undefined when it is no import. */
export function bindingOf(scriptId: string, variable: string): Binding | undefined {
  let found = bindings.get(scriptId);
  if (found === undefined) {
    found = importsOf(textOf(scriptId), urlOf(scriptId));
    bindings.set(scriptId, found);
  }
  return found.get(variable);
}

const exported = new Map<string, ReadonlyMap<string, string>>();

/** What a script that is a module exports of its own: the names of variables, and under which name each is exported. */
export function exportsOf(scriptId: string): ReadonlyMap<string, string> {
  let found = exported.get(scriptId);
  if (found === undefined) {
    found = new Map(parsed(textOf(scriptId)).body.flatMap(namesExportedBy));
    exported.set(scriptId, found);
  }
  return found;
}

function namesExportedBy(statement: estree.Program["body"][number]): [name: string, what: string][] {
  if (statement.type === "ExportDefaultDeclaration") {
    const { declaration } = statement;
    return "id" in declaration && declaration.id ? [[declaration.id.name, "default"]] : [];
  }
  if (statement.type !== "ExportNamedDeclaration" || statement.source) return [];
  const { declaration } = statement;
  if (declaration?.type === "FunctionDeclaration" || declaration?.type === "ClassDeclaration") return [[declaration.id.name, declaration.id.name]];
  const declared = declaration?.declarations.flatMap(({ id }) => (id.type === "Identifier" ? [id.name] : [])) ?? [];
  return [...declared.map((name): [string, string] => [name, name]), ...statement.specifiers.map(({ local, exported }): [string, string] => [textOfName(local), textOfName(exported)])];
}

function textOfName(name: estree.Identifier | estree.Literal): string {
  return name.type === "Identifier" ? name.name : String(name.value);
}

function parsed(source: string): estree.Program {
  const { parse } = require("acorn") as typeof import("acorn");
  return parse(source, { ecmaVersion: "latest", sourceType: "module", allowHashBang: true }) as estree.Program;
}

function importsOf(source: string, parent: string): Map<string, Binding> {
  const found = new Map<string, Binding>();
  for (const statement of parsed(source).body) {
    if (statement.type !== "ImportDeclaration") continue;
    for (const specifier of statement.specifiers) {
      const what = specifier.type === "ImportNamespaceSpecifier" ? "*" : specifier.type === "ImportDefaultSpecifier" ? "default"
        : textOfName(specifier.imported);
      found.set(specifier.local.name, { url: String(statement.source.value), parent, what });
    }
  }
  return found;
}
