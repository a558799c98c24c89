/**
 * The form in which values travel: what `encode` makes and `decode` reads. Whatever structured clone carries exactly goes
 * as it is (`plain`); everything else is a table of nodes that refer to each other by number, so that cycles and shared
 * references survive.
 */

/**
 * Where a worker finds a thing, then along `path`: in the global object, among what no name leads to ("hidden"), on an object of a class of Node
 * ("sample"), in the exports of a module that it requires, or of one that it imports.
 */
export type Name =
  | { readonly from: "global"; readonly path: readonly string[] }
  | { readonly from: "hidden"; readonly path: readonly string[] }
  | { readonly from: "sample"; readonly path: readonly string[] }
  | ({ readonly from: "module"; readonly module: string; readonly path: readonly string[] } & InPackage)
  | ({ readonly from: "import"; readonly url: string; readonly path: readonly string[] } & InPackage);
/** In a message for another machine: which file of which package the module is, such as "lodash/fp/add.js". */
interface InPackage {
  readonly inPackage?: string;
}

/** A value within a message: a primitive as it is, anything else as the number of its node, in brackets. */
export type Ref = undefined | null | boolean | number | bigint | string | readonly [node: number];

/** A property: key and value, and for what is not an ordinary property its attributes or its getter and setter. */
export type Property =
  | readonly [key: Ref, value: Ref]
  | readonly [key: Ref, value: Ref, attributes: number]
  | readonly [key: Ref, get: Ref, attributes: number, set: Ref];
export const WRITABLE = 1,
  ENUMERABLE = 2,
  CONFIGURABLE = 4,
  ORDINARY = 7;

/** What an object of any kind may have: a prototype, properties, locks, private members. */
export interface Extras {
  /** Its prototype, where that is not the usual one of its kind. */
  proto?: Ref;
  props?: Property[];
  /** Instead of these all its properties in their order, where it has other ones or an other order than it was made with. One without a value is as it was made. */
  allProps?: (Property | readonly [key: Ref])[];
  /** How far it is locked: 1 not extensible, 2 sealed, 3 frozen. */
  locked?: 1 | 2 | 3;
  /** Values of private fields: one list a class of its prototype chain, base class first. */
  privates?: { owner: Ref; fields: [name: string, value: Ref][] }[];
  /** Of an error that was thrown: what it is where its class, or some part of it, cannot be had. */
  fallback?: {
    /** The prototypes beyond its own, up to one of the language. */
    readonly protos: readonly Ref[];
    readonly className: string;
    readonly name: string;
    readonly message: string;
    /** Has it private members? Only its class could give it those. */
    readonly hasPrivates: boolean;
  };
}

/** What a message says of one value. */
export type Node = Readonly<
  | ({ is: "raw"; value: unknown } & Extras)
  /** What only threads of one process can hand on to each other, such as shared memory: an index in the message's list. */
  | ({ is: "shared"; index: number } & Extras)
  /** A view of memory that structured clone would not carry as it is; a Buffer is one. */
  | ({ is: "view"; kind: string; buffer: Ref; offset: number; length: number } & Extras)
  | ({ is: "object" } & Extras)
  /** The items that are not in `items` are the nodes from `more` on. */
  | ({ is: "array"; length: number; items: Ref[] | undefined; more?: number } & Extras)
  /** Instances that are only their properties: one node in as many places, from `first` on, as there are values. */
  | { is: "instances"; first: number; values: readonly object[]; proto: Ref }
  | ({ is: "arguments"; items: Ref[] } & Extras)
  | ({ is: "map"; entries: [Ref, Ref][] } & Extras)
  | ({ is: "set"; values: Ref[] } & Extras)
  /** `isMade`: by the class Error, not only with its prototype; `remote`: its stack is of code that runs in another thread. */
  | ({ is: "error"; isMade: boolean; stack: string | undefined; remote?: true } & Extras)
  | ({
      is: "domException";
      name: string;
      message: string;
      stack: string | undefined;
      remote?: true;
      cause: Ref;
    } & Extras)
  | ({ is: "url"; kind: "URL" | "URLSearchParams"; text: string } & Extras)
  | { is: "symbol"; key: string | undefined; description: string | undefined; id?: string }
  /** `check` is the fingerprint of a function. */
  | { is: "name"; name: Name; check?: number }
  | { is: "import"; name: Name }
  /** A binding of an ES module: `what` is an export's name, or "*" for the whole module. */
  | { is: "binding"; url: string; parent: string; what: string; attributes?: Readonly<Record<string, string>> }
  /** `require` and `import()` of a module. */
  | { is: "require" | "importer"; parent: string }
  | { is: "prototype"; of: Ref }
  /** A method that its class makes; a private one is read from the object `self` of the class. */
  | ({ is: "member"; id: string; of: Ref; privateName?: string; self: Ref } & FunctionExtras)
  | ({ is: "bound"; id: string; target: Ref; self: Ref; args: Ref[]; name: string; length: number } & Extras)
  | FunctionNode
  /** What cannot travel, and why, in a message that goes without it. */
  | { is: "omitted"; why: string }
  /** A function or symbol that the receiver has already. */
  | { is: "known"; id: string }
  /** The object with those properties of an `exports` that each worker has for itself; `values` are the first ones. */
  | {
      is: "workerExports";
      id: string;
      names: readonly string[];
      values: readonly (readonly [name: string, value: Ref])[];
    }
  /** An object that each worker keeps under that name; only the first message brings its `value`. */
  | { is: "workerObject"; id: string; value: Ref }
  /** An object of another room, such as a queue; see `registerEncoder`. */
  | { is: "registered"; kind: string; data: unknown }
