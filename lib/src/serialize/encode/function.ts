/** How a function becomes a node of a message: its source, its position, and what it has beside its source. */
import { join } from "node:path";
import { types } from "node:util";
import { ownValue } from "../../base/reflect";
import { exportNameOf } from "../names/esmExports";
import { isExportOf } from "../names/loadedModules";
import { analyse, withoutOwnName, type Analysis } from "../syntax/analyse";
import { Capture } from "./closure";
import type { Encoder } from "./encoder";
import { ClassEncoder, classAround, classOfMethod, classesAround } from "./class";
import { classesOfThing } from "./prototypes";
import { memberOf } from "./userClass";
import { remoteId, idOf } from "../message/ids";
import { isInSloppyCode, isReassigned } from "../v8/declarations";
import { boundPartsOf, closureOf, isPositionKnown, positionOf, type Closure } from "../v8/inspector";
import { isSloppy } from "../syntax/strictMode";
import { BEGINNING } from "../../base/ownFiles";
import { isFileTask } from "../names/fileTask";
import { ANY_TEXT, exportedName, nameInWorkers } from "../names/lookup";
import { unregisterName, isModuleExport } from "../names/registry";
import type { Name } from "../message/message";
import { functionExtrasOf } from "./functionProperties";
import { nameFor, theFunction } from "./valuePath";
import type { ThisUse } from "../syntax/usage";
import { assignedIn, neededOfThis, outerThisAndArguments, useOf } from "./thisProperties";
import { authorPositionOf, fingerprint, isNative, isOfNode, sourceOf } from "../v8/sourceText";
import type { Node, Ref } from "../message/message";

export class FunctionEncoder {
  readonly captured: Capture;
  private readonly classes: ClassEncoder;

  constructor(private readonly to: Encoder) {
    this.captured = new Capture(to);
    this.classes = new ClassEncoder(to);
  }

  /** The node of a function; undefined when it needs a class that was not found yet, see `inItsClass`. */
  encode(fn: Function): Node | undefined {
    // The `require` of a notebook's cells is one.
    if (types.isProxy(fn) && !isRequire(fn))
      this.to.refuse("a Proxy cannot be looked into. Send what is behind it, and make the Proxy there.");
    // One question to V8 for its position and its variables.
    const closure = isNative(fn) || isPositionKnown(fn) ? undefined : closureOf(fn);
    const name = this.moduleNameOf(fn);
    if (name !== undefined && this.to.options.findAssignments === true && isModuleExport(name))
      this.captured.noteInModule(fn);
    if (name !== undefined) {
      // Workers may have this library from a bundle, where the program has it from files: they differ in spaces.
      const isOwn = name.from === "module" && name.module.startsWith(BEGINNING);
      const check = isOwn || isFileTask(fn) ? ANY_TEXT : fingerprint(fn);
      return { is: "name", name, ...(isModuleExport(name) && { check }) };
    }
    const { options } = this.to;
    const received = remoteId(fn);
    if (options.returning === true && received !== undefined) return { is: "known", id: received };
    const id = idOf(fn);
    if (
      options.context?.has(id) === true ||
      (options.initial !== true && options.workerVariables?.functions.has(id) === true)
    )
      return { is: "known", id };
    if (isRequire(fn)) return { is: "require", parent: fn.resolve.paths("x")?.[0] ?? join(process.cwd(), "x") };
    if (options.returning === true) {
      this.to.refuse(
        `${theFunction(fn)} was made in a worker, and the code of workers is not run in the main thread. Return data, or send the function from here to there and back.`,
      );
    }
    if (isNative(fn)) return this.bound(fn);
    const analysis = this.withItsName(fn, this.analyse(fn));
    const member = analysis.form === "expression" ? undefined : this.classes.memberOfClasses(fn);
    if (member !== undefined) return member;
    return analysis.needsClass === undefined
      ? this.function(fn, analysis, undefined, closure)
      : this.inItsClass(fn, analysis);
  }

