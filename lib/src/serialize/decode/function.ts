/** Makes functions of a message again: first the scopes that they close over, in these their source, and later the values of their variables. */
import { getOrMake } from "../../base/getOrMake";
import type { Decoder } from "./decoder";
import { addFunctionProperties, setNameAndLength } from "./properties";
import { evaluateHere, evaluateOnce } from "./evaluate";
import { helper, privateMethod, setPrivateFields } from "./instances";
import { registerId } from "../message/ids";
import { Layout, type ScriptText } from "./scriptLayout";
import { ARROW_MAKER, codeOf, makerCode, workerScopeCode, type MadeScope, type ScopeMaker } from "./generatedCode";
import { evaluateInClass } from "../encode/privateMembers";
import { noteOwner } from "../encode/prototypes";
import { noteMethods } from "../encode/userClass";
import { noteSource } from "../v8/sourceText";
import type { FunctionNode, Node, ScopeNode, Ref } from "../message/message";

type MemberNode = Extract<Node, { is: "member" }>;

/** The scopes that this worker has for itself, because its initializer assigns to them. */
const scopesOfWorker = new Map<string, MadeScope>();

export class FunctionDecoder {
  readonly made = new Map<string, Function>();
  private readonly scopes: (MadeScope | undefined)[] = [];

  /** Scopes around a function of sloppy mode: code in a strict scope would be strict. */
  private readonly sloppy = new Set<number>();
  private readonly layout: Layout;
  /** The index of each function and scope among the parts of its scope; those without are evaluated alone. */
  private readonly parts = new Map<FunctionNode | number, number>();

  constructor(private readonly decoder: Decoder) {
    const { nodes, scopes } = decoder.message;
    const functions = nodes.filter((node) => node.is === "function");
    for (const node of functions) {
      if (!node.sloppy) continue;
      for (let scope = node.scope; scope >= 0; scope = (scopes.at(scope) as ScopeNode).parent) this.sloppy.add(scope);
    }
    this.layout = new Layout(scopes, functions, this.sloppy);
  }

  private note(id: string, fn: Function): void {
    this.made.set(id, fn);
    registerId(id, fn);
  }

  make(node: FunctionNode | MemberNode, made: (value: unknown) => void): void {
    const known = this.decoder.knownFunction(node.id, node.is === "function" && node.isClass);
    if (known !== undefined) made(known);
    else if (node.is === "function") this.function(node, made);
    else {
      const member = this.member(node);
      made(member);
      this.decoder.fillLater(() => {
        addFunctionProperties(this.decoder, member, node);
      });
    }
  }

  private function(node: FunctionNode, made: (value: unknown) => void): void {
    const scope =
      node.enclosingClass === undefined
        ? this.scopeOf(node)
        : bodyOf(this.decoder.value(node.enclosingClass) as Function);
    const base = this.decoder.value(node.baseClass);
    const keys = node.computedKeys.map((key) => this.decoder.value(key));
    const around =
      node.usesThis || node.args !== undefined
        ? (scope.evaluate(bareMaker([], node.sloppy)) as ScopeMaker).call(this.decoder.value(node.self), helper)
        : scope;
    const inside = node.args === undefined ? around : this.withArguments(around, node, node.args);
    helper.base = base;
    helper.keys = keys;
    const fn = this.evaluate(inside, node);
    this.note(node.id, fn);
    noteSource(fn, node.source, node.position, keys as PropertyKey[]);
    if (node.isClass) noteOwner(fn.prototype as object, fn);
    if (node.isClass) noteMethods(fn, keys as PropertyKey[], (name, method) => this.note(node.id + name, method));
    made(fn);
    this.decoder.fillLater(() => {
      this.fillScopes(node.scope);
      setNameAndLength(fn, node);
      addFunctionProperties(this.decoder, fn, node);
      if (node.staticPrivates !== undefined) setPrivateFields(this.decoder, fn, fn, node.staticPrivates);
    });
  }

  private evaluate(scope: MadeScope, node: FunctionNode): Function {
    const part = this.parts.get(node);
    const made: unknown = part === undefined ? scope.evaluate(codeOf(node)) : scope.parts[part]?.();
    if (node.form === "expression") return made as Function;
    const { get, set, value } = Object.getOwnPropertyDescriptor(made, "m") as Record<"get" | "set" | "value", Function>;
    return node.form === "getter" ? get : node.form === "setter" ? set : value;
  }

