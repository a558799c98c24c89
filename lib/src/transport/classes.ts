/**
 * Rewrites a class so that it can be made again without doing again what it did when it was made (static initializers,
 * static blocks, what stands after `extends`), and so that its instances can be made again without running their constructor. Text in, text out.
 */
import type * as estree from "estree";
import type { Analysis, Positioned, PositionedClass } from "./analyse";

/** The name under which the rewritten class finds its helper: see `ClassHelper`. */
export const HELPER = "__parallelTypescript";

/** What a rewritten class talks to while it is made and while its instances are made again. */
export interface ClassHelper {
  /** An instance is being made again: constructors and initializers do nothing. */
  reviving: boolean;
  /** The base class of the class that is being made. */
  base: unknown;
  /** Called by a class with access to its private fields. */
  own(owner: Function, fields: Record<string, (object: object, value: unknown) => void>): void;
}

export interface ClassFacts {
  readonly code: string;
  /** Names with their "#". */
  readonly privateFields: readonly string[];
  readonly staticPrivateFields: readonly string[];
  /** Static fields, private ones aside: their values are sent, never computed again. */
  readonly staticFields: ReadonlySet<string>;
  /** It has keys in brackets, which are worked out when it is made. */
  readonly computedKeys: boolean;
  /** Its instances have private methods or accessors, which only its constructor can give. */
  readonly privateMethods: boolean;
}

const known = new WeakMap<Analysis, ClassFacts>();

export function rewriteClass(analysis: Analysis): ClassFacts {
  let facts = known.get(analysis);
  if (facts === undefined) {
    facts = rewrite(analysis.code, analysis.classNode as PositionedClass);
    known.set(analysis, facts);
  }
  return facts;
}

type Edit = { start: number; end: number; text: string };

function rewrite(code: string, node: PositionedClass): ClassFacts {
  const edits: Edit[] = [];
  const privateFields: string[] = [];
  const staticPrivateFields: string[] = [];
  const staticFields = new Set<string>();
  let privateMethods = false;
  for (const member of node.body.body) {
    if (member.type === "StaticBlock") {
      const { start, end } = member as Positioned;
      edits.push({ start, end, text: `static {${blank(code, start, end)}}` });
    } else if (member.type === "PropertyDefinition") {
      if (member.key.type === "PrivateIdentifier") (member.static ? staticPrivateFields : privateFields).push(`#${member.key.name}`);
      else if (member.static && !member.computed) staticFields.add(member.key.type === "Identifier" ? member.key.name : String((member.key as estree.Literal).value));
      if (member.static && member.value !== null && member.value !== undefined) {
        const { start, end } = member.value as Positioned;
        edits.push({ start, end, text: `undefined${blank(code, start, end)}` });
      }
    } else if (member.key.type === "PrivateIdentifier" && !member.static) {
      privateMethods = true;
    }
  }
  if (node.superClass) {
    const { start, end } = node.superClass as Positioned;
    edits.push({ start, end, text: ` ${HELPER}.base${blank(code, start, end)} ` });
  }
  if (privateFields.length > 0 || privateMethods) makeRevivable(code, node, edits);
  const reachable = [...privateFields, ...staticPrivateFields];
  if (reachable.length > 0 || privateMethods) {
    const setters = reachable.map((name) => `${JSON.stringify(name)}: (object, value) => { object.${name} = value; }`).join(", ");
    const end = node.body.end - 1;
    edits.push({ start: end, end, text: `; static { ${HELPER}.own(this, { ${setters} }); }` });
  }
  edits.sort((a, b) => b.start - a.start);
  for (const { start, end, text } of edits) code = code.slice(0, start) + text + code.slice(end);
  const computedKeys = node.body.body.some((member) => member.type !== "StaticBlock" && member.computed);
  return { code, privateFields, staticPrivateFields, staticFields, privateMethods, computedKeys };
}

/** The line breaks of a piece of code that is taken out, so that later lines keep their numbers. */
function blank(code: string, start: number, end: number): string {
  return "\n".repeat(code.slice(start, end).split("\n").length - 1);
}

function makeRevivable(code: string, node: PositionedClass, edits: Edit[]): void {
  const derived = node.superClass !== null && node.superClass !== undefined;
  for (const member of node.body.body) {
    if (member.type === "PropertyDefinition" && !member.static && member.value) {
      const { start, end } = member.value as Positioned;
      if (/^(Literal|ArrowFunctionExpression|FunctionExpression)$/.test(member.value.type)) continue;
      edits.push({ start, end: start, text: `${HELPER}.reviving ? undefined : (` }, { start: end, end, text: ")" });
    }
    if (member.type !== "MethodDefinition" || member.kind !== "constructor") continue;
    const fn = member.value;
    const guard = `if (${HELPER}.reviving) { ${derived ? "super(); " : ""}return; } `;
    const body = (fn.body as Positioned).start + 1;
    if (fn.params.every((parameter) => parameter.type === "Identifier" || parameter.type === "RestElement")) {
      edits.push({ start: body, end: body, text: ` ${guard}` });
    } else {
      // Patterns and defaults would fail on the missing arguments, so they are taken apart after the guard.
      const [first, last] = [fn.params[0] as Positioned, fn.params[fn.params.length - 1] as Positioned];
      edits.push(
        { start: first.start, end: last.end, text: blank(code, first.start, last.end) },
        { start: body, end: body, text: ` ${guard}let [${code.slice(first.start, last.end).replace(/\s*\n\s*/g, " ")}] = arguments; ` },
      );
    }
  }
}
