/** What in a syntax tree is assigned to. */
import type * as estree from "estree";

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
    case "ForOfStatement":
      return parent.left === node;
    case "UnaryExpression":
      return parent.operator === "delete";
    case "Property":
      return parent.value === node && parents.get(parent)?.type === "ObjectPattern";
    case "UpdateExpression":
    case "ArrayPattern":
    case "RestElement":
      return true;
    default:
      return false;
  }
}