  /** The name by which workers find it; undefined for a function that must be sent itself. */
  private moduleNameOf(fn: Function): Name | undefined {
    const name = isOfNode(fn) ? nameInWorkers(fn) : exportedName(fn);
    if (name?.from !== "module" || !isModuleExport(name) || isExportOf(fn, name.module))
      return name ?? exportNameOf(fn);
    unregisterName(fn);
    return undefined;
  }

  /**
   * The node of a function that uses `super` or private names; undefined when its class is not found.
   *
   * @param classes where to look for it; without them, what `this` and the variables around the function lead to
   */
  inItsClass(fn: Function, analysis: Analysis, classes?: readonly Function[]): Node | undefined {
    if (analysis.kind === "class") return undefined;
    const closure = closureOf(fn);
    const candidates = classes ?? [
      ...classesOfThing(analysis.outerThis ? outerThisAndArguments(this.to, fn, analysis).self : undefined),
      ...classesAround(closure),
    ];
    const member = memberOf(fn, candidates);
    if (member !== undefined) return this.classes.member(fn, member, undefined);
    const enclosing = classAround(fn, analysis, closure, candidates);
    return enclosing && this.function(fn, analysis, enclosing);
  }

  refuseWithoutClass(fn: Function): never {
    const { kind, needsClass } = analyse(sourceOf(fn));
    const whole = `the ${kind === "arrow" ? "arrow function" : kind === "class" ? "class" : "method"} ${nameFor(fn) === "the function" ? "" : `${nameFor(fn)} `}`;
    this.to.refuse(
      `${whole}uses ${needsClass as string}, so it is nothing without the class in which it was written, and that cannot be found from here. ` +
        `Send the class or an object of it too, or call the method there: (object) => object.${fn.name || "method"}().`,
    );
  }

  private analyse(fn: Function): Analysis {
    try {
      return analyse(sourceOf(fn));
    } catch (error) {
      return this.to.refuse(
        `the source of ${theFunction(fn)} cannot be read (${(error as Error).message}). Wrap it in a function of your own, in the worker.`,
      );
    }
  }

  /** The name of a declared function is a variable around it. Where nothing else is ever assigned to that, its copy has the name itself: V8 is faster then. */
  private withItsName(fn: Function, analysis: Analysis): Analysis {
    const own = withoutOwnName(sourceOf(fn));
    const position = own && positionOf(fn);
    return own !== undefined && position !== undefined && isReassigned(position, own.name) ? own.analysis : analysis;
  }

  private bound(fn: Function): Node {
    const parts = boundPartsOf(fn);
    if (parts === undefined)
      this.to.refuse(
        `${theFunction(fn)} is native: it has no source that could be sent. Wrap what you need of it in a function of your own.`,
      );
    const { target, self, args } = parts;
    const use = useOf(target);
    if (use !== undefined) this.noteAssigned(self, use);
    // A bound method that needs its class is looked for in the class of the `this` that it is bound to.
    const member = this.to.nodeNumberOf(target) === undefined ? classOfMethod(target, self) : undefined;
    if (member !== undefined) this.to.nodes[this.to.reserve(target)] = this.classes.member(target, member, self);
    return {
      is: "bound",
      id: idOf(fn),
      target: this.to.at(`the function bound in ${nameFor(fn)}`, target),
      self: this.to.at(`\`this\` of ${nameFor(fn)}`, self),
      args: args.map((argument, index) => this.to.at(`bound argument ${index} of ${nameFor(fn)}`, argument)),
      ...nameAndLengthOf(fn),
      ...functionExtrasOf(this.to, fn, {}),
    };
  }

