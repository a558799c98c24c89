/**
 * Whether anybody can tell that a function runs in sloppy mode. Where nobody can, its copy runs in strict mode: V8 looks up names in
 * code that was evaluated within a scope at full speed only there, and a copy must not be slower than the original. One thing is left aside on
 * purpose: writing to what is locked fails in silence in sloppy mode, and with a TypeError in strict mode.
 */
import type * as estree from "estree";
import { childrenOf, isClass } from "./tree";

/** Is `fn` an ordinary function of sloppy mode? Those alone have a caller: a property of their own, since Node 26 by an accessor that throws for all others. */
export function isSloppy(fn: Function): boolean {
  if (Object.hasOwn(fn, "caller")) return true;
  try {
    Reflect.get(Function.prototype, "caller", fn);
    return true;
  } catch {
    return false;
  }
}

/** The names by which a function looks at its own arguments and callers. */
const TELLING = new Set(["arguments", "caller", "callee", "eval"]);

/** Does the text of a function do anything that strict mode forbids or does in another way? */
export function dependsOnSloppyMode(fn: estree.Node): boolean {
  return depends(fn, undefined, { ownThis: false, inBlock: false });
}

interface Context {
  /** `this` here is that of an ordinary function: in sloppy mode never undefined. */
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
