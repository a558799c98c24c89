/** What of a class ran once, when the class was made, and does not run again when it is made elsewhere. Told by its text. */
import type * as estree from "estree";
import type { Positioned } from "./analyse";

/** What stands after `extends`, static blocks, what static fields start with, and keys in brackets that are not constant. */
export function runOnce({ body, superClass }: estree.Class): Positioned[] {
  const parts = body.body.flatMap((member): (estree.Node | null | undefined)[] => {
    if (member.type === "StaticBlock") return [member];
    const key =
      member.computed && (member.type === "MethodDefinition" || member.static || constantKey(member.key) === undefined)
        ? member.key
        : undefined;
    return [key, member.type === "PropertyDefinition" && member.static ? member.value : undefined];
  });
  return [superClass, ...parts].filter((part): part is Positioned => part !== undefined && part !== null);
}

/** The key of a field in brackets that is the same whenever it is worked out: a literal, or a symbol of the language. */
export function constantKey(key: estree.Node): PropertyKey | undefined {
  if (key.type === "Literal") return String(key.value);
  if (key.type === "TemplateLiteral" && key.expressions.length === 0) return key.quasis[0].value.cooked ?? undefined;
  if (
    key.type !== "MemberExpression" ||
    key.computed ||
    key.object.type !== "Identifier" ||
    key.object.name !== "Symbol" ||
    key.property.type !== "Identifier"
  )
    return undefined;
  const symbol: unknown = Symbol[key.property.name as keyof SymbolConstructor];
  return typeof symbol === "symbol" ? symbol : undefined;
}