  private function(fn: Function, analysis: Analysis, enclosing: Function | undefined, read?: Closure): Node {
    const [id, label] = [idOf(fn), nameFor(fn)];
    this.to.ids.add(id);
    const { scope, closure } = this.captured.capture(fn, label, analysis, read);
    const outer =
      analysis.outerThis || analysis.outerArguments
        ? outerThisAndArguments(this.to, fn, analysis)
        : { self: undefined, args: undefined };
    const position = authorPositionOf(fn, closure.position);
    if (position?.[0].startsWith("node:"))
      this.to.refuse(
        `${theFunction(fn)} is a part of Node itself that no name leads to. Call it in a function of your own.`,
      );
    this.classes.claimPrototype(fn);
    const classParts = analysis.kind === "class" ? this.classes.partsOf(fn, analysis) : undefined;
    if (classParts === undefined && analysis.form !== "expression") this.classes.noteStandaloneMethod(fn);
    return {
      is: "function",
      id,
      source: sourceOf(fn),
      scope,
      usesThis: analysis.outerThis,
      form: analysis.form,
      code: classParts?.text.code ?? analysis.code,
      positionOffset: classParts?.text.positionOffset ?? analysis.positionOffset,
      ...nameAndLengthOf(fn),
      sloppy:
        analysis.sloppy ||
        ((analysis.dependsOnSloppyMode || makesGlobals(analysis, closure)) && isWrittenSloppily(fn, closure)),
      self: this.selfOf(outer.self, label, analysis),
      args: outer.args?.map((argument, index) => this.to.at(`argument ${index} around ${label}`, argument)),
      position,
      isClass: classParts !== undefined,
      enclosingClass: this.to.at("its class", enclosing),
      baseClass: this.to.at(`base class of ${label}`, classParts?.base),
      computedKeys: classParts?.keys.map((key) => this.to.at("key", key)) ?? [],
      imports: analysis.imports,
      ...(classParts && this.classes.staticPrivates(fn, label, classParts.text)),
      ...functionExtrasOf(this.to, fn, { classParts }),
    };
  }

  /** The `this` around an arrow function. */
  private selfOf(self: unknown, label: string, analysis: Analysis): Ref {
    const step = `\`this\` of ${label}`;
    this.noteAssigned(self, analysis.thisUse);
    const parts = neededOfThis(self, analysis.thisUse);
    this.refuseAssigned(self, parts, label);
    return parts === undefined ? this.to.at(step, self) : this.to.part(step, self as object, parts);
  }

  private noteAssigned(self: unknown, use: ThisUse): void {
    if (typeof self !== "object" || self === null || this.to.options.workerVariables !== undefined) return;
    const names = assignedIn(self, use);
    if (names.size > 0) this.captured.assignments.push({ self, names });
  }

  /** Workers cannot have properties of `this` for themselves, as they can have variables. */
  private refuseAssigned(self: unknown, parts: ReadonlyMap<string, unknown> | undefined, label: string): void {
    const { workerVariables, initial } = this.to.options;
    const assigned = initial === true ? undefined : workerVariables?.selves.get(self);
    const name = [...(assigned ?? [])].find((it) => parts === undefined || parts.has(it));
    if (name === undefined) return;
    this.to.refuse(
      `the pool's initializer assigns \`this.${name}\`, which ${label} uses. Each worker can have only variables of its own, and no properties of \`this\`: ` +
        "declare a variable outside of all functions, at the top level of the module, script or cell, and have the initializer assign that.",
    );
  }
}

/** The program may have put anything in their place. */
function nameAndLengthOf(fn: Function): { name: string; length: number } {
  const [name, length] = [ownValue(fn, "name"), ownValue(fn, "length")];
  return { name: typeof name === "string" ? name : "", length: typeof length === "number" ? length : 0 };
}

/** V8 tells it of ordinary functions only; of all others their script does. */
function isWrittenSloppily(fn: Function, { position }: Closure): boolean {
  return isSloppy(fn) || (position !== undefined && isInSloppyCode(position));
}

/** Does it assign to names that nobody has declared? Sloppy mode makes globals of them. */
function makesGlobals({ freeVariables }: Analysis, { scopes }: Closure): boolean {
  return [...freeVariables].some(
    ([name, { written }]) => written && scopes.every(({ variables }) => !Object.hasOwn(variables, name)),
  );
}

function isRequire(fn: Function): fn is NodeJS.Require {
  if (types.isProxy(fn) && fn.name !== "require") return false;
  const { resolve, cache } = fn as Partial<NodeJS.Require>;
  return typeof resolve === "function" && typeof resolve.paths === "function" && typeof cache === "object";
}
