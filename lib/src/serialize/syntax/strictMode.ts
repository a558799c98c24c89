/**
 * Whether anybody can tell that a function runs in sloppy mode. Where nobody can, its copy runs in strict mode: V8 looks up names in
 * code that was evaluated within a scope at full speed only there, and a copy must not be slower than the original. One thing is left aside on
 * purpose: writing to what is locked fails in silence in sloppy mode, and with a TypeError in strict mode.
 */
import type * as estree from "estree";

/** Is `fn` an ordinary function of sloppy mode? Those alone have a caller: a property of their own, since Node 26 by an accessor that throws for all others. */
export function isSloppy(fn: Function): boolean {
  if (Object.hasOwn(fn, "caller")) return true;
  try {
    Reflect.apply(CALLER, fn, []);
    return true;
  } catch {
    return false;
  }
}
const CALLER = Object.getOwnPropertyDescriptor(Function.prototype, "caller")?.get as () => unknown;

/** The names by which a function looks at its own arguments and callers. */
const TELLING = new Set(["arguments", "caller", "callee", "eval"]);

/** Does the text of a function do anything that strict mode forbids or does in another way? */
export function dependsOnSloppyMode(fn: estree.Node): boolean {
  return tells(fn, { ownThis: false, inBlock: false });
}

interface Around {
  /** `this` here is that of an ordinary function: in sloppy mode never undefined. */
  readonly ownThis: boolean;
  readonly inBlock: boolean;
}

function tells(node: estree.Node, around: Around): boolean {
  let inside = around;
  switch (node.type) {
    case "ThisExpression":
      return around.ownThis;
    case "WithStatement":
      return true;
    case "Identifier":
      return TELLING.has(node.name);
    case "UnaryExpression":
      if (node.operator === "delete") return true;
      break;
    case "ClassExpression":
    case "ClassDeclaration":
      return false;
    case "FunctionDeclaration":
      if (around.inBlock) return true;
      inside = { ownThis: true, inBlock: false };
      break;
    case "FunctionExpression":
      inside = { ownThis: true, inBlock: false };
      break;
    case "BlockStatement":
    case "SwitchStatement":
      inside = { ...around, inBlock: true };
      break;
  }
  for (const [key, value] of Object.entries(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child !== "object" || child === null || typeof child.type !== "string") continue;
      // The block of a function itself is no block to a declaration that stands in it.
      const body = key === "body" && isFunctionNode(node) && child.type === "BlockStatement";
      const found = body
        ? (child as estree.BlockStatement).body.some((statement) => tells(statement, inside))
        : tells(child as estree.Node, inside);
      if (found) return true;
    }
  }
  return false;
}

function isFunctionNode(node: estree.Node): boolean {
  return (
    node.type === "FunctionDeclaration" || node.type === "FunctionExpression" || node.type === "ArrowFunctionExpression"
  );
}
