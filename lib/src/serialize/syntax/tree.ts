/** Syntax trees: nodes, walks, and what is assigned. */
import type * as estree from "estree";

export type Positioned = estree.Node & { start: number; end: number };
export type PositionedClass = estree.Class & { start: number; end: number; body: { start: number; end: number } };
export type Parents = ReadonlyMap<estree.Node, estree.Node>;

export function childrenOf(node: estree.Node): Positioned[] {
  return Object.values(node)
    .flat()
    .filter(
      (child): child is Positioned =>
        typeof child === "object" && child !== null && typeof (child as { type?: unknown }).type === "string",
    );
}

export function* descendants(node: estree.Node): Generator<{ node: estree.Node; parent: estree.Node }> {
  for (const child of childrenOf(node)) {
    yield { node: child, parent: node };
    yield* descendants(child);
  }
}

export function isClass(node: estree.Node): node is estree.Class {
  return node.type === "ClassExpression" || node.type === "ClassDeclaration";
}

export function constructorOf({ body }: estree.Class): estree.FunctionExpression | undefined {
  for (const member of body.body)
    if (member.type === "MethodDefinition" && member.kind === "constructor") return member.value;
  return undefined;
}

/** The longest `name.property.property` that begins with `node`. */
export function memberPathFrom(node: estree.Node, parents: Parents): estree.Node {
  const parent = parents.get(node);
  return parent?.type === "MemberExpression" && parent.object === node ? memberPathFrom(parent, parents) : node;
}

/** Is something assigned to `node`, or is it deleted? */
export function isAssigned(node: estree.Node, parents: Parents): boolean {
  const parent = parents.get(node);
  if (parent === undefined) return false;
  if (/^(UpdateExpression|ArrayPattern|RestElement)$/.test(parent.type)) return true;
  if (parent.type === "UnaryExpression") return parent.operator === "delete";
  if (parent.type === "Property") return parent.value === node && parents.get(parent)?.type === "ObjectPattern";
  return (
    /^(Assignment(Expression|Pattern)|For(In|Of)Statement)$/.test(parent.type) &&
    (parent as estree.AssignmentExpression).left === node
  );
}
