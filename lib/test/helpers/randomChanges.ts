/** Classes that are made and changed at random, and what can be seen of them. Not a test file. */
import fc from "fast-check";

export interface Made {
  readonly Class: Function;
  readonly Base: Function;
  readonly it: object | undefined;
  readonly others: unknown[];
}

const key = fc.constantFrom("a", "b", "c", "3", "1", "name");
const inBody = fc.record({
  key,
  isStatic: fc.boolean(),
  inBrackets: fc.constantFrom("", "", "text", "symbol", "well known"),
  is: fc.constantFrom(
    "method",
    "method",
    "method",
    "generator",
    "async",
    "get",
    "set",
    "field",
    "private",
    "super",
    "arrow",
  ),
});
export type Member = typeof inBody extends fc.Arbitrary<infer T> ? T : never;
const change = fc.record({
  what: fc.constantFrom(
    "replace",
    "replace",
    "delete",
    "alias",
    "swap",
    "again",
    "attributes",
    "getter",
    "lock",
    "parent",
    "constructor",
    "on method",
    "rename",
    "itself",
    "twin",
    "same text",
    "value",
  ),
  on: fc.constantFrom("Class", "prototype", "prototype", "Base", "base prototype"),
  one: fc.nat({ max: 9 }),
  other: fc.nat({ max: 9 }),
  flags: fc.nat({ max: 7 }),
});
export type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

export const program = fc.record({
  base: fc.array(inBody, { maxLength: 4 }),
  body: fc.array(inBody, { maxLength: 6 }),
  extendsBase: fc.boolean(),
  hasConstructor: fc.boolean(),
  hasPrivates: fc.constantFrom("", "field", "method", "both"),
  inBlock: fc.array(change, { maxLength: 2 }),
  changes: fc.array(change, { maxLength: 5 }),
});
export type Program = typeof program extends fc.Arbitrary<infer T> ? T : never;

function textOf({ key: name, isStatic, inBrackets, is }: Member, tag: string, privates: string): string {
  const isField = is === "field" || is === "arrow";
  const at =
    inBrackets === "" || (isField && inBrackets === "symbol")
      ? JSON.stringify(name)
      : isField && inBrackets === "text"
        ? `[\`k${name}\`]`
        : inBrackets === "text"
          ? `[keys.${/\d/.test(name) ? `n${name}` : name}]`
          : inBrackets === "symbol"
            ? "[mine]"
            : "[Symbol.toStringTag]";
  const before = isStatic ? "static " : "";
  const own =
    is === "private" && !isStatic ? (privates === "field" ? "this.#p" : privates === "" ? "0" : "this.#m()") : "0";
  switch (is) {
    case "generator":
      return `${before}*${at}() { yield "${tag}"; }`;
    case "async":
      return `${before}async ${at}(x = 1) { return "${tag}"; }`;
    case "get":
      return `${before}get ${at}() { return "${tag}"; }`;
    case "set":
      return `${before}set ${at}(value) { "${tag}"; }`;
    case "field":
      return `${before}${at} = "${tag}";`;
    case "arrow":
      return `${before}${at} = () => "${tag}";`;
    case "super":
      return `${before}${at}(x, y) { return "${tag}" + typeof super.a; }`;
    case "method":
    case "private":
      return `${before}${at}() { return "${tag}" + ${own}; }`;
  }
}

/** The program as JavaScript: the body of a function of `change` that gives what it made. */
export function write({ base, body, extendsBase, hasConstructor, hasPrivates, inBlock }: Program): string {
  const members = (list: Member[], tag: string, its: string): string =>
    list.map((member, index) => textOf(member, `${tag}${index}`, its)).join(" ");
  const privates =
    hasPrivates === ""
      ? ""
      : `${hasPrivates === "method" ? "" : "#p = 7;"} ${hasPrivates === "field" ? "" : '#m() { return "m" + n; }'} opened() { return [#${hasPrivates === "field" ? "p" : "m"} in this, ${hasPrivates === "field" ? "this.#p" : "this.#m()"}]; }`;
  return `const mine = Symbol("mine"), keys = { a: "ka", b: "kb", c: "kc", n3: "k3", n1: "k1", name: "kn" };
    class Base { ${members(base, "b", "")} }
    const make = (n) => class Class ${extendsBase ? "extends Base" : ""} {
      ${hasConstructor ? `constructor(x) { ${extendsBase ? "super();" : ""} this.made = x; }` : ""}
      ${privates}
      around() { return n; }
      ${members(body, "c", hasPrivates)}
      static { if (n === 1) for (const one of ${JSON.stringify(inBlock)}) change(one, { Class: this, Base }, { around() { return n; } }); }
    };
    const Class = make(1), Twin = make(2);
    return { Class, Base, Twin, twin: { around() { return 0; } } };`;
}

