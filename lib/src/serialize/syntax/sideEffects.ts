/** Would initializing the fields of a class do anything but make values? Told by its text. */
import type * as estree from "estree";
import type { Positioned, PositionedClass } from "./tree";
import { constructorOf } from "./tree";

/** Only fields' initial values run, and in a class with a base what its constructor does before it calls that. */
export function hasNoSideEffects(node: PositionedClass): boolean {
  return calledByInitializers(node)?.size === 0;
}

/**
 * The variables through which initializing the fields of a class calls functions of the user's; when those do nothing, it does nothing but make
 * values. Undefined when it might do more.
 */
export function calledByInitializers(node: PositionedClass): ReadonlySet<string> | undefined {
  const called = new Set<string>();
  for (const member of node.body.body) {
    if (member.type === "PropertyDefinition" && !member.static && member.value && !makesAValue(member.value, called))
      return undefined;
  }
  const fn = constructorOf(node);
  if (fn === undefined) return called;
  if (!fn.params.every((parameter) => makesAValue(parameter))) return undefined;
  if (!node.superClass) return called;
  const first = fn.body.body[0];
  if (
    first?.type !== "ExpressionStatement" ||
    first.expression.type !== "CallExpression" ||
    first.expression.callee.type !== "Super"
  )
    return undefined;
  return first.expression.arguments.every((argument) => makesAValue(argument)) ? called : undefined;
}

const VALUES = new Set([
  "Literal",
  "Identifier",
  "TemplateLiteral",
  "TemplateElement",
  "ArrayExpression",
  "ObjectExpression",
  "Property",
  "SpreadElement",
  "UnaryExpression",
  "BinaryExpression",
  "LogicalExpression",
  "ConditionalExpression",
  "MemberExpression",
  "ChainExpression",
  "PrivateIdentifier",
  "ThisExpression",
  "MetaProperty",
  "Super",
  "ArrayPattern",
  "ObjectPattern",
  "AssignmentPattern",
  "RestElement",
]);
/** Globals whose functions only make values. */
const MAKERS = new Set([
  "Math",
  "Date",
  "Number",
  "String",
  "Boolean",
  "BigInt",
  "Symbol",
  "Array",
  "Object",
  "JSON",
  "performance",
  "crypto",
  "structuredClone",
]);
const CLASSES =
  /^(Map|Set|WeakMap|WeakSet|Array|Object|Date|RegExp|URL|URLSearchParams|ArrayBuffer|SharedArrayBuffer|DataView|\w*Error|(Big)?U?[Ii]nt\d+(Clamped)?Array|Float\d+Array)$/;

/** Does an expression only make a value, and do nothing else? With `called`, calls through variables are allowed, and noted there. */
export function makesAValue(node: estree.Node, called?: Set<string>): boolean {
  if (isFunction(node)) return true;
  if (node.type === "NewExpression" || node.type === "CallExpression") {
    const root = rootOf(node.callee);
    if (root === undefined) return false;
    const known =
      node.type === "NewExpression" ? node.callee === root && CLASSES.test(root.name) : MAKERS.has(root.name);
    if (!known && called === undefined) return false;
    if (!known) called?.add(root.name);
    return node.arguments.every((argument) =>
      isFunction(argument) ? makesWhenCalled(argument, called) : makesAValue(argument, called),
    );
  }
  if (node.type === "UnaryExpression" && node.operator === "delete") return false;
  return VALUES.has(node.type) && children(node).every((child) => makesAValue(child, called));
}

function isFunction(node: estree.Node): node is estree.ArrowFunctionExpression | estree.FunctionExpression {
  return node.type === "ArrowFunctionExpression" || node.type === "FunctionExpression";
}

/** A function that is handed to another may well be called by it. */
function makesWhenCalled(
  fn: estree.ArrowFunctionExpression | estree.FunctionExpression,
  called: Set<string> | undefined,
): boolean {
  return (
    fn.params.every(({ type }) => type === "Identifier") &&
    fn.body.type !== "BlockStatement" &&
    makesAValue(fn.body, called)
  );
}

/** The variable at the root of `make`, `tools.make` and `(0, exports.make)`. */
function rootOf(callee: estree.Node): estree.Identifier | undefined {
  let root =
    callee.type === "SequenceExpression" ? (callee.expressions[callee.expressions.length - 1] as estree.Node) : callee;
  while (root.type === "MemberExpression") root = root.object;
  return root.type === "Identifier" ? root : undefined;
}

function children(node: estree.Node): Positioned[] {
  return Object.values(node)
    .flat()
    .filter(
      (child): child is Positioned =>
        typeof child === "object" && child !== null && typeof (child as Positioned).type === "string",
    );
}
