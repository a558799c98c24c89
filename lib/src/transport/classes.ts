/**
 * Rewrites a class so that it can be made again without doing again what it did when it was made (static initializers,
 * static blocks, what stands after `extends`), and so that its instances can be made again without running their constructor. Text in, text out.
 */
import type * as estree from "estree";
import type { Analysis, Positioned, PositionedClass } from "./analyse";
import { HELPER } from "./classHelper";
import { constantKey } from "./once";

export interface ClassFacts {
  readonly code: string;
  /** Names with their "#". */
  readonly privateFields: readonly string[];
  readonly staticPrivateFields: readonly string[];
  /** Static fields, private ones aside: their values are sent, never computed again. */
  readonly staticFields: ReadonlySet<string>;
  /** Members whose keys stand in brackets, in their order: the rewritten class takes those from its helper. */
  readonly inBrackets: readonly InBrackets[];
  /** The keys of the fields of its instances, those that `inBrackets` lists aside. */
  readonly fields: ReadonlySet<PropertyKey>;
  /** Fields that are arrow functions, which belong to their instance. */
  readonly arrows: readonly string[];
  /** Its instances have private methods or accessors, which only its constructor can give. */
  readonly privateMethods: boolean;
}

/** A method with its text, or a field of instances; `variable` is its key when that is no more than the name of a variable. */
export type InBrackets =
  | { readonly is: "method"; readonly isStatic: boolean; readonly text: string }
  | { readonly is: "field"; readonly variable: string | undefined };

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
  const inBrackets: InBrackets[] = [];
  const fields = new Set<PropertyKey>();
  const arrows: string[] = [];
  let privateMethods = false;
  const takeKey = (key: Positioned, member: InBrackets): void => {
    edits.push({ start: key.start, end: key.end, text: `${HELPER}.keys[${inBrackets.push(member) - 1}]${blank(code, key.start, key.end)}` });
  };
  for (const member of node.body.body) {
    const { start, end } = member as Positioned;
    if (member.type === "StaticBlock") {
      edits.push({ start, end, text: `static {${blank(code, start, end)}}` });
    } else if (member.type === "PropertyDefinition") {
      if (member.static && member.computed) {
        // What static fields hold is sent as properties; their names stand there too.
        edits.push({ start, end, text: blank(code, start, end) });
        continue;
      }
      if (member.computed) {
        const key = constantKey(member.key);
        if (key === undefined) takeKey(member.key as Positioned, { is: "field", variable: member.key.type === "Identifier" ? member.key.name : undefined });
        else fields.add(key);
        continue;
      }
      const name = nameOfKey(member);
      if (member.key.type === "PrivateIdentifier") (member.static ? staticPrivateFields : privateFields).push(name);
      else if (member.static) staticFields.add(name);
      else {
        fields.add(name);
        if (member.value?.type === "ArrowFunctionExpression") arrows.push(name);
      }
      if (member.static && member.value) {
        const value = member.value as Positioned;
        edits.push({ start: value.start, end: value.end, text: `undefined${blank(code, value.start, value.end)}` });
      }
    } else if (member.computed) {
      takeKey(member.key as Positioned, { is: "method", isStatic: member.static, text: code.slice(start, end).replace(/^static\b\s*/, "") });
    } else if (member.key.type === "PrivateIdentifier" && !member.static) {
      privateMethods = true;
    }
  }
  if (node.superClass) {
    const { start, end } = node.superClass as Positioned;
    edits.push({ start, end, text: ` ${HELPER}.base${blank(code, start, end)} ` });
  }
  if (privateFields.length > 0 || privateMethods) makeRevivable(node, edits);
  const reachable = [...privateFields, ...staticPrivateFields];
  if (reachable.length > 0 || privateMethods) {
    const setters = reachable.map((name) => `${JSON.stringify(name)}: (object, value) => { object.${name} = value; }`).join(", ");
    const end = node.body.end - 1;
    edits.push({ start: end, end, text: `; static { ${HELPER}.own(this, { ${setters} }, (${HELPER}Code) => eval(${HELPER}Code)); }` });
  }
  edits.sort((a, b) => b.start - a.start);
  for (const { start, end, text } of edits) code = code.slice(0, start) + text + code.slice(end);
  return { code, privateFields, staticPrivateFields, staticFields, privateMethods, inBrackets, fields, arrows };
}

/** The key of a field as text; a private one with its "#". */
function nameOfKey({ key }: estree.PropertyDefinition): string {
  return key.type === "PrivateIdentifier" ? `#${key.name}` : key.type === "Identifier" ? key.name : String((key as estree.Literal).value);
}

/** The line breaks of a piece of code that is taken out, so that later lines keep their numbers. */
function blank(code: string, start: number, end: number): string {
  return "\n".repeat(code.slice(start, end).split("\n").length - 1);
}

function makeRevivable(node: PositionedClass, edits: Edit[]): void {
  const derived = node.superClass !== null && node.superClass !== undefined;
  for (const member of node.body.body) {
    if (member.type === "PropertyDefinition" && !member.static && member.value) {
      const { start, end } = member.value as Positioned;
      if (/^(Literal|ArrowFunctionExpression|FunctionExpression)$/.test(member.value.type)) continue;
      edits.push({ start, end: start, text: `${HELPER}.reviving ? undefined : (` }, { start: end, end, text: ")" });
    }
    if (member.type !== "MethodDefinition" || member.kind !== "constructor") continue;
    const fn = member.value;
    const guard = `if (${HELPER}.reviving) { ${derived ? "super(); " : ""}return; }`;
    const body = fn.body as Positioned;
    if (fn.params.every((parameter) => parameter.type === "Identifier")) {
      edits.push({ start: body.start + 1, end: body.start + 1, text: ` ${guard} ` });
    } else {
      // Patterns and defaults would fail on the missing arguments. In an arrow function behind the guard all means what it meant.
      const { start } = fn as unknown as Positioned;
      edits.push(
        { start, end: start, text: `(...${HELPER}Args) { ${guard} return (` },
        { start: body.start, end: body.start, text: "=> " },
        { start: body.end, end: body.end, text: `)(...${HELPER}Args); }` },
      );
    }
  }
}
