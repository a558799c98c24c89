/** What a function uses beside variables: `this`, `super`, private names, `eval`, imports; found by a walk through its syntax tree. */
import type * as estree from "estree";
import type { Analysis, Positioned } from "./analyse";
import { noteUse } from "./thisUsage";
import type { ThisUse } from "./thisUsage";

export interface Facts {
  /** Does `this` or `new.target` stand there? */
  usesThis: boolean;
  readonly self: ThisUse;
  callsEval: boolean;
  needsHome: Analysis["needsClass"];
  imports: { start: number; end: number; kind: "call" | "meta" }[];
  parents: Map<estree.Node, estree.Node>;
}

export function collect(fn: estree.Node, root: estree.Node | undefined): Facts {
  const facts: Facts = {
    usesThis: false,
    self: { read: new Set(), called: new Set(), assigned: new Set(), whole: false },
    callsEval: false,
    needsHome: undefined,
    imports: [],
    parents: new Map(),
  };
  const top = fn as Positioned;
  const visit = (node: Positioned, depth: Depth): void => {
    let inner = depth;
    switch (node.type) {
      case "ThisExpression":
        if (!depth.this) break;
        facts.usesThis = true;
        noteUse(facts.self, node, facts.parents);
        break;
      case "MetaProperty":
        if (node.meta.name === "import") facts.imports.push({ start: node.start, end: node.end, kind: "meta" });
        else if (depth.this) facts.usesThis = facts.self.whole = true;
        break;
      case "Super":
        if (depth.super) facts.needsHome = "super";
        break;
      case "PrivateIdentifier":
        if (!depth.declared.has(node.name)) facts.needsHome ??= "a private name";
        break;
      case "ImportExpression":
        facts.imports.push({ start: node.start, end: node.start + "import".length, kind: "call" });
        break;
      case "CallExpression":
        if (node.callee.type === "Identifier" && node.callee.name === "eval") facts.callsEval = true;
        break;
      case "FunctionExpression":
      case "FunctionDeclaration":
        // That of the function itself is told apart by its kind.
        if (node !== top) inner = { ...inner, this: false };
        break;
      case "ClassExpression":
      case "ClassDeclaration":
        inner = {
          this: false,
          super: false,
          declared: new Set([...depth.declared, ...privateNamesOf(node)]),
          around: depth,
        };
        break;
      case "Property":
        if (node.method || node.kind !== "init") inner = { ...inner, super: false };
        break;
    }
    for (const child of childrenOf(node)) {
      facts.parents.set(child, node);
      visit(
        child,
        isOutsideOfItsClass(child, node) ? { ...inner, ...(inner.around ?? depth), declared: inner.declared } : inner,
      );
    }
  };
  if (root !== undefined) for (const child of descendants(root)) facts.parents.set(child.node, child.parent);
  visit(top, { this: true, super: true, declared: new Set() });
  return facts;
}

interface Depth {
  readonly this: boolean;
  readonly super: boolean;
  /** The private names of the classes around. */
  readonly declared: ReadonlySet<string>;
  /** What holds around the innermost class. */
  readonly around?: Depth;
}

/** What a class extends and keys in brackets see the `this` and `super` around the class. */
function isOutsideOfItsClass(node: estree.Node, parent: estree.Node): boolean {
  switch (parent.type) {
    case "ClassExpression":
    case "ClassDeclaration":
      return node === parent.superClass;
    case "MethodDefinition":
    case "PropertyDefinition":
      return parent.computed && node === parent.key;
    default:
      return false;
  }
}

function privateNamesOf({ body }: estree.Class): string[] {
  return body.body.flatMap((member) =>
    member.type !== "StaticBlock" && member.key.type === "PrivateIdentifier" ? [member.key.name] : [],
  );
}

export function constructorOf(node: estree.Class): estree.FunctionExpression | undefined {
  const found = node.body.body.find((member) => member.type === "MethodDefinition" && member.kind === "constructor");
  return found && (found as estree.MethodDefinition).value;
}

function* childrenOf(node: estree.Node): Generator<Positioned> {
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child === "object" && child !== null && typeof child.type === "string") yield child;
    }
  }
}

export function* descendants(node: estree.Node): Generator<{ node: estree.Node; parent: estree.Node }> {
  for (const child of childrenOf(node)) {
    yield { node: child, parent: node };
    yield* descendants(child);
  }
}
