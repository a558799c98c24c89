/**
 * What the source text of one function says: what kind of thing it is, which names it takes from outside, and how to
 * write it so that it can be evaluated elsewhere. It knows text only: no values, no workers.
 */
import type * as estree from "estree";
import { parseFunction, underTheNameM } from "./parseFunction";
import { dependsOnSloppyMode } from "./strictMode";
import { constructorOf, descendants, isAssigned, memberPathFrom } from "./tree";
import type { Parents, Positioned, PositionedClass } from "./tree";
import { Usage, type Import, type ThisUse } from "./usage";

/** How a name from outside is used. */
export interface VariableUse {
  /** Something is assigned to it. */
  written: boolean;
  /** The properties read from it, when nothing but `name.property` ever stands there; else undefined. */
  members: Set<string> | undefined;
  /** The properties that are assigned to, and those in which something is; "" for one whose name stands in brackets. */
  readonly assigned: Set<string>;
  readonly changed: Set<string>;
}
export interface Analysis {
  /** How `code` must be evaluated to get the function back. */
  readonly form: "expression" | "method" | "getter" | "setter";
  /** Where in `code` V8 says that the function stands: at its beginning, or where its name has been read; a class at its constructor's parameters, if it has one. */
  readonly positionOffset: number;
  /** An expression: the function itself, or an object literal that holds the method under the name "m". */
  readonly code: string;
  /** The names it takes from outside. */
  readonly freeVariables: ReadonlyMap<string, VariableUse>;
  /** An arrow function (or what stands inside it) that uses the `this` around it. */
  readonly outerThis: boolean;
  /** What an arrow function does with the `this` around it, and any other with its own. */
  readonly thisUse: ThisUse;
  readonly outerArguments: boolean;
  /** It needs the class or object that it was written in: `super` or a private name. Undefined when it does not. */
  readonly needsClass: "super" | "a private name" | undefined;
  /** It calls `eval`, so any name of the surroundings may be used. */
  readonly callsEval: boolean;
  /** It is valid in sloppy mode only. */
  readonly sloppy: boolean;
  /** In strict mode it might do something else than in sloppy mode. */
  readonly dependsOnSloppyMode: boolean;
  /** Offsets in `code` of every `import` of `import(...)` and of every `import.meta`. */
  readonly imports: readonly Import[];
  readonly kind: "class" | "arrow" | "function" | "generator";
  /** The class, for those who take it apart. */
  readonly classNode: PositionedClass | undefined;
}

const known = new Map<string, Analysis>();
const KEEP = 500;

/** Analyses a function by its source text; the same text is analysed once. Throws SyntaxError for what is no function. */
export function analyse(source: string): Analysis {
  let analysis = known.get(source);
  if (analysis === undefined) {
    analysis = analyseText(source);
    if (known.size >= KEEP) known.delete(known.keys().next().value as string);
    known.set(source, analysis);
  }
  return analysis;
}

function analyseText(source: string): Analysis {
  const { program, expression, code, sloppy } = parseFunction(source);
  let form: Analysis["form"] = "expression";
  let fn: estree.Node = expression;
  let text = code;
  if (expression.type === "ObjectExpression") {
    const [property] = expression.properties as [estree.Property];
    form = property.kind === "get" ? "getter" : property.kind === "set" ? "setter" : "method";
    fn = property.value;
    text = underTheNameM(code, property);
  }
  const kind = kindOf(fn);
  const usage = new Usage(fn as Positioned, expression === fn ? undefined : program);
  const freeVariables = freeVariablesOf(program, sloppy, fn, usage.parents);
  // A key such as [name](){} was worked out where the method was made; here it is gone.
  if (form !== "expression" && text !== code) {
    for (const name of [...freeVariables.keys()]) if (!mentions(fn, name)) freeVariables.delete(name);
  }
  const shift = text.length - code.length;
  return {
    form,
    code: text,
    positionOffset: positionOffsetOf(fn as Positioned, code) + shift,
    freeVariables,
    sloppy,
    kind,
    dependsOnSloppyMode: dependsOnSloppyMode(fn),
    outerThis: kind === "arrow" && usage.usesThis,
    thisUse: usage.needsClass === undefined && !usage.callsEval ? usage.thisUse : { ...usage.thisUse, whole: true },
    outerArguments: kind === "arrow" && freeVariables.has("arguments"),
    needsClass: usage.needsClass,
    callsEval: freeVariables.has("eval") && usage.callsEval,
    imports: usage.imports.map(({ start, end, kind }) => ({ start: start + shift, end: end + shift, kind })),
    classNode: fn.type === "ClassExpression" ? (fn as PositionedClass) : undefined,
  };
}

