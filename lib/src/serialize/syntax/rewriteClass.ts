/**
 * Rewrites a class so that it can be made again without doing again what it did when it was made (static initializers,
 * static blocks, what stands after `extends`), and so that its instances can be made again without running their constructor. Text in, text out.
 */
import type * as estree from "estree";
import type { Analysis } from "./analyse";
import type { Positioned, PositionedClass } from "./tree";
import { HELPER } from "../message/message";
import { constantKey } from "./analyse";

export interface RewrittenClass {
  readonly code: string;
  /** Where in it V8 says that the class stands. */
  readonly placeOffset: number;
  /** Names with their "#". */
  readonly privateFields: readonly string[];
  readonly staticPrivateFields: readonly string[];
  /** Its methods and accessors, private ones too, the constructor aside. */
  readonly methods: readonly Method[];
  /** Members whose keys stand in brackets, in their order: the rewritten class takes those from its helper. */
  readonly computedMembers: readonly ComputedMember[];
  /** The keys of the fields of its instances, those that `computedMembers` lists aside. */
  readonly fields: ReadonlySet<PropertyKey>;
  /** Fields that are arrow functions, which belong to their instance, with their text. */
  readonly arrowFields: ReadonlyMap<string, string>;
  /** A private method or accessor of its instances, which only its constructor can give. */
  readonly privateMethod: string | undefined;
  /** Has it a base class, or null as one? */
  readonly isDerived: boolean;
}

/** A method or accessor in the body of a class. */
export interface Method {
  /** What no other method of the class that is still there has: see `methodIdOf`. */
  readonly name: string;
  readonly isStatic: boolean;
  readonly part: "value" | "get" | "set";
  /** A private one has its "#"; for one in brackets the how-manieth of those it is. */
  readonly key: string | number;
  readonly isPrivate: boolean;
  /** As V8 gives it. */
  readonly text: string;
  /** Where V8 says that it stands, as an offset in the code of the class. */
  readonly placeOffset: number;
  /** How many parameters it says that it has. */
  readonly length: number;
}

/** A method, or a field of instances; `variable` is its key when that is no more than the name of a variable. */
export type ComputedMember =
  { readonly is: "method"; readonly method: Method } | { readonly is: "field"; readonly variable: string | undefined };

const known = new WeakMap<Analysis, RewrittenClass>();

export function rewriteClass(analysis: Analysis): RewrittenClass {
  let facts = known.get(analysis);
  if (facts === undefined) {
    facts = rewrite(analysis, analysis.classNode as PositionedClass);
    known.set(analysis, facts);
  }
  return facts;
}

type Edit = { start: number; end: number; text: string };