  /** A scope in which `arguments` are those of the function around. */
  private withArguments(scope: MadeScope, node: FunctionNode, args: readonly Ref[]): MadeScope {
    const make = scope.evaluate(`(function () { return { args: arguments, scope: ${ARROW_MAKER} }; })`) as (
      ...args: unknown[]
    ) => { args: unknown[]; scope: MadeScope };
    const made = make.apply(
      this.decoder.value(node.self),
      args.map(() => undefined),
    );
    this.decoder.fillLater(() => {
      args.forEach((argument, index) => {
        made.args[index] = this.decoder.value(argument);
      });
    });
    return made.scope;
  }

  private scopeOf(node: FunctionNode): MadeScope {
    const maker = this.layout.isEmpty(node.scope) ? this.laidOut(this.layout.alone(node)) : undefined;
    return maker === undefined ? this.scope(node.scope) : maker.call(undefined, helper);
  }

  private node(scope: number): ScopeNode {
    return this.decoder.message.scopes.at(scope) as ScopeNode;
  }

  private scope(number: number): MadeScope {
    const make = (): MadeScope => this.maker(number).call(undefined, helper);
    const { workerScope } = this.node(number);
    return (this.scopes[number] ??= workerScope === undefined ? make() : getOrMake(scopesOfWorker, workerScope, make));
  }

  private maker(number: number): ScopeMaker {
    const { parent, variables, workerScope } = this.node(number);
    const isOutermost = !this.layout.isEmpty(number) && this.layout.isEmpty(parent);
    const maker = workerScope === undefined && isOutermost ? this.laidOut(this.layout.scope(number)) : undefined;
    if (maker !== undefined) return maker;
    const around = parent < 0 ? undefined : this.scope(parent);
    const part = this.parts.get(number);
    if (around !== undefined && part !== undefined) return around.parts[part] as ScopeMaker;
    const code = workerScope === undefined ? bareMaker(variables, this.sloppy.has(number)) : workerScopeCode(variables);
    if (around === undefined) return evaluateHere(code) as ScopeMaker;
    return (this.sloppy.has(number) ? (around.evaluateSloppy ?? around.evaluate) : around.evaluate)(code) as ScopeMaker;
  }

  private laidOut(scriptText: ScriptText | undefined): ScopeMaker | undefined {
    const maker = scriptText && (evaluateOnce(scriptText) as ScopeMaker | undefined);
    if (scriptText !== undefined && maker !== undefined)
      for (const [part, index] of scriptText.parts) this.parts.set(part, index);
    return maker;
  }

  private readonly filled = new Set<string>();

  /** Gives the variables of a scope, and of those around it, their values. */
  private fillScopes(number: number): void {
    for (let current = number; current >= 0; current = this.node(current).parent) {
      for (const variable of this.node(current).variables) {
        if (variable.length === 1) continue;
        const [name, slot] = variable;
        const key = `${current} ${name}`;
        // A value that is being made gets here again when it is made.
        if (this.filled.has(key) || this.decoder.isBeingMade(slot)) continue;
        this.filled.add(key);
        this.scopes[current]?.set({ __proto__: null, [name]: this.decoder.value(slot) });
      }
    }
  }

  private member({ id, of, privateName, self }: MemberNode): Function {
    const owner = this.decoder.value(of) as Function;
    if (privateName === undefined) return (this.made.get(id) ?? this.decoder.known(id)) as Function;
    const method = privateMethod(owner, privateName, this.decoder.value(self)) as Function;
    this.note(id, method);
    return method;
  }
}

/** The code that makes a scope without parts. */
function bareMaker(variables: ScopeNode["variables"], sloppy: boolean): string {
  const { opening, closing } = makerCode(variables, sloppy);
  return `(${opening}${closing})`;
}

/** The body of a class as a scope. */
function bodyOf(owner: Function): MadeScope {
  return { evaluate: (code) => evaluateInClass(owner, code), set: () => undefined, parts: [] };
}
