/**
 * Results in words. JupyterLab breaks printed text wherever a narrow window ends, in the middle of words too; shown as HTML it wraps
 * between them. The same words stand behind it, and are what a terminal gets.
 */
import { escapeMarkup, show } from "../display";
import { FONT } from "./theme";
import { keptTogether, wrapped } from "./wording";

/** As printed text looks, in columns; a line that does not fit goes on a little further right. */
const LINE =
  "font:var(--jp-code-font-size,13px)/1.5 var(--jp-code-font-family,monospace);white-space:pre-wrap;padding-left:2ch;text-indent:-2ch";
const SENTENCE = `font:var(--jp-content-font-size1,14px)/1.5 var(--jp-content-font-family,${FONT});max-width:44em;margin-top:4px`;

/** Shows lines that are aligned with each other, then sentences. The colours are those of the page. */
export function say(lines: readonly string[], sentences: readonly string[] = []): void {
  const blocks = (style: string, texts: readonly string[]) =>
    texts.map((text) => `<div style="${style}">${escapeMarkup(text)}</div>`);
  show({
    mime: "text/html",
    rich: `<div class="parallel-typescript-words" style="padding:0 0 6px 1ch">${[...blocks(LINE, lines), ...blocks(SENTENCE, sentences.map(keptTogether))].join("\n")}</div>`,
    text: [...lines, ...sentences.map(wrapped)].join("\n"),
  });
}
