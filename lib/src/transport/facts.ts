/** What a function uses beside variables: `this`, `super`, private names, `eval`, imports; found by a walk through its syntax tree. */
import type * as estree from "estree";
import type { Analysis, Positioned } from "./analyse";

export interface Facts {
  outerThis: boolean;
  callsEval: boolean;
  needsHome: Analysis["needsHome"];
  imports: { start: number; end: number; kind: "call" | "meta" }[];
  parents: Map<estree.Node, estree.Node>;
}

export function collect(fn: estree.Node, root: estree.Node | undefined): Facts {
  const facts: Facts = { outerThis: false, callsEval: false, needsHome: undefined, imports: [], parents: new Map() };
  const visit = (node: Positioned, depth: { this: boolean; super: boolean; declared: ReadonlySet<string> }): void => {
    let inner = depth;
    switch (node.type) {
      case "ThisExpression":
      case "MetaProperty":
        if (node.type === "MetaProperty" && node.meta.name === "import") facts.imports.push({ start: node.start, end: node.end, kind: "meta" });
        else if (depth.this) facts.outerThis = true;
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
        inner = { ...inner, this: false };
        break;
      case "ClassExpression":
      case "ClassDeclaration":
        inner = { this: false, super: false, declared: new Set([...depth.declared, ...privateNamesOf(node)]) };
        break;
      case "Property":
        if (node.method || node.kind !== "init") inner = { ...inner, super: false };
        break;
    }
    for (const child of childrenOf(node)) {
      facts.parents.set(child, node);
      visit(child, inner);
    }
  };
  const top = fn as Positioned;
  if (root !== undefined) for (const child of descendants(root)) facts.parents.set(child.node, child.parent);
  visit(top, { this: true, super: true, declared: new Set() });
  return facts;
}

function privateNamesOf({ body }: estree.Class): string[] {
  return body.body.flatMap((member) => (member.type !== "StaticBlock" && member.key.type === "PrivateIdentifier" ? [member.key.name] : []));
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

/** The longest `name.property.property` that begins with `node`. */
export function pathFrom(node: estree.Node, parents: ReadonlyMap<estree.Node, estree.Node>): estree.Node {
  const parent = parents.get(node);
  return parent?.type === "MemberExpression" && parent.object === node ? pathFrom(parent, parents) : node;
}

/** Is that what something is assigned to? */
export function isAssigned(node: estree.Node, parents: ReadonlyMap<estree.Node, estree.Node>): boolean {
  const parent = parents.get(node);
  switch (parent?.type) {
    case "AssignmentExpression":
    case "AssignmentPattern":
    case "ForInStatement":
    case "ForOfStatement": return parent.left === node;
    case "UnaryExpression": return parent.operator === "delete";
    case "Property": return parent.value === node && parents.get(parent)?.type === "ObjectPattern";
    case "UpdateExpression":
    case "ArrayPattern":
    case "RestElement": return true;
    default: return false;
  }
}