function rewrite(analysis: Analysis, node: PositionedClass): RewrittenClass {
  let { code, placeOffset } = analysis;
  const edits: Edit[] = [];
  const privateFields: string[] = [];
  const staticPrivateFields: string[] = [];
  const computedMembers: ComputedMember[] = [];
  const fields = new Set<PropertyKey>();
  const arrowFields = new Map<string, string>();
  const methods: Method[] = [];
  let privateMethod: string | undefined;
  const takeKey = (key: Positioned, member: ComputedMember): void => {
    edits.push({
      start: key.start,
      end: key.end,
      text: `${HELPER}.keys[${computedMembers.push(member) - 1}]${blank(code, key.start, key.end)}`,
    });
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
        if (key === undefined)
          takeKey(member.key as Positioned, {
            is: "field",
            variable: member.key.type === "Identifier" ? member.key.name : undefined,
          });
        else fields.add(key);
        continue;
      }
      const name = nameOfKey(member);
      if (member.key.type === "PrivateIdentifier") (member.static ? staticPrivateFields : privateFields).push(name);
      else if (!member.static) {
        fields.add(name);
        if (member.value?.type === "ArrowFunctionExpression") arrowFields.set(name, textOf(code, member.value));
      }
      if (member.static && member.value) {
        const value = member.value as Positioned;
        edits.push({ start: value.start, end: value.end, text: `undefined${blank(code, value.start, value.end)}` });
      }
    } else if (member.kind !== "constructor") {
      const method = methodOf(code, member, computedMembers.length);
      methods.push(method);
      if (member.computed) takeKey(member.key as Positioned, { is: "method", method });
      else if (method.isPrivate && !method.isStatic) privateMethod = nameOfKey(member);
    }
  }
  if (node.superClass) {
    const { start, end } = node.superClass as Positioned;
    edits.push({ start, end, text: ` ${HELPER}.base${blank(code, start, end)} ` });
  }
  const isDerived = node.superClass !== null && node.superClass !== undefined;
  if (privateFields.length > 0 || privateMethod !== undefined) makeRevivable(node, isDerived, edits);
  const reachable = [...privateFields, ...staticPrivateFields];
  if (reachable.length > 0 || privateMethod !== undefined) {
    const setters = reachable
      .map((name) => `${JSON.stringify(name)}: (object, value) => { object.${name} = value; }`)
      .join(", ");
    const end = node.body.end - 1;
    edits.push({
      start: end,
      end,
      text: `; static { ${HELPER}.registerClass(this, { ${setters} }, (${HELPER}Code) => eval(${HELPER}Code), ${isDerived}); }`,
    });
  }
  edits.sort((a, b) => b.start - a.start);
  for (const { start, end, text } of edits) {
    code = code.slice(0, start) + text + code.slice(end);
    if (end <= analysis.placeOffset) placeOffset += text.length - (end - start);
  }
  return {
    code,
    placeOffset,
    privateFields,
    staticPrivateFields,
    methods,
    privateMethod,
    isDerived,
    computedMembers,
    fields,
    arrowFields,
  };
}

function methodOf(code: string, member: estree.MethodDefinition, bracket: number): Method {
  const { kind, value } = member;
  const key = member.computed ? bracket : nameOfKey(member);
  const part = kind === "get" || kind === "set" ? kind : "value";
  const first = value.params.findIndex(({ type }) => type === "AssignmentPattern" || type === "RestElement");
  return {
    name: methodIdOf(member.static, part, key),
    isStatic: member.static,
    part,
    key,
    isPrivate: member.key.type === "PrivateIdentifier",
    text: textOf(code, member).replace(member.static ? STATIC : "", ""),
    placeOffset: (value as Positioned).start,
    length: first < 0 ? value.params.length : first,
  };
}
/** V8 begins behind it, and behind what stands between. */
const STATIC = /^static(?:\s|\/\*[^]*?\*\/|\/\/.*)*/;

function textOf(code: string, node: estree.Node): string {
  return code.slice((node as Positioned).start, (node as Positioned).end);
}

/** The key of a member as text; a private one with its "#". */
function nameOfKey({ key }: estree.PropertyDefinition | estree.MethodDefinition): string {
  return key.type === "PrivateIdentifier"
    ? `#${key.name}`
    : key.type === "Identifier"
      ? key.name
      : String((key as estree.Literal).value);
}

/** The line breaks of a piece of code that is taken out, so that later lines keep their numbers. */
function blank(code: string, start: number, end: number): string {
  return "\n".repeat(code.slice(start, end).split("\n").length - 1);
}

function makeRevivable(node: PositionedClass, isDerived: boolean, edits: Edit[]): void {
  for (const member of node.body.body) {
    if (member.type === "PropertyDefinition" && !member.static && member.value) {
      const { start, end } = member.value as Positioned;
      if (/^(Literal|ArrowFunctionExpression|FunctionExpression)$/.test(member.value.type)) continue;
      edits.push({ start, end: start, text: `${HELPER}.reviving ? undefined : (` }, { start: end, end, text: ")" });
    }
    if (member.type !== "MethodDefinition" || member.kind !== "constructor") continue;
    const fn = member.value;
    const guard = `if (${HELPER}.reviving) { ${isDerived ? "super(); " : ""}return; }`;
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

/** What names a method in its class: its key, or the how-manieth of the keys in brackets it is. */
export function methodIdOf(isStatic: boolean, part: string, key: string | number): string {
  return `/${isStatic ? "static " : ""}${part} ${typeof key === "number" ? `[${key}]` : `.${key}`}`;
}
