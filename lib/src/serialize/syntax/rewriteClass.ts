/**
 * Rewrites a class so that it can be made again without doing again what it did when it was made (static initializers,
 * static blocks, what stands after `extends`), and so that its instances can be made again without running their constructor. Text in, text out.
 */
import type * as estree from "estree";
import type { Analysis } from "./analyse";
import { constructorOf } from "./tree";
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
  let rewritten = known.get(analysis);
  if (rewritten === undefined) {
    rewritten = new ClassRewriter(analysis, analysis.classNode as PositionedClass).rewrite();
    known.set(analysis, rewritten);
  }
  return rewritten;
}

class ClassRewriter {
  private readonly edits: { start: number; end: number; text: string }[] = [];
  private readonly privateFields: string[] = [];
  private readonly staticPrivateFields: string[] = [];
  private readonly computedMembers: ComputedMember[] = [];
  private readonly arrowFields = new Map<string, string>();
  private readonly methods: Method[] = [];
  private privateMethod: string | undefined;
  private readonly code: string;

  constructor(
    private readonly analysis: Analysis,
    private readonly node: PositionedClass,
  ) {
    this.code = analysis.code;
  }

  rewrite(): RewrittenClass {
    const { body, superClass } = this.node;
    for (const member of body.body) {
      if (member.type === "StaticBlock") this.replace(member, "static {", "}");
      else if (member.type === "PropertyDefinition") this.field(member);
      else if (member.kind !== "constructor") this.method(member);
    }
    const isDerived = superClass !== null && superClass !== undefined;
    if (isDerived) this.replace(superClass, ` ${HELPER}.base`, " ");
    const reachable = [...this.privateFields, ...this.staticPrivateFields];
    if (this.privateFields.length > 0 || this.privateMethod !== undefined) this.makeRevivable(isDerived);
    if (reachable.length > 0 || this.privateMethod !== undefined) this.registerClass(reachable, isDerived);
    const { privateFields, staticPrivateFields, methods, privateMethod, computedMembers, arrowFields } = this;
    return {
      ...this.edited(),
      privateFields,
      staticPrivateFields,
      methods,
      privateMethod,
      isDerived,
      computedMembers,
      arrowFields,
    };
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
      this.arrowFields.set(name, textOf(this.code, member.value));
    if (member.static && member.value) this.replace(member.value, "undefined");
  }

  private method(member: estree.MethodDefinition): void {
    const method = methodOf(this.code, member, this.computedMembers.length);
    this.methods.push(method);
    if (member.computed) this.takeKey(member.key, { is: "method", method });
    else if (method.isPrivate && !method.isStatic) this.privateMethod = nameOfKey(member);
  }

  private takeKey(key: estree.Node, member: ComputedMember): void {
    this.replace(key, `${HELPER}.keys[${this.computedMembers.push(member) - 1}]`);
  }

  /** Makes constructors and initializers do nothing while the helper is reviving an instance. */
  private makeRevivable(isDerived: boolean): void {
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
    const guard = `if (${HELPER}.reviving) { ${isDerived ? "super(); " : ""}return; }`;
    const body = fn.body as Positioned;
    if (fn.params.every((parameter) => parameter.type === "Identifier")) {
      this.insert(body.start + 1, ` ${guard} `);
      return;
    }
    // Patterns and defaults would fail on the missing arguments. In an arrow function behind the guard all means what it meant.
    this.insert((fn as estree.Node as Positioned).start, `(...${HELPER}Args) { ${guard} return (`);
    this.insert(body.start, "=> ");
    this.insert(body.end, `)(...${HELPER}Args); }`);
  }

  private registerClass(reachable: readonly string[], isDerived: boolean): void {
    const setters = reachable
      .map((name) => `${JSON.stringify(name)}: (object, value) => { object.${name} = value; }`)
      .join(", ");
    this.insert(
      this.node.body.end - 1,
      `; static { ${HELPER}.registerClass(this, { ${setters} }, (${HELPER}Code) => eval(${HELPER}Code), ${isDerived}); }`,
    );
  }

  private insert(at: number, text: string): void {
    this.edits.push({ start: at, end: at, text });
  }

  /** Puts other text in the place of a node, with its line breaks, so that later lines keep their numbers. */
  private replace(node: estree.Node, before: string, after = ""): void {
    const { start, end } = node as Positioned;
    const breaks = this.code.slice(start, end).replace(/[^\n]/g, "");
    this.edits.push({ start, end, text: before + breaks + after });
  }

  private edited(): { code: string; placeOffset: number } {
    let { code, placeOffset } = this.analysis;
    for (const { start, end, text } of this.edits.sort((a, b) => b.start - a.start)) {
      code = code.slice(0, start) + text + code.slice(end);
      if (end <= this.analysis.placeOffset) placeOffset += text.length - (end - start);
    }
    return { code, placeOffset };
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

/** What names a method in its class: its key, or the how-manieth of the keys in brackets it is. */
export function methodIdOf(isStatic: boolean, part: string, key: string | number): string {
  return `/${isStatic ? "static " : ""}${part} ${typeof key === "number" ? `[${key}]` : `.${key}`}`;
}