>;

/** What a function has that its code does not make. */
export type FunctionExtras = Extras & {
  /** The same of its prototype. */
  prototypeParts?: Extras;
};

export type FunctionNode = FunctionExtras &
  Readonly<{
    is: "function";
    /** No other function of any process has it. */
    id: string;
    form: "expression" | "method" | "getter" | "setter";
    code: string;
    /** The offset in `code` at which V8 says that the function stands. */
    positionOffset: number;
    /** The source as its author wrote it, which may differ from `code`. */
    source: string;
    name: string;
    length: number;
    sloppy: boolean;
    scope: number;
    self: Ref;
    /** The `arguments` around an arrow function that uses them. */
    args: readonly Ref[] | undefined;
    usesThis: boolean;
    /** Where its author wrote it, for stacks; line and column count from 0. */
    position: readonly [url: string, line: number, column: number] | undefined;
    isClass: boolean;
    /** The class in whose body it must be made, because it uses private names of that class. */
    enclosingClass: Ref;
    /** What a class extends. */
    baseClass: Ref;
    /** The values of the keys in brackets of a class. */
    computedKeys: readonly Ref[];
    /** Each `import` of `import(...)` and each `import.meta` in `code`. */
    imports: readonly { start: number; end: number; kind: "call" | "meta" }[];
    staticPrivates?: [name: string, value: Ref][];
  }>;

/** One scope: the variables in it, and the scope around it (-1: none). */
export interface ScopeNode {
  readonly parent: number;
  /** The receiver keeps it, under that name: made by the first message that has it, it gets values by those that bring some. */
  readonly workerScope?: string;
  /** Those without a value have not been reached by their declaration. */
  readonly variables: readonly (readonly [name: string, value: Ref] | readonly [name: string])[];
}

export type Message =
  | { readonly cloned: unknown }
  | { readonly nodes: Node[]; readonly scopes: ScopeNode[]; readonly root: Ref; readonly shared: readonly object[] };

/** V8 gives those to functions of sloppy mode, with nothing in them; nobody can change or delete them. */
export function isLegacyProperty(object: object, key: string | symbol): boolean {
  if (typeof object !== "function" || (key !== "arguments" && key !== "caller")) return false;
  const descriptor = Object.getOwnPropertyDescriptor(object, key);
  return descriptor?.value === null && descriptor.configurable === false;
}

/** The name by which generated code finds its helper. */
export const HELPER = "__parallelTypescript";

/** What the code of a rewritten class uses while the class or an instance of it is made. */
export interface ClassHelper {
  /** An instance is being made: its constructor and initializers do nothing. */
  reviving: boolean;
  /** The base class of the class that is being made; undefined for a class that extends nothing. */
  base: unknown;
  /** The keys in brackets of the class that is being made. */
  keys: readonly unknown[];
  /** The class itself calls this; `evaluate` runs code in its body. */
  registerClass(owner: Function, evaluate: (code: string) => unknown): void;
}
