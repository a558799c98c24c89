/**
 * A picture as HTML: an image with words for those who do not see it, and regions that tell of what the pointer rests on. JupyterLab shows such an image
 * in notebooks that it does not trust, too; of an SVG alone it shows nothing there, and gives it no alternative text.
 */
import { escapeMarkup } from "./text";

/** A rectangle of the picture, in its pixels, and what it tells. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly x2: number;
  readonly y2: number;
  readonly tells: string;
}

/** The HTML of a card's SVG. `name` tells its regions from those of other pictures on the page. */
export function imageOf(svg: string, regions: readonly Region[] = [], name = ""): string {
  const [, width = "", height = ""] = / width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
  const [, words = ""] = /<desc>([^<]*)<\/desc>/.exec(svg) ?? [];
  // "decoding": a picture that takes the place of another must not leave the place white for a moment.
  const image = `<img alt="${words}" width="${width}" height="${height}" decoding="sync"${regions.length > 0 ? ` usemap="#${name}"` : ""} src="${asUrl(svg).replaceAll("&", "&amp;")}">`;
  const areas = regions.map(
    ({ x, y, x2, y2, tells }) =>
      `<area shape="rect" coords="${[x, y, x2, y2].map(Math.round).join(",")}" title="${escapeMarkup(tells)}">`,
  );
  return regions.length > 0 ? `${image}<map name="${name}">${areas.join("")}</map>` : image;
}

/** An SVG as the address of an image. Nobody sees titles and descriptions within an image. */
export function asUrl(svg: string): string {
  const source = svg
    .replace(/<(title|desc)>[^<]*<\/\1>/g, "")
    .replaceAll("\n", "")
    .replaceAll('"', "'");
  return `data:image/svg+xml,${source.replace(/[%#]/g, encodeURIComponent)}`;
}
