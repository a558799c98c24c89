/** What the value of a captured variable becomes. Special are imported values, `exports`, and what each worker has for itself. */
import { types } from "node:util";
import { isObject, ownValue } from "../../base/reflect";
import type { VariableUse } from "../syntax/analyse";
import { importOf, type ImportBinding } from "../v8/declarations";
import {
  UNINITIALIZED,
  positionOf,
  proxyTargetOf,
  valueIn,
  type Closure,
  type Position,
  type Scope,
} from "../v8/inspector";
import { exportNameOf, isReassignedExport } from "../names/esmExports";
import { isUnchangedScript, urlOfNamespace, workersCanImport } from "../names/loadedModules";
import { importWrapperOf, nameInWorkers } from "../names/lookup";
import { sourceOf, urlOf } from "../v8/sourceText";
import type { Node, Ref } from "../message/message";
import type { Encoder } from "./encoder";
import { assignedIn } from "./thisProperties";
import type { Assignment } from "./workerVariables";

/** Vite's names for modules, which may be Proxies, for `import.meta` and for `import()`. */
const VITE_IMPORT = /^__(vi|vite_ssr)_import_(\d+|meta)__$/;
const VITE_DYNAMIC_IMPORT = "__vite_ssr_dynamic_import__";

export class ValueEncoder {
  private readonly exportsObjects = new Map<
    object,
    { number: number; props: [string, Ref][]; workerProps: [string, Ref][]; names: Set<string> }
  >();
  /** The names of all methods that the function may call, while it is found out what the initializer assigns. */
  private methods: ReadonlySet<string> | undefined;

  constructor(
    private readonly to: Encoder,
    private readonly assignments: Assignment[],
  ) {}

  /** The next variables are those of `fn`. */
  begin(fn: Function): void {
    if (this.to.options.findAssignments === true)
      this.methods = new Set(Array.from(sourceOf(fn).matchAll(/\.\s*([\w$]+)/g), ([, name = ""]) => name));
  }

  /** What a variable becomes. */
  captured(name: string, use: VariableUse, closure: Closure, index: number, label: string): Ref | typeof UNINITIALIZED {
    const scope = closure.scopes.at(index) as Scope;
    const value = valueIn(scope, name);
    if (value === UNINITIALIZED) return UNINITIALIZED;
    const binding =
      scope.kind === "Module" && !isNamed(value) ? importOf(closure.position?.scriptId ?? "", name) : undefined;
    if (binding !== undefined && !isSentWithoutImport(value, binding)) return this.binding(value, binding);
    if (name === VITE_DYNAMIC_IMPORT)
      return this.importer(value as Function, urlOf((closure.position as Position).scriptId));
    const whole =
      VITE_IMPORT.test(name) && types.isProxy(value) && use.members === undefined
        ? proxyTargetOf(value as object)
        : value;
    return (
      this.partial(name, whole, use, label) ??
      this.valueAt(name, whole, use.assigned.size + use.changed.size > 0, label)
    );
  }

  /** Where the initializer assigns something in an object, each worker has such an object of its own. */
  private valueAt(name: string, value: unknown, isChanged: boolean, label: string): Ref {
    const { workerVariables, initial } = this.to.options;
    if (isObject(value) && (isChanged || this.isChangedByMethods(value))) this.assignments.push({ changed: value });
    const id = workerVariables?.objects.get(value);
    if (id === undefined) return this.to.at(`captured variable \`${name}\` of ${label}`, value);
    const slot = initial === true ? this.to.at(`captured variable \`${name}\` of ${label}`, value) : undefined;
    return [this.to.nodes.push({ is: "workerObject", id, value: slot }) - 1];
  }

  private isChangedByMethods(object: object): boolean {
    return this.methods !== undefined && assignedIn(object, { called: this.methods, assigned: new Set() }).size > 0;
  }

