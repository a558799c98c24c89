// What an editor shows at a place of a cell. TypeScript's own function for it needs a language service, and has all comments read at the start.

/** The name at a place with its type and what is documented of it, in the form of TypeScript's quick info; undefined where there is none. */
export function quickInfoAt(ts, file, checker, position) {
  const node = ts.getTouchingPropertyName(file, position);
  if (node === file) return undefined;
  const isConstructor = ts.isNewExpression(node.parent) && node.pos === node.parent.pos;
  const meant = isConstructor ? node.parent.expression : node;
  const textSpan = { start: node.getStart(file), length: node.getEnd() - node.getStart(file) };
  const symbol = checker.getSymbolAtLocation(meant);
  if (symbol === undefined || checker.isUnknownSymbol(symbol)) {
    if (!ts.isExpression(meant)) return undefined;
    const type = checker.getTypeAtLocation(meant);
    return { textSpan, displayParts: [{ text: checker.typeToString(type) }], documentation: [], tags: [] };
  }
  const { displayParts } = ts.SymbolDisplay.getSymbolDisplayPartsDocumentationAndSymbolKind(
    checker,
    symbol,
    file,
    ts.getContainerNode(meant),
    meant,
  );
  const original = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const called = signatureAt(ts, meant, checker)?.declaration;
  const declarations = [...(called === undefined ? [] : [called]), ...(original.declarations ?? [])];
  return { textSpan, displayParts, documentation: documentationOf(ts, declarations, checker), tags: [] };
}

/** Which of its forms is called there: of a class, what its constructor takes is to be told. */
function signatureAt(ts, name, checker) {
  const { parent } = name;
  const callee = ts.isPropertyAccessExpression(parent) && parent.name === name ? parent : name;
  const call = callee.parent;
  const isCalled = (ts.isCallExpression(call) || ts.isNewExpression(call)) && call.expression === callee;
  return isCalled ? checker.getResolvedSignature(call) : undefined;
}

/** The comment of the first declaration that has one. */
function documentationOf(ts, declarations, checker) {
  for (const declaration of declarations) {
    const found = [withComments(ts, declaration)];
    const words = inWords(
      ts.JsDoc.getJsDocCommentsFromDeclarations(found, checker),
      ts.JsDoc.getJsDocTagsFromDeclarations(found, checker),
    );
    if (words !== "") return [{ text: words }];
  }
  return [];
}

/** Files read with their comments, by the file without them. */
const commented = new WeakMap();

/** The same declaration in its file read anew, with comments. */
function withComments(ts, declaration) {
  const file = declaration.getSourceFile();
  if (!commented.has(file)) {
    const how = { languageVersion: file.languageVersion, jsDocParsingMode: ts.JSDocParsingMode.ParseAll };
    commented.set(file, ts.createSourceFile(file.fileName, file.text, how, true));
  }
  const find = (node) =>
    node.pos === declaration.pos && node.end === declaration.end && node.kind === declaration.kind
      ? node
      : ts.forEachChild(node, (child) =>
          child.pos <= declaration.pos && child.end >= declaration.end ? find(child) : undefined,
        );
  return find(commented.get(file)) ?? declaration;
}

/** What is documented, as a text to be read. */
function inWords(documentation, tags) {
  const textOf = (parts = []) => parts.map(({ text }) => text).join("");
  const told = tags.map(({ name, text }) => {
    const words = textOf(text).trim();
    const plain = words.replace(/^```\w*\n|\n?```$/g, "");
    return name === "param" ? words.replace(/^(\S+)\s+(?:- )?/, "$1: ") : `${HEADS[name] ?? `${name}: `}${plain}`;
  });
  return [textOf(documentation), ...told].filter((text) => text.trim() !== "").join("\n\n");
}
const HEADS = { returns: "Gives: ", return: "Gives: ", throws: "Throws ", example: "Example:\n", see: "See " };
