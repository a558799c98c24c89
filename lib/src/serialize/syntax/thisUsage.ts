/** What the text of a function does with its `this`. */
import type * as estree from "estree";
import { isAssigned, pathFrom } from "./assignmentTargets";

/** The properties that a function reads of its `this`, and those of them that it calls. */
export interface ThisUse {
  readonly read: Set<string>;
  readonly called: Set<string>;
  /** Those that it assigns to, or in which it does. */
  readonly assigned: Set<string>;
  /** `this` stands in another place, too, so all of it may be needed. */
  whole: boolean;
}

/** Notes what is done with the `this` that stands at `node`. */
export function noteUse(use: ThisUse, node: estree.Node, parents: ReadonlyMap<estree.Node, estree.Node>): void {
  const parent = parents.get(node);
  if (parent?.type === "MemberExpression" && parent.object === node && isAssigned(pathFrom(node, parents), parents))
    use.assigned.add(keyOf(parent.property, parent.computed) ?? "");
  if (parent?.type === "VariableDeclarator" && parent.id.type === "ObjectPattern") {
    for (const property of parent.id.properties)
      noteName(use, property.type === "Property" ? keyOf(property.key, property.computed) : undefined);
    return;
  }
  if (parent?.type !== "MemberExpression" || parent.object !== node || isAssigned(parent, parents))
    return void (use.whole = true);
  const name = keyOf(parent.property, parent.computed);
  noteName(use, name);
  const around = parents.get(parent);
  if (
    name !== undefined &&
    ((around?.type === "CallExpression" && around.callee === parent) || around?.type === "TaggedTemplateExpression")
  )
    use.called.add(name);
}

function noteName(use: ThisUse, name: string | undefined): void {
  if (name === undefined) use.whole = true;
  else use.read.add(name);
}

function keyOf(key: estree.Node, computed: boolean): string | undefined {
  if (key.type === "Identifier" && !computed) return key.name;
  return key.type === "Literal" && typeof key.value === "string" ? key.value : undefined;
}
