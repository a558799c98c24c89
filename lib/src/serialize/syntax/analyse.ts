/** What the source text of a function says: its kind, the names that it takes from outside, and how to evaluate it elsewhere. Text only, no values. */
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
  /** The properties that are read, if it is only used as `name.property`; else undefined. */
  members: Set<string> | undefined;
  /** The properties that are assigned, and those whose own properties are; "" for a key in brackets. */
  readonly assigned: Set<string>;
  readonly changed: Set<string>;
}
export interface Analysis {
  /** How to get the function from the value of `code`. */
  readonly form: "expression" | "method" | "getter" | "setter";
  /** The offset in `code` at which V8 says that the function stands: its beginning, or behind its name; of a class its constructor's parameters. */
  readonly positionOffset: number;
  /** An expression: the function itself, or an object literal that holds the method under the name "m". */
  readonly code: string;
  readonly freeVariables: ReadonlyMap<string, VariableUse>;
  /** An arrow function (or what stands inside it) that uses the `this` around it. */
  readonly outerThis: boolean;
  /** What an arrow function does with the `this` around it, and any other with its own. */
  readonly thisUse: ThisUse;
  readonly outerArguments: boolean;
  /** Why it needs the class or object in which it was written. */
  readonly needsClass: "super" | "a private name" | undefined;
  /** Then it may use any name around it. */
  readonly callsEval: boolean;
  /** It is valid in sloppy mode only. */
  readonly sloppy: boolean;
  /** In strict mode it might do something else than in sloppy mode. */
  readonly dependsOnSloppyMode: boolean;
  /** Each `import` of `import(...)` and each `import.meta`, with offsets in `code`. */
  readonly imports: readonly Import[];
  readonly kind: "class" | "arrow" | "function" | "generator";
  readonly classNode: PositionedClass | undefined;
}

const known = new Map<string, Analysis>();
const KEEP = 500;

/** Throws SyntaxError for a text that is no function. */
export function analyse(source: string): Analysis {
  let analysis = known.get(source);
  if (analysis === undefined) {
    analysis = analyseText(source);
    if (known.size >= KEEP) known.delete(known.keys().next().value as string);
    known.set(source, analysis);
  }
  return analysis;
}

const NAMED = /^((?:async\s+)?function\b\s*(?:\*\s*)?)([\p{ID_Start}$_][\p{ID_Continue}$]*)/u;

/** Of a function that uses its own name: that name, and the analysis of its text without it, in which it is a name from outside. */
export function withoutOwnName(source: string): { readonly name: string; readonly analysis: Analysis } | undefined {
  const [whole, before = "", name = ""] = NAMED.exec(source) ?? [];
  if (whole === undefined || source.indexOf(name, whole.length) < 0) return undefined;
  const analysis = analyse(before + " ".repeat(name.length) + source.slice(whole.length));
  return analysis.freeVariables.has(name) ? { name, analysis } : undefined;
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
  // The key of a method in brackets was replaced, so its names are not needed.
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
  // Loaded on first use: workers start sooner.
  const { analyze } = require("eslint-scope") as typeof import("eslint-scope");
  const sourceType = sloppy ? "script" : "module";
  const { globalScope } = analyze(program, { ecmaVersion: 2022, sourceType, ignoreEval: true });
  const free = new Map<string, VariableUse>();
  const ranOnce = fn.type === "ClassExpression" ? partsRunOnce(fn) : [];
  for (const reference of globalScope.through) {
    const identifier = reference.identifier as estree.Identifier & Positioned;
    const part = ranOnce.find(({ start, end }) => start <= identifier.start && identifier.end <= end);
    // A function in such a part may still be called.
    if (part !== undefined && !isInFunction(identifier, part, parents)) continue;
    addUse(free, identifier, reference.isWrite() && part === undefined, parents);
  }
  return free;
}

/** The parts of a class that ran when it was made, and do not run again elsewhere: see `RewrittenClass`. */
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

/** The value of a key in brackets that is a literal or a symbol of the language. */
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
