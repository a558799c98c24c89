/** What a function uses beside variables: `this`, `super`, private names, `eval`, imports. */
import type * as estree from "estree";
import { childrenOf, descendants, isAssigned, isClass, memberPathFrom, type Parents, type Positioned } from "./tree";

/** The properties that a function reads of its `this`, and those of them that it calls. */
export interface ThisUse {
  readonly read: Set<string>;
  readonly called: Set<string>;
  /** Those that it assigns, or in which it assigns something. */
  readonly assigned: Set<string>;
  /** It uses `this` in another way, too, so all of it may be needed. */
  whole: boolean;
}

export interface Import {
  readonly start: number;
  readonly end: number;
  readonly kind: "call" | "meta";
}

/** What holds at a node of the tree. */
interface Context {
  /** `this` here is that of the function. */
  readonly this: boolean;
  readonly super: boolean;
  /** The private names of the classes around. */
  readonly declared: ReadonlySet<string>;
  /** The context around the innermost class. */
  readonly around?: Context;
}

export class Usage {
  /** Does `this` or `new.target` stand there? */
  usesThis = false;
  readonly thisUse: ThisUse = { read: new Set(), called: new Set(), assigned: new Set(), whole: false };
  callsEval = false;
  needsClass: "super" | "a private name" | undefined;
  readonly imports: Import[] = [];
  readonly parents = new Map<estree.Node, estree.Node>();

  /** @param root the tree in which `fn` stands, where that is more than `fn` */
  constructor(
    private readonly fn: Positioned,
    root: estree.Node | undefined,
  ) {
    if (root !== undefined) for (const { node, parent } of descendants(root)) this.parents.set(node, parent);
    this.visit(fn, { this: true, super: true, declared: new Set() });
  }

  private visit(node: Positioned, context: Context): void {
    this.note(node, context);
    const inner = this.inside(node, context);
    for (const child of childrenOf(node)) {
      this.parents.set(child, node);
      const isOutside = isOutsideOfItsClass(child, node);
      this.visit(child, isOutside ? { ...inner, ...(inner.around ?? context), declared: inner.declared } : inner);
    }
  }

  private note(node: Positioned, context: Context): void {
    if (node.type === "ThisExpression" && context.this) {
      this.usesThis = true;
      noteThis(this.thisUse, node, this.parents);
    } else if (node.type === "MetaProperty") {
      if (node.meta.name === "import") this.imports.push({ start: node.start, end: node.end, kind: "meta" });
      else if (context.this) this.usesThis = this.thisUse.whole = true;
    } else if (node.type === "Super" && context.super) {
      this.needsClass = "super";
    } else if (node.type === "PrivateIdentifier") {
      if (!context.declared.has(node.name)) this.needsClass ??= "a private name";
    } else if (node.type === "ImportExpression") {
      this.imports.push({ start: node.start, end: node.start + "import".length, kind: "call" });
    } else if (node.type === "CallExpression") {
      if (node.callee.type === "Identifier" && node.callee.name === "eval") this.callsEval = true;
    }
  }

  private inside(node: Positioned, context: Context): Context {
    // The kind of the function itself says whether it has a `this`.
    if (/^Function/.test(node.type) && node !== this.fn) return { ...context, this: false };
    if (node.type === "Property" && (node.method || node.kind !== "init")) return { ...context, super: false };
    if (!isClass(node)) return context;
    const declared = new Set([...context.declared, ...privateNamesOf(node)]);
    return { this: false, super: false, declared, around: context };
  }
}

/** The expression after `extends` and keys in brackets see the `this` and `super` around the class. */
function isOutsideOfItsClass(node: estree.Node, parent: estree.Node): boolean {
  if (isClass(parent)) return node === parent.superClass;
  return (
    (parent.type === "MethodDefinition" || parent.type === "PropertyDefinition") &&
    parent.computed &&
    node === parent.key
  );
}

function privateNamesOf({ body }: estree.Class): string[] {
  return body.body.flatMap((member) =>
    member.type !== "StaticBlock" && member.key.type === "PrivateIdentifier" ? [member.key.name] : [],
  );
}

function noteThis(use: ThisUse, node: estree.Node, parents: Parents): void {
  const noteRead = (name: string | undefined): void => {
    if (name === undefined) use.whole = true;
    else use.read.add(name);
  };
  const parent = parents.get(node);
  if (parent?.type === "VariableDeclarator" && parent.id.type === "ObjectPattern") {
    for (const property of parent.id.properties)
      noteRead(property.type === "Property" ? keyOf(property.key, property.computed) : undefined);
    return;
  }
  if (parent?.type !== "MemberExpression" || parent.object !== node) {
    use.whole = true;
    return;
  }
  const name = keyOf(parent.property, parent.computed);
  if (isAssigned(memberPathFrom(node, parents), parents)) use.assigned.add(name ?? "");
  noteRead(isAssigned(parent, parents) ? undefined : name);
  const around = parents.get(parent);
  const isCalled =
    (around?.type === "CallExpression" && around.callee === parent) || around?.type === "TaggedTemplateExpression";
  if (name !== undefined && isCalled) use.called.add(name);
}

function keyOf(key: estree.Node, computed: boolean): string | undefined {
  if (key.type === "Identifier" && !computed) return key.name;
  return key.type === "Literal" && typeof key.value === "string" ? key.value : undefined;
}
