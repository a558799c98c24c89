/** Bindings of ES modules: which import declaration of a module's text gives a variable its value. */
import type * as estree from "estree";
import { textOf, urlOf } from "./inspector";

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

function importsOf(source: string, parent: string): Map<string, Binding> {
   
  const { parse } = require("acorn") as typeof import("acorn");
  const program = parse(source, { ecmaVersion: "latest", sourceType: "module", allowHashBang: true }) as estree.Program;
  const found = new Map<string, Binding>();
  for (const statement of program.body) {
    if (statement.type !== "ImportDeclaration") continue;
    for (const specifier of statement.specifiers) {
      const what = specifier.type === "ImportNamespaceSpecifier" ? "*" : specifier.type === "ImportDefaultSpecifier" ? "default"
        : specifier.imported.type === "Identifier" ? specifier.imported.name : String(specifier.imported.value);
      found.set(specifier.local.name, { url: String(statement.source.value), parent, what });
    }
  }
  return found;
}
