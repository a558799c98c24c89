/**
 * What the source text of one function says: what kind of thing it is, which names it takes from outside, and how to
 * write it so that it can be evaluated elsewhere. It knows text only: no values, no workers.
 */
import type * as estree from "estree";
import { collect, constructorOf, descendants } from "./usage";
import { parseFunction, underTheNameM } from "./parseFunction";
import { dependsOnSloppyMode } from "./strictMode";
import { runOnce } from "./classEvaluation";
import type { ThisUse } from "./thisUsage";
import { isAssigned, pathFrom } from "./assignmentTargets";

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
  readonly placeOffset: number;
  /** An expression: the function itself, or an object literal that holds the method under the name "m". */
  readonly code: string;
  /** The names it takes from outside. */
  readonly freeVariables: ReadonlyMap<string, VariableUse>;
  /** An arrow function (or what stands inside it) that uses the `this` around it. */
  readonly outerThis: boolean;
  /** What an arrow function does with the `this` around it, and any other with its own. */
  readonly self: ThisUse;
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
  readonly imports: readonly { start: number; end: number; kind: "call" | "meta" }[];
  readonly kind: "class" | "arrow" | "function" | "generator";
  /** The class, for those who take it apart. */
  readonly classNode: PositionedClass | undefined;
}
export type Positioned = estree.Node & { start: number; end: number };
export type PositionedClass = estree.Class & { start: number; end: number; body: { start: number; end: number } };

// Loaded when the first function is sent: workers that send none do not need it, and start sooner.
const analyze: typeof import("eslint-scope").analyze = (program, options) =>
  (require("eslint-scope") as typeof import("eslint-scope")).analyze(program, options);

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
  const { program, code, sloppy } = parseFunction(source);
  const expression = (program.body[0] as estree.ExpressionStatement).expression as Positioned;
  let form: Analysis["form"] = "expression";
  let fn = expression;
  let text = code;
  if (expression.type === "ObjectExpression") {
    const property = expression.properties[0] as estree.Property;
    form = property.kind === "get" ? "getter" : property.kind === "set" ? "setter" : "method";
    fn = property.value as Positioned;
    text = underTheNameM(code, property, fn);
  }
  const facts = collect(fn, expression === fn ? undefined : program);
  const scopes = analyze(program as estree.Program, {
    ecmaVersion: 2022,
    sourceType: sloppy ? "script" : "module",
    ignoreEval: true,
  });
  const free = new Map<string, VariableUse>();
  const over = fn.type === "ClassExpression" ? runOnce(fn) : [];
  for (const reference of scopes.globalScope?.through ?? []) {
    const identifier = reference.identifier as Positioned;
    const part = over.find(({ start, end }) => start <= identifier.start && identifier.end <= end);
    // Functions that were made then may be there still.
    if (part !== undefined && !isInFunction(identifier, part, facts.parents)) continue;
    addUse(free, identifier, reference.isWrite() && part === undefined, facts.parents);
  }
  // A key such as [name](){} was worked out where the method was made; here it is gone.
  if (form !== "expression" && text !== code) {
    for (const name of [...free.keys()]) if (!mentions(fn, name)) free.delete(name);
  }
  const isClass = fn.type === "ClassExpression";
  const kind = isClass
    ? "class"
    : fn.type === "ArrowFunctionExpression"
      ? "arrow"
      : (fn as estree.FunctionExpression).generator === true
        ? "generator"
        : "function";
  return {
    form,
    code: text,
    placeOffset: headOf(fn, code) + text.length - code.length,
    freeVariables: free,
    sloppy,
    kind,
    dependsOnSloppyMode: dependsOnSloppyMode(fn),
    outerThis: kind === "arrow" && facts.usesThis,
    self: facts.needsHome === undefined && !facts.callsEval ? facts.self : { ...facts.self, whole: true },
    outerArguments: kind === "arrow" && free.has("arguments"),
    needsClass: facts.needsHome,
    callsEval: free.has("eval") && facts.callsEval,
    imports: facts.imports.map(({ start, end, kind }) => ({
      start: start + text.length - code.length,
      end: end + text.length - code.length,
      kind,
    })),
    classNode: isClass ? (fn as unknown as PositionedClass) : undefined,
  };
}

function headOf(fn: Positioned, code: string): number {
  if (fn.type === "ClassExpression") return ((constructorOf(fn) ?? fn) as Positioned).start;
  return fn.type === "FunctionExpression"
    ? code.indexOf("(", (fn.id as Positioned | null | undefined)?.end ?? fn.start)
    : fn.start;
}

/** Does a function stand around `node`, within `part`? */
function isInFunction(node: estree.Node, part: estree.Node, parents: Map<estree.Node, estree.Node>): boolean {
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
  identifier: Positioned,
  written: boolean,
  parents: Map<estree.Node, estree.Node>,
): void {
  const name = (identifier as estree.Node as estree.Identifier).name;
  const parent = parents.get(identifier);
  let member: string | undefined;
  if (parent?.type === "MemberExpression" && parent.object === (identifier as estree.Node)) {
    if (!parent.computed && parent.property.type === "Identifier") member = parent.property.name;
    else if (parent.computed && parent.property.type === "Literal") member = String(parent.property.value);
  }
  let use = free.get(name);
  if (use === undefined) {
    use = { written: false, members: new Set(), assigned: new Set(), changed: new Set() };
    free.set(name, use);
  }
  use.written ||= written;
  const path = pathFrom(identifier, parents);
  if (path !== identifier && isAssigned(path, parents))
    (path === parent ? use.assigned : use.changed).add(member ?? "");
  if (member === undefined) use.members = undefined;
  else use.members?.add(member);
}