  /**
   * Of the `exports` of a module or of a notebook's kernel, and of an imported module without an address, only those properties travel that the
   * function refers to and that workers do not have for themselves.
   */
  private partial(name: string, value: unknown, { members, assigned, changed }: VariableUse, label: string): Ref {
    if (
      members === undefined ||
      typeof value !== "object" ||
      value === null ||
      !(name === "exports" || isImported(name, value))
    )
      return undefined;
    if (assigned.size > 0) this.assignments.push({ object: value, names: assigned });
    const inWorker = this.to.options.workerVariables?.members.get(value);
    let partial = this.exportsObjects.get(value);
    if (partial === undefined) {
      const known = this.to.nodeNumberOf(value);
      if (known !== undefined) return [known];
      partial = { number: this.to.reserve(value), props: [], workerProps: [], names: new Set() };
      this.exportsObjects.set(value, partial);
      const proto: Ref =
        inWorker === undefined
          ? undefined
          : [
              this.to.nodes.push({
                is: "workerExports",
                id: inWorker.id,
                names: [...inWorker.names],
                values: partial.workerProps,
              }) - 1,
            ];
      this.to.nodes[partial.number] = { is: "object", props: partial.props, ...(proto && { proto }) };
    }
    for (const member of members) {
      const isOfWorker = inWorker?.names.has(member) === true;
      if (partial.names.has(member) || !(member in value) || (isOfWorker && this.to.options.initial !== true)) continue;
      partial.names.add(member);
      (isOfWorker ? partial.workerProps : partial.props).push([
        member,
        this.valueAt(member, (value as Record<string, unknown>)[member], changed.has(member), label),
      ]);
    }
    return [partial.number];
  }

  /** A bundler's function in the place of `import()`: the worker uses `import()` of the same module. */
  private importer(value: Function, parent: string): Ref {
    const number = this.to.reserve(value, this.to.nodeNumberOf(value));
    this.to.nodes[number] = { is: "importer", parent };
    return [number];
  }

  /** What an ES module imported: the worker imports it again. */
  private binding(value: unknown, binding: ImportBinding): Ref {
    const { url, parent, what, attributes } = binding;
    const node: Node = { is: "binding", url, parent, what, ...(attributes && { attributes }) };
    // What is undefined here may be something there, as `currentWorker` is.
    if (value === undefined || typeof value === "symbol") return [this.to.nodes.push(node) - 1];
    if (!isObject(value)) return value as Ref;
    const known = this.to.nodeNumberOf(value);
    if (known !== undefined) return [known];
    const number = this.to.reserve(value);
    this.to.nodes[number] = node;
    return [number];
  }
}

/** Do workers find it by a name, other than that of the ES module that declares it? */
function isNamed(value: unknown): boolean {
  const name = isObject(value) ? nameInWorkers(value) : undefined;
  return name !== undefined && name.from !== "import";
}

/** Is it an object that a bundler or compiler holds in place of an imported module, or a module that `import()` gave? */
function isImported(name: string, value: object): boolean {
  if (VITE_IMPORT.test(name)) return true;
  if (types.isProxy(value) || nameInWorkers(value) !== undefined || importWrapperOf(value) !== undefined) return false;
  if (types.isModuleNamespaceObject(value)) return urlOfNamespace(value) === undefined;
  return Object.hasOwn(value, "__esModule") || ownValue(value, Symbol.toStringTag) === "Module";
}

/** What names a package, or a module in one: neither a path nor an address. */
const PACKAGE = /^(@[^/:]+\/)?[^./#:@][^:]*$/;

/**
 * An imported function travels by its own module instead, and what workers cannot load travels by value. One of a package is imported as its author imports it: the
 * module that declares it may not be what makes it whole.
 */
function isSentWithoutImport(value: unknown, { url, scriptId }: ImportBinding): boolean {
  // If a tool transformed the importing module, it also transformed those beside it.
  if (/^[./]/.test(url) && !isUnchangedScript(scriptId)) return true;
  if (typeof value !== "function") return false;
  const position = positionOf(value);
  return (
    (!PACKAGE.test(url) && exportNameOf(value) !== undefined) ||
    isReassignedExport(value) ||
    (position !== undefined && !workersCanImport(position.scriptId))
  );
}
