/**
 * Does a function depend on sloppy mode? If not, its copy runs in strict mode, where V8 looks up names in evaluated code at full speed. One difference
 * is ignored on purpose: writing to what is frozen does nothing in sloppy mode, and throws a TypeError in strict mode.
 */
import type * as estree from "estree";
import { childrenOf, isClass } from "./tree";

/** Only ordinary functions of sloppy mode have a `caller`: an own property, since Node 26 an accessor that throws for all others. */
export function isSloppy(fn: Function): boolean {
  if (Object.hasOwn(fn, "caller")) return true;
  try {
    Reflect.get(Function.prototype, "caller", fn);
    return true;
  } catch {
    return false;
  }
}

const TELLING = new Set(["arguments", "caller", "callee", "eval"]);

/** Does the text of a function do anything that strict mode forbids or does in another way? */
export function dependsOnSloppyMode(fn: estree.Node): boolean {
  return depends(fn, undefined, { ownThis: false, inBlock: false });
}

interface Context {
  /** `this` belongs to an ordinary function: in sloppy mode it is never undefined. */
  readonly ownThis: boolean;
  readonly inBlock: boolean;
}

function depends(node: estree.Node, parent: estree.Node | undefined, context: Context): boolean {
  if (node.type === "ThisExpression") return context.ownThis;
  if (node.type === "Identifier") return TELLING.has(node.name);
  if (node.type === "WithStatement" || (node.type === "UnaryExpression" && node.operator === "delete")) return true;
  if (node.type === "FunctionDeclaration" && context.inBlock) return true;
  if (isClass(node)) return false;
  let inner = context;
  if (/^Function/.test(node.type)) inner = { ownThis: true, inBlock: false };
  // A declaration in the body of a function is in no block.
  else if (node.type === "SwitchStatement" || (node.type === "BlockStatement" && !/Function/.test(parent?.type ?? "")))
    inner = { ...context, inBlock: true };
  return childrenOf(node).some((child) => depends(child, node, inner));
}