export function apply(
  { what, on, one, other, flags }: Change,
  { Class, Base, Twin }: { Class: any; Base: any; Twin?: any },
  lookalike: { around(): number },
): void {
  const owner = on === "Class" ? Class : on === "prototype" ? Class.prototype : on === "Base" ? Base : Base.prototype;
  const keys = Reflect.ownKeys(owner).filter((it) => it !== "prototype");
  if (keys.length === 0) return;
  const [k1, k2] = [keys[one % keys.length], keys[other % keys.length]];
  const d1 = Object.getOwnPropertyDescriptor(owner, k1) as PropertyDescriptor,
    d2 = Object.getOwnPropertyDescriptor(owner, k2) as PropertyDescriptor;
  const flagged = { enumerable: (flags & 1) > 0, configurable: (flags & 2) > 0 };
  const method = keys
    .map((it) => Object.getOwnPropertyDescriptor(owner, it)?.value as unknown)
    .find((it) => typeof it === "function" && it !== Class && it !== Base) as Function | undefined;
  switch (what) {
    case "replace":
      return void Object.defineProperty(owner, k1, {
        ...d1,
        ...("value" in d1
          ? {
              value: function replaced() {
                return `r${one}`;
              },
            }
          : { get: () => "g" }),
      });
    case "delete":
      return void Reflect.deleteProperty(owner, k1);
    case "alias":
      return void Object.defineProperty(owner, "z" + other, d1);
    case "swap":
      Object.defineProperty(owner, k1, { ...d2, configurable: true });
      return void Object.defineProperty(owner, k2, d1);
    case "again":
      if (Reflect.deleteProperty(owner, k1)) Object.defineProperty(owner, k1, d1);
      return;
    case "attributes":
      return void Object.defineProperty(owner, k1, { ...flagged, ...("value" in d1 && { writable: (flags & 4) > 0 }) });
    case "getter":
      return void Object.defineProperty(owner, k1, {
        get: d1.get === undefined ? () => 5 : undefined,
        configurable: true,
      });
    case "lock":
      return void [Object.freeze, Object.seal, Object.preventExtensions][one % 3](owner);
    case "parent":
      return void Object.setPrototypeOf(
        owner,
        [
          null,
          { hi: () => 1 },
          Array.prototype,
          class Other {
            static o = 1;
            hi() {
              return 2;
            }
          },
        ][one % 4],
      );
    case "constructor":
      return void Object.defineProperty(
        Class.prototype,
        "constructor",
        one % 2 === 0
          ? { value: Base, configurable: true }
          : { value: undefined, configurable: true, enumerable: true },
      );
    case "on method":
      return void (method !== undefined && Object.assign(method, { extra: { of: owner } }));
    case "rename":
      return void (
        method !== undefined &&
        Object.defineProperty(method, ["name", "length", "other"][one % 3], { value: flags, ...flagged })
      );
    case "itself":
      return void Object.assign(owner, { itself: owner, list: [Class, owner] });
    case "twin":
      return void (
        Twin !== undefined &&
        Object.defineProperty(
          Class.prototype,
          "around",
          Object.getOwnPropertyDescriptor(Twin.prototype, "around") as PropertyDescriptor,
        )
      );
    case "same text":
      return void Object.defineProperty(Class.prototype, "around", {
        value: lookalike.around,
        writable: true,
        enumerable: false,
        configurable: true,
      });
    case "value":
      return void (owner[k1] = one);
  }
}

/** All that can be seen of some things and what they lead to, and what their functions give. Refers to nothing. */
export function describe(things: readonly unknown[], it: object | undefined): unknown {
  const seen = new Map<unknown, number>();
  const all: unknown[] = [];
  const known = new Map<unknown, string>([
    [Object.prototype, "O"],
    [Function.prototype, "F"],
    [Array.prototype, "A"],
    [Object.getPrototypeOf(async () => null), "AF"],
    [
      Object.getPrototypeOf(function* () {
        /* nothing */
      }),
      "GF",
    ],
    [
      Object.getPrototypeOf(
        function* () {
          /* nothing */
        }.prototype,
      ),
      "G",
    ],
  ]);
  const name = (thing: unknown): unknown => {
    if ((typeof thing !== "object" && typeof thing !== "function") || thing === null)
      return typeof thing === "symbol" ? thing.toString() : thing === undefined ? "undefined" : thing;
    if (known.has(thing)) return known.get(thing);
    if (!seen.has(thing)) seen.set(thing, all.push(thing) - 1);
    return `#${seen.get(thing)}`;
  };
  const told: unknown[] = [things.map(name), name(it)];
  for (let index = 0; index < all.length; index++) {
    const thing = all[index] as object;
    const line: unknown[] = [
      typeof thing,
      Object.isExtensible(thing),
      Object.isSealed(thing),
      Object.isFrozen(thing),
      name(Object.getPrototypeOf(thing)),
    ];
    for (const key of Reflect.ownKeys(thing)) {
      const { value, get, set, writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(
        thing,
        key,
      ) as PropertyDescriptor;
      if (typeof thing === "function" && value === null && (key === "arguments" || key === "caller")) continue;
      line.push([key.toString(), name(value), name(get), name(set), writable, enumerable, configurable]);
    }
    if (typeof thing === "function") {
      for (const self of [it, thing]) {
        try {
          const result: unknown = Reflect.apply(thing, self, []);
          line.push(
            typeof result === "object" && result !== null && !Array.isArray(result)
              ? Object.prototype.toString.call(result)
              : name(result),
            Array.isArray(result) ? result : "",
          );
        } catch (error) {
          line.push((error as Error).name);
        }
      }
    }
    told.push(line);
    if (all.length > 500) throw new Error("no end of it");
  }
  return told;
}
