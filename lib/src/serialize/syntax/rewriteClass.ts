/**
 * What the text of a class says, and the class rewritten for a worker. A worker that makes the class again must not repeat what ran when the
 * class was made first (static initializers, static blocks, the expression after `extends`), and it makes instances without running their constructor.
 */
import type * as estree from "estree";
import { getOrMake } from "../../base/getOrMake";
import { HELPER } from "../message/message";
import { analyse, constantKey, type Analysis } from "./analyse";
import { constructorOf, type Positioned, type PositionedClass } from "./tree";

/** A method or accessor in the body of a class. */
export interface Method {
  /** Unique in the class: see `methodIdOf`. */
  readonly name: string;
  readonly isStatic: boolean;
  readonly part: "value" | "get" | "set";
  /** The name, a private one with its "#"; of a key in brackets its index among the keys in brackets. */
  readonly key: string | number;
  readonly isPrivate: boolean;
  /** As V8 gives it. */
  readonly text: string;
  /** The offset in the code of the class at which V8 says that it stands. */
  readonly positionOffset: number;
  /** The `length` that V8 gives the function. */
  readonly length: number;
}

/** A method, or a field of instances; `variable` is its key when that is no more than the name of a variable. */
export type ComputedMember =
  { readonly is: "method"; readonly method: Method } | { readonly is: "field"; readonly variable: string | undefined };

const known = new WeakMap<Analysis, RewrittenClass>();

/** The text of a function that is no class counts as an empty class. */
export function rewriteClass(analysis: Analysis): RewrittenClass {
  const { classNode } = analysis;
  if (classNode === undefined) return rewriteClass(analyse("class {}"));
  return getOrMake(known, analysis, () => new RewrittenClass(analysis, classNode));
}

export class RewrittenClass {
  /** The rewritten class, and the offset in it at which V8 says that the class stands. */
  readonly code: string;
  readonly positionOffset: number;
  /** Names with their "#". */
  readonly privateFields: string[] = [];
  readonly staticPrivateFields: string[] = [];
  /** Methods and accessors, private ones too, without the constructor. */
  readonly methods: Method[] = [];
  /** Members whose keys stand in brackets, in their order. The rewritten class takes these keys from its helper. */
  readonly computedMembers: ComputedMember[] = [];
  /** Fields of instances that are arrow functions, with their text. */
  readonly arrowFields = new Map<string, string>();
  /** A private method or accessor of instances: only the constructor can give it. */
  privateMethod: string | undefined;
  /** It extends a class or null. */
  readonly isDerived: boolean;
  private readonly edits: { start: number; end: number; text: string }[] = [];

  constructor(
    private readonly original: Analysis,
    private readonly node: PositionedClass,
  ) {
    const { body, superClass } = node;
    for (const member of body.body) {
      if (member.type === "StaticBlock") this.replace(member, "static {", "}");
      else if (member.type === "PropertyDefinition") this.field(member);
      else if (member.kind !== "constructor") this.method(member);
    }
    this.isDerived = superClass !== null && superClass !== undefined;
    if (superClass) this.replace(superClass, ` ${HELPER}.base`, " ");
    const hasInstancePrivates = this.privateFields.length > 0 || this.privateMethod !== undefined;
    if (hasInstancePrivates) this.makeRevivable();
    const hasStaticPrivates =
      this.staticPrivateFields.length > 0 || this.methods.some(({ isPrivate, isStatic }) => isPrivate && isStatic);
    if (hasInstancePrivates || hasStaticPrivates) this.registerClass();
    let { code, positionOffset } = original;
    for (const { start, end, text } of this.edits.sort((one, other) => other.start - one.start)) {
      code = code.slice(0, start) + text + code.slice(end);
      if (end <= original.positionOffset) positionOffset += text.length - (end - start);
    }
    this.code = code;
    this.positionOffset = positionOffset;
  }

  private field(member: estree.PropertyDefinition): void {
    if (member.computed) {
      // What static fields hold is sent as properties; their names stand there too.
      if (member.static) this.replace(member, "");
      else if (constantKey(member.key) !== undefined) return;
      else if (member.key.type === "Identifier") this.takeKey(member.key, { is: "field", variable: member.key.name });
      else this.takeKey(member.key, { is: "field", variable: undefined });
      return;
    }
    const name = nameOfKey(member);
    if (member.key.type === "PrivateIdentifier")
      (member.static ? this.staticPrivateFields : this.privateFields).push(name);
    else if (!member.static && member.value?.type === "ArrowFunctionExpression")
      this.arrowFields.set(name, textOf(this.original.code, member.value));
    if (member.static && member.value) this.replace(member.value, "undefined");
  }

  private method(member: estree.MethodDefinition): void {
    const method = methodOf(this.original.code, member, this.computedMembers.length);
    this.methods.push(method);
    if (member.computed) this.takeKey(member.key, { is: "method", method });
    else if (method.isPrivate && !method.isStatic) this.privateMethod = nameOfKey(member);
  }

  private takeKey(key: estree.Node, member: ComputedMember): void {
    this.replace(key, `${HELPER}.keys[${this.computedMembers.push(member) - 1}]`);
  }

  /** While the helper revives an instance, the constructor and the initializers do nothing. */
  private makeRevivable(): void {
    for (const member of this.node.body.body) {
      if (member.type === "PropertyDefinition" && !member.static && member.value) {
        if (/^(Literal|ArrowFunctionExpression|FunctionExpression)$/.test(member.value.type)) continue;
        const { start, end } = member.value as Positioned;
        this.insert(start, `${HELPER}.reviving ? undefined : (`);
        this.insert(end, ")");
      }
    }
    const fn = constructorOf(this.node);
    if (fn === undefined) return;
    const guard = `if (${HELPER}.reviving) { ${this.isDerived ? "super(); " : ""}return; }`;
    const body = fn.body as Positioned;
    if (fn.params.every((parameter) => parameter.type === "Identifier")) {
      this.insert(body.start + 1, ` ${guard} `);
      return;
    }
    // Patterns and defaults would fail on the missing arguments: they move into an arrow function behind the guard, where `this` and `super` stay the same.
    this.insert((fn as estree.Node as Positioned).start, `(...${HELPER}Args) { ${guard} return (`);
    this.insert(body.start, "=> ");
    this.insert(body.end, `)(...${HELPER}Args); }`);
  }

  private registerClass(): void {
    this.insert(
      this.node.body.end - 1,
      `; static { ${HELPER}.registerClass(this, (${HELPER}Code) => eval(${HELPER}Code)); }`,
    );
  }

  private insert(at: number, text: string): void {
    this.edits.push({ start: at, end: at, text });
  }

  /** Replaces a node, but keeps its line breaks, so that later lines keep their numbers. */
  private replace(node: estree.Node, before: string, after = ""): void {
    const { start, end } = node as Positioned;
    const breaks = this.original.code.slice(start, end).replace(/[^\n]/g, "");
    this.edits.push({ start, end, text: before + breaks + after });
  }
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
    positionOffset: (value as Positioned).start,
    length: first < 0 ? value.params.length : first,
  };
}
/** The text of a static method that V8 gives begins after this. */
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

/** Names a method in its class: by its key, or by the index of its key in brackets. */
export function methodIdOf(isStatic: boolean, part: string, key: string | number): string {
  return `/${isStatic ? "static " : ""}${part} ${typeof key === "number" ? `[${key}]` : `.${key}`}`;
}
