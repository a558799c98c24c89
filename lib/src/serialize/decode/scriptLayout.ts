/**
 * The text of a scope with the scopes and functions in it, as one script. Each function has the line and column at which its author wrote it. V8 compiles
 * and optimizes the script's functions once, however many calls they are sent with. Text only: `evaluate` runs it.
 */
import { MOST_LINES, beginOf, decoyOf, expressionOf, makerCode } from "./generatedCode";
import type { FunctionNode, ScopeNode } from "../message/message";

export interface ScriptText {
  readonly text: string;
  /** The name of the script. */
  readonly url: string;
  /** The index of each function and scope number among the parts of its scope. Functions that do not fit in are missing. */
  readonly parts: ReadonlyMap<FunctionNode | number, number>;
}

/** The line in which a script begins, so that line 0 is free for functions. */
export const FIRST_LINE = -1;
const THUNK = "() =>";
export class Layout {
  private readonly functionsIn: readonly FunctionNode[][];
  private readonly scopesIn: readonly number[][];

  /** @param sloppy the numbers of the scopes whose code is sloppy */
  constructor(
    private readonly scopes: readonly ScopeNode[],
    functions: readonly FunctionNode[],
    private readonly sloppy: ReadonlySet<number>,
  ) {
    this.functionsIn = scopes.map(() => []);
    this.scopesIn = scopes.map(() => []);
    for (const node of functions) if (node.enclosingClass === undefined) this.functionsIn[node.scope]?.push(node);
    scopes.forEach(({ parent }, number) => {
      this.scopesIn[parent]?.push(number);
    });
  }

  /** Is there no variable in that scope and around it? */
  isEmpty(number: number): boolean {
    if (number < 0) return true;
    const { variables, parent } = this.scopes.at(number) as ScopeNode;
    return variables.length === 0 && this.isEmpty(parent);
  }

  /** The script of a scope; undefined when no function fits in. */
  scope(number: number): ScriptText | undefined {
    const url = this.firstUrl(number);
    return url === undefined
      ? undefined
      : this.scriptText(url, (script) => {
          this.writeScope(script, number);
        });
  }

  /** The script of one function in an empty scope. */
  alone(node: FunctionNode): ScriptText | undefined {
    const url = node.position?.[0];
    return url === undefined
      ? undefined
      : this.scriptText(url, (script) => {
          this.write(script, [], node.sloppy, [node]);
        });
  }

  private scriptText(url: string, write: (script: Script) => void): ScriptText | undefined {
    const script = new Script(url);
    script.write("(");
    write(script);
    script.write(")");
    return script.text.length <= MOST_TEXT && [...script.parts.keys()].some((part) => typeof part === "object")
      ? script
      : undefined;
  }

  private firstUrl(number: number): string | undefined {
    for (const { position } of this.functionsIn.at(number) ?? []) if (position !== undefined) return position[0];
    for (const inner of this.scopesIn.at(number) ?? []) {
      const url = this.firstUrl(inner);
      if (url !== undefined) return url;
    }
    return undefined;
  }

  private writeScope(script: Script, number: number): void {
    const { variables } = this.scopes.at(number) as ScopeNode;
    this.write(script, variables, this.sloppy.has(number), this.partsIn(number));
  }

  private partsIn(number: number): readonly (FunctionNode | number)[] {
    return [...(this.functionsIn.at(number) ?? []), ...(this.scopesIn.at(number) ?? [])];
  }

  private write(
    script: Script,
    variables: ScopeNode["variables"],
    sloppy: boolean,
    parts: readonly (FunctionNode | number)[],
  ): void {
    const { opening, closing } = makerCode(variables, sloppy);
    script.write(opening);
    let count = 0;
    for (const part of [...parts].sort((one, other) => this.beginOf(one) - this.beginOf(other))) {
      if (script.text.length > MOST_TEXT) return;
      if (typeof part === "number") {
        this.writeScope(script, part);
      } else {
        const closing = fitsIn(part, sloppy) ? script.moveTo(part) : undefined;
        if (closing === undefined) continue;
        script.write(expressionOf(part) + closing);
        if (closing !== "") count++;
      }
      script.write(", ");
      script.parts.set(part, count++);
    }
    script.write(closing);
  }

  /** The position of a function, or of the first one in a scope, as one number. */
  private beginOf(part: FunctionNode | number): number {
    if (typeof part === "object")
      return part.position === undefined ? LAST : part.position[1] * COLUMNS + part.position[2];
    return this.partsIn(part).reduce((first: number, inner) => Math.min(first, this.beginOf(inner)), LAST);
  }
}
/** The longest script, in characters: many scripts are kept. */
const MOST_TEXT = 2 ** 18;
/** More columns than a line has. */
const COLUMNS = 2 ** 26;
const LAST = Number.MAX_SAFE_INTEGER;

/** A function that needs `this` or `arguments` around it is evaluated alone. */
function fitsIn({ usesThis, args, sloppy, isClass }: FunctionNode, sloppyScope: boolean): boolean {
  return !usesThis && args === undefined && (isClass || sloppy === sloppyScope);
}

/** A growing text that knows the line and column of its end. */
class Script implements ScriptText {
  text = "";
  readonly parts = new Map<FunctionNode | number, number>();
  private line = FIRST_LINE;
  private column = 0;

  constructor(readonly url: string) {}

  write(piece: string): void {
    this.text += piece;
    const lines = piece.split("\n");
    this.line += lines.length - 1;
    this.column = (lines.at(-1) as string).length + (lines.length === 1 ? this.column : 0);
  }

  /**
   * Writes the beginning of a part, up to where its function must begin; what must follow the function, or undefined when the text is beyond that, or another script's.
   * In the function's own line there is no place before the function at which V8 can stop, so that a breakpoint of that line stops in the function.
   */
  moveTo(node: FunctionNode): string | undefined {
    if (node.position?.[0] !== this.url) return undefined;
    const [line, column] = beginOf(node);
    if (line > MOST_LINES || line < this.line) return undefined;
    const isBelow = line > this.line;
    if (!isBelow && column < this.column + THUNK.length) return undefined;
    this.write(isBelow ? `${"\n".repeat(line - this.line - 1)}${decoyOf(line, column)}, () => { return (\n` : THUNK);
    this.write(" ".repeat(column - this.column));
    return isBelow ? ") }" : "";
  }
}