function kindOf(fn: estree.Node): Analysis["kind"] {
  if (fn.type === "ClassExpression") return "class";
  if (fn.type === "ArrowFunctionExpression") return "arrow";
  return (fn as estree.FunctionExpression).generator === true ? "generator" : "function";
}

function freeVariablesOf(
  program: estree.Program,
  sloppy: boolean,
  fn: estree.Node,
  parents: Parents,
): Map<string, VariableUse> {
  // Loaded when the first function is sent: workers that send none do not need it, and start sooner.
  const { analyze } = require("eslint-scope") as typeof import("eslint-scope");
  const sourceType = sloppy ? "script" : "module";
  const { globalScope } = analyze(program, { ecmaVersion: 2022, sourceType, ignoreEval: true });
  const free = new Map<string, VariableUse>();
  const ranOnce = fn.type === "ClassExpression" ? partsRunOnce(fn) : [];
  for (const reference of globalScope.through) {
    const identifier = reference.identifier as estree.Identifier & Positioned;
    const part = ranOnce.find(({ start, end }) => start <= identifier.start && identifier.end <= end);
    // Functions that were made then may be there still.
    if (part !== undefined && !isInFunction(identifier, part, parents)) continue;
    addUse(free, identifier, reference.isWrite() && part === undefined, parents);
  }
  return free;
}

/**
 * What of a class ran once, when the class was made, and does not run again when it is made elsewhere: what stands after `extends`, static
 * blocks, what static fields start with, and keys in brackets that are not constant.
 */
function partsRunOnce({ body, superClass }: estree.Class): Positioned[] {
  const parts = body.body.flatMap((member): (estree.Node | null | undefined)[] => {
    if (member.type === "StaticBlock") return [member];
    const runsKey =
      member.computed && (member.type === "MethodDefinition" || member.static || constantKey(member.key) === undefined);
    return [
      runsKey ? member.key : undefined,
      member.type === "PropertyDefinition" && member.static ? member.value : undefined,
    ];
  });
  return [superClass, ...parts].filter((part): part is Positioned => part !== undefined && part !== null);
}

/** The key of a field in brackets that is the same whenever it is worked out: a literal, or a symbol of the language. */
export function constantKey(key: estree.Node): PropertyKey | undefined {
  if (key.type === "Literal") return String(key.value);
  if (key.type === "TemplateLiteral" && key.expressions.length === 0) return key.quasis[0]?.value.cooked ?? undefined;
  if (key.type !== "MemberExpression" || key.computed || key.property.type !== "Identifier") return undefined;
  if (key.object.type !== "Identifier" || key.object.name !== "Symbol") return undefined;
  const symbol: unknown = Reflect.get(Symbol, key.property.name);
  return typeof symbol === "symbol" ? symbol : undefined;
}

function positionOffsetOf(fn: Positioned, code: string): number {
  if (fn.type === "ClassExpression") return ((constructorOf(fn) ?? fn) as Positioned).start;
  return fn.type === "FunctionExpression"
    ? code.indexOf("(", (fn.id as Positioned | null | undefined)?.end ?? fn.start)
    : fn.start;
}

/** Does a function stand around `node`, within `part`? */
function isInFunction(node: estree.Node, part: estree.Node, parents: Parents): boolean {
  for (let at: estree.Node | undefined = node; at !== undefined; at = at === part ? undefined : parents.get(at)) {
    if (/Function|^Class/.test(at.type)) return true;
  }
  return false;
}

function mentions(node: estree.Node, name: string): boolean {
  for (const child of descendants(node)) if (child.node.type === "Identifier" && child.node.name === name) return true;
  return false;
}

function addUse(
  free: Map<string, VariableUse>,
  identifier: estree.Identifier,
  written: boolean,
  parents: Parents,
): void {
  const { name } = identifier;
  const parent = parents.get(identifier);
  let member: string | undefined;
  if (parent?.type === "MemberExpression" && parent.object === identifier) {
    if (!parent.computed && parent.property.type === "Identifier") member = parent.property.name;
    else if (parent.computed && parent.property.type === "Literal") member = String(parent.property.value);
  }
  let use = free.get(name);
  if (use === undefined) {
    use = { written: false, members: new Set(), assigned: new Set(), changed: new Set() };
    free.set(name, use);
  }
  use.written ||= written;
  const path = memberPathFrom(identifier, parents);
  if (path !== identifier && isAssigned(path, parents))
    (path === parent ? use.assigned : use.changed).add(member ?? "");
  if (member === undefined) use.members = undefined;
  else use.members?.add(member);
}
