/**
 * The form in which values travel: what `encode` makes and `decode` reads. Whatever structured clone carries exactly goes
 * as it is (`plain`); everything else is a table of nodes that refer to each other by number, so that cycles and shared
 * references survive.
 */

/**
 * Where a thing is found: in the global object, among what the language keeps behind no name or Node shows on a sample only, in a module that is required, or in one that is imported; in
 * its exports, then along `path`.
 */
export type Name =
  | { readonly from: "global"; readonly path: readonly string[] }
  | { readonly from: "hidden"; readonly path: readonly string[] }
  | { readonly from: "sample"; readonly path: readonly string[] }
  | { readonly from: "module"; readonly module: string; readonly path: readonly string[] }
  | { readonly from: "import"; readonly url: string; readonly path: readonly string[] };

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

export type Node =
  | ({ readonly is: "raw"; readonly value: unknown } & Extras)
  /** What only threads of one process can hand on to each other, such as shared memory: number so many of the message. */
  | ({ readonly is: "shared"; readonly number: number } & Extras)
  /** A view of memory that structured clone would not carry as it is; a Buffer is one. */
  | ({
      readonly is: "view";
      readonly kind: string;
      readonly buffer: Ref;
      readonly offset: number;
      readonly length: number;
    } & Extras)
  | ({ readonly is: "object" } & Extras)
  | ({ readonly is: "array"; readonly length: number; readonly items: Ref[] | undefined } & Extras)
  | ({ readonly is: "arguments"; readonly items: Ref[] } & Extras)
  | ({ readonly is: "map"; readonly entries: [Ref, Ref][] } & Extras)
  | ({ readonly is: "set"; readonly values: Ref[] } & Extras)
  /** `isMade`: by the class Error, not only with its prototype; `remote`: elsewhere, and so its stack is of code that runs there. */
  | ({
      readonly is: "error";
      readonly isMade: boolean;
      readonly stack: string | undefined;
      readonly remote?: true;
    } & Extras)
  | ({
      readonly is: "domException";
      readonly name: string;
      readonly message: string;
      readonly stack: string | undefined;
      readonly remote?: true;
      readonly cause: Ref;
    } & Extras)
  | ({ readonly is: "url"; readonly kind: "URL" | "URLSearchParams"; readonly text: string } & Extras)
  | {
      readonly is: "symbol";
      readonly key: string | undefined;
      readonly description: string | undefined;
      readonly id?: string;
    }
  /** `check` is the fingerprint of a function. */
  | { readonly is: "name"; readonly name: Name; readonly check?: number }
  | { readonly is: "import"; readonly name: Name }
  /** A binding of an ES module: `what` is an export's name, or "*" for the whole of it. */
  | {
      readonly is: "binding";
      readonly url: string;
      readonly parent: string;
      readonly what: string;
      readonly attributes?: Readonly<Record<string, string>>;
    }
  /** `require` and `import()` of a module. */
  | { readonly is: "require" | "importer"; readonly parent: string }
  | { readonly is: "prototype"; readonly of: Ref }
  /** A method that its class makes; a private one by its name, to be read from an object of the class. */
  | ({
      readonly is: "member";
      readonly id: string;
      readonly of: Ref;
      readonly privateName?: string;
      readonly self: Ref;
    } & FunctionExtras)
  | ({
      readonly is: "bound";
      readonly id: string;
      readonly target: Ref;
      readonly self: Ref;
      readonly args: Ref[];
      readonly name: string;
      readonly length: number;
    } & Extras)
  | FunctionNode
  /** What cannot travel, and why, where the rest may go without it. */
  | { readonly is: "omitted"; readonly why: string }
  /** A function or symbol of the receiver's own, that it had sent before. */
  | { readonly is: "known"; readonly id: string }
  /** The object that holds the properties of an `exports` which the receiver has for itself; `values` are those to begin with. */
  | {
      readonly is: "workerExports";
      readonly id: string;
      readonly names: readonly string[];
      readonly values: readonly (readonly [name: string, value: Ref])[];
    }
  /** An object that the receiver keeps under that name; `value` is it, where it is sent. */
  | { readonly is: "workerObject"; readonly id: string; readonly value: Ref }
  /** An object of another room, such as a queue; see `registerEncoder`. */
  | { readonly is: "registered"; readonly kind: string; readonly data: unknown };

/** What a function has that its code does not make. */
export type FunctionExtras = Extras & {
  /** The same of its prototype. */
  prototypeParts?: Extras;
};

export interface FunctionNode extends FunctionExtras {
  readonly is: "function";
  /** A name for it that no other function of any process has. */
  readonly id: string;
  readonly form: "expression" | "method" | "getter" | "setter";
  readonly code: string;
  /** How much of `code` stands before its place. */
  readonly positionOffset: number;
  /** The source as its author wrote it, where `code` is not it. */
  readonly source: string;
  readonly name: string;
  readonly length: number;
  readonly sloppy: boolean;
  readonly scope: number;
  readonly self: Ref;
  /** The `arguments` around an arrow function that uses them. */
  readonly args: readonly Ref[] | undefined;
  readonly usesThis: boolean;
  /** Where it stands in its script, for stacks: address, line, column (from 0). */
  readonly position: readonly [url: string, line: number, column: number] | undefined;
  readonly isClass: boolean;
  /** The class in whose body it must be made, because it uses private names of that class. */
  readonly enclosingClass: Ref;
  /** What a class extends. */
  readonly baseClass: Ref;
  /** The keys of its methods that stand in brackets in its source. */
  readonly computedKeys: readonly Ref[];
  /** Where `code` has an `import` of `import(...)`, or an `import.meta`. */
  readonly imports: readonly { start: number; end: number; kind: "call" | "meta" }[];
  /** Static private fields of a class, which its `code` lets be set from outside. */
  readonly staticPrivates?: [name: string, value: Ref][];
}

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
