/** Would initializing the fields of a class do anything but make values? Told by its text. */
import type * as estree from "estree";
import type { Positioned, PositionedClass } from "./analyse";

export function constructorOf(node: PositionedClass): estree.FunctionExpression | undefined {
  const found = node.body.body.find((member) => member.type === "MethodDefinition" && member.kind === "constructor");
  return found && (found as estree.MethodDefinition).value;
}

/** Only fields' initial values run, and in a class with a base what its constructor does before it calls that. */
export function isHarmless(node: PositionedClass): boolean {
  for (const member of node.body.body) {
    if (member.type === "PropertyDefinition" && !member.static && member.value && !makesAValue(member.value)) return false;
  }
  const fn = constructorOf(node);
  if (fn === undefined) return true;
  if (!fn.params.every(makesAValue)) return false;
  if (!node.superClass) return true;
  const first = fn.body.body[0];
  if (first?.type !== "ExpressionStatement" || first.expression.type !== "CallExpression" || first.expression.callee.type !== "Super") return false;
  return first.expression.arguments.every(makesAValue);
}

const VALUES = new Set([
  "Literal", "Identifier", "TemplateLiteral", "TemplateElement", "ArrayExpression", "ObjectExpression", "Property", "SpreadElement", "UnaryExpression", "BinaryExpression",
  "LogicalExpression", "ConditionalExpression", "MemberExpression", "ChainExpression", "PrivateIdentifier", "ThisExpression", "MetaProperty", "Super",
  "ArrayPattern", "ObjectPattern", "AssignmentPattern", "RestElement",
]);
/** Globals whose functions only make values. */
const MAKERS = new Set(["Math", "Date", "Number", "String", "Boolean", "BigInt", "Symbol", "Array", "Object", "JSON", "performance", "crypto", "structuredClone"]);
const CLASSES = /^(Map|Set|WeakMap|WeakSet|Array|Object|Date|RegExp|URL|URLSearchParams|ArrayBuffer|SharedArrayBuffer|DataView|\w*Error|(Big)?U?[Ii]nt\d+(Clamped)?Array|Float\d+Array)$/;

/** Does an expression only make a value, and do nothing else? */
export function makesAValue(node: estree.Node): boolean {
  if (node.type === "ArrowFunctionExpression" || node.type === "FunctionExpression") return true;
  if (node.type === "NewExpression" || node.type === "CallExpression") {
    let root: estree.Node = node.callee;
    while (root.type === "MemberExpression") root = root.object;
    const known = root.type === "Identifier" && (node.type === "NewExpression" ? node.callee === root && CLASSES.test(root.name) : MAKERS.has(root.name));
    return known && node.arguments.every(makesAValue);
  }
  if (node.type === "UnaryExpression" && node.operator === "delete") return false;
  return VALUES.has(node.type) && children(node).every(makesAValue);
}

function children(node: estree.Node): Positioned[] {
  return Object.values(node).flat().filter((child): child is Positioned => typeof child === "object" && child !== null && typeof (child as Positioned).type === "string");
}
