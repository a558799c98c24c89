// Runs in the deck itself. Lays the cells out as slides, none of them higher than the frame: what does not fit goes on to the next one. Measured in the browser, since fonts differ.
/* global document, window, getComputedStyle, Reveal, RevealNotes */
"use strict";

const FRAME = { width: 1280, height: 720 };
/** Of what is on a slide. */
const WIDTH = 1200;
const BOTTOM = 700;
/** Of printed text; the notebook has the rest. */
const MOST_LINES = 10;
/** A chart may be as small as this share of the width, so that what belongs to it is on the same slide. */
const SMALLEST_CHART = 0.62;
/** How many times as large the letters of a slide that holds little become: the first that has room. */
const LARGER = [1.4, 1.3, 1.2, 1.1];
/** Of what stays empty on a slide, the share above its content: near its heading if it has one, else nearly in the middle. */
const ABOVE = { titled: 0.2, untitled: 0.4 };

const slides = document.querySelector(".reveal .slides");

/** The parts of a cell that stay whole: what stands directly in its Markdown, its code, each of its outputs. */
function partsOf(cell) {
  const parts = [...cell.children].flatMap((part) => {
    if (part.className === "words") return [...part.children];
    for (const pre of part.querySelectorAll(":scope.output > pre")) shorten(pre);
    return part.textContent.trim() === "" && part.querySelector("img, svg") === null ? [] : [part];
  });
  return parts.map(withPictures);
}

function shorten(pre) {
  const lines = pre.textContent.replace(/\n$/, "").split("\n");
  // As wide as the frame: longer ones take several lines there.
  const heights = lines.map((line) => Math.max(1, Math.ceil(line.length / 88)));
  let kept = 0;
  for (let height = 0; kept < lines.length && height + heights[kept] <= MOST_LINES; kept++) height += heights[kept];
  if (kept === lines.length) return;
  pre.textContent = lines.slice(0, Math.max(1, kept)).join("\n");
  const more = document.createElement("div");
  more.className = "more";
  const left = lines.length - Math.max(1, kept);
  more.textContent = `... and ${left} more line${left === 1 ? "" : "s"}, in the notebook`;
  pre.after(more);
}

/** Gives charts and diagrams a frame of their own shape, which can be made smaller. */
function withPictures(part) {
  for (const drawn of [part, ...part.querySelectorAll("img, svg")].filter((one) => one.matches("img, svg"))) {
    if (drawn.parentElement?.closest("svg, .picture")) continue;
    const box = drawn.viewBox?.baseVal;
    const shape = { width: drawn.naturalWidth || box?.width, height: drawn.naturalHeight || box?.height };
    const frame = document.createElement("div");
    frame.className = "picture";
    frame.dataset.shape = shape.width / shape.height;
    drawn.replaceWith(frame);
    frame.append(drawn);
    drawn.removeAttribute("width");
    drawn.removeAttribute("height");
    if (part === drawn) part = frame;
  }
  return part;
}

/** A heading stays with what follows, words with their list, table or code, and code with what it prints. */
const staysWithNext = (part, next) =>
  next !== undefined &&
  (/^H\d$/.test(part.tagName) ||
    next.className === "output" ||
    (part.tagName === "P" && /^(UL|OL|TABLE|PRE)$/.test(next.tagName)));

/** A slide under construction. */
class Page {
  constructor(heading) {
    this.element = document.createElement("section");
    if (heading) {
      const again = document.createElement("div");
      again.className = "again";
      again.textContent = heading;
      this.element.append(again);
    }
    this.empty = true;
    this.smallest = SMALLEST_CHART;
    slides.append(this.element);
  }

  /** Are they in the frame when they are on this slide? If not, they are taken off again. */
  takes(parts) {
    this.element.append(...parts);
    // One that is alone may be as small as it must.
    if (this.empty) this.smallest = parts.length === 1 ? 0 : SMALLEST_CHART;
    const share = this.fitPictures();
    const fits = this.overflow() <= 0;
    if (fits && this.empty) this.smallest = Math.min(share, SMALLEST_CHART);
    if (!fits) {
      for (const part of parts) part.remove();
      this.fitPictures();
    }
    this.empty &&= !fits;
    return fits;
  }

  hasWordsOnly() {
    return this.element.querySelector(".code, .output, .picture") === null;
  }

  /** Pixels that are missing at the bottom. */
  overflow() {
    return Math.max(...[...this.element.children].map((child) => child.offsetTop + child.offsetHeight)) - BOTTOM;
  }

  /** Makes room for the words beside them, but leaves them large enough. Returns the share of the width that they take. */
  fitPictures() {
    const pictures = [...this.element.querySelectorAll(".picture")];
    if (pictures.length === 0) return 1;
    for (const picture of pictures) setWidth(picture, WIDTH);
    const height = pictures.reduce((sum, picture) => sum + picture.offsetHeight, 0);
    const share = Math.min(1, (height - Math.max(0, this.overflow())) / height);
    for (const picture of pictures) setWidth(picture, WIDTH * Math.max(share, this.smallest) - 1);
    return share;
  }

  /** Fills a slide of words and code that leaves much of the wall empty: with larger letters, and with less of the rest below them. */
  fill() {
    if (this.element.querySelector(".picture, [role='progressbar']")) return;
    const lines = this.linesOfCode();
    for (const larger of LARGER) {
      this.element.style.setProperty("--larger", larger);
      // A line of code that was whole stays so.
      if (this.overflow() <= 0 && this.linesOfCode() === lines) break;
      this.element.style.removeProperty("--larger");
    }
    const titled = this.element.querySelector(":scope > :is(h1, h2, h3)") !== null;
    const first = this.element.querySelector(":scope > :not(.again, h1, h2, h3)");
    if (first) first.style.marginTop = `${Math.round(-this.overflow() * (titled ? ABOVE.titled : ABOVE.untitled))}px`;
  }

  linesOfCode() {
    return [...this.element.querySelectorAll(`pre, .parallel-typescript-words > [style*="pre-wrap"]`)]
      .map((pre) => pre.offsetHeight / parseFloat(getComputedStyle(pre).lineHeight))
      .reduce((sum, lines) => sum + Math.round(lines), 0);
  }
}

function setWidth(picture, width) {
  picture.style.width = `${width}px`;
  picture.style.height = `${width / picture.dataset.shape}px`;
}

/** What comes together, in halves: for what is higher than a whole slide. */
function halves(parts) {
  if (parts.length > 1) return [[parts[0]], parts.slice(1)];
  const [part] = parts;
  const rows =
    part.tagName === "TABLE"
      ? part.tBodies[0]
      : part.tagName === "DIV" && part.children.length === 1
        ? part.firstElementChild
        : part;
  if (rows.children.length < 2 || /^(P|PRE|CODE)$/.test(rows.tagName)) return undefined;
  const middle = Math.ceil(rows.children.length / 2);
  const rest = part.cloneNode(true);
  const restRows = part.tagName === "TABLE" ? rest.tBodies[0] : rows === part ? rest : rest.firstElementChild;
  [...rows.children].slice(middle).forEach((row) => row.remove());
  [...restRows.children].slice(0, middle).forEach((row) => row.remove());
  if (rest.tagName === "OL") rest.start = part.start + middle;
  return [[part], [rest]];
}

/** The slides of one section: all cells from one slide or subslide to the next. */
function layOut(cells, column, above) {
  const pages = [];
  let heading = above;
  const place = (parts) => {
    const last = pages.at(-1);
    if (last?.takes(parts)) return;
    // Code stays with the words that lead to it, if need be without what it prints.
    const [first, ...printed] = parts;
    if (printed.length > 0 && first.matches(".code") && last?.hasWordsOnly() && last.takes([first]))
      return place(printed);
    const page = new Page(heading);
    if (page.takes(parts)) return void pages.push(page);
    page.element.remove();
    const two = halves(parts);
    if (two === undefined) throw new Error(`higher than a slide: ${parts[0].textContent.slice(0, 80)}`);
    two.forEach(place);
  };
  for (const cell of cells) {
    let together = [];
    const parts = partsOf(cell);
    parts.forEach((part, index) => {
      together.push(part);
      const titled = /^H\d$/.test(together[0].tagName);
      if (staysWithNext(part, parts[index + 1])) return;
      // A slide that begins with a heading of its own needs none of before.
      if (titled && pages.length === 0) heading = undefined;
      for (const one of together) markStep(cell, one);
      place(together);
      if (titled) heading = together[0].textContent;
      together = [];
    });
  }
  for (const page of pages) {
    page.fill();
    // Nobody clicks to see the first thing of a slide.
    page.element.querySelector(":scope > :not(.again)")?.classList.remove("fragment");
    column.append(page.element);
  }
  return heading;
}

/** What a click brings: a cell that is a fragment, and what a cell prints, so that one can predict it. */
function markStep(cell, part) {
  if (cell.dataset.slide === "fragment" || part.className === "output") part.classList.add("fragment");
}

function build() {
  let section, column, heading;
  const sections = [];
  for (const cell of document.querySelectorAll("#cells > .cell")) {
    const kind = cell.dataset.slide;
    if (kind === "slide") column = [];
    if (kind === "slide" || kind === "subslide")
      sections.push((section = { column: (column ??= []), cells: [], notes: [] }));
    (kind === "notes" ? section.notes : section.cells).push(cell);
  }
  const columns = new Map();
  // On paper the notes of a part stand at its beginning; a speaker has them before the eyes on each of its slides.
  const isPrinted = new URLSearchParams(window.location.search).has("print-pdf");
  for (const { column, cells, notes } of sections) {
    if (!columns.has(column)) columns.set(column, document.createElement("section"));
    const stack = columns.get(column);
    const before = stack.children.length;
    heading = layOut(cells, stack, heading);
    if (notes.length > 0) column.notes ??= { cells: notes, part: heading };
    const inherited = isPrinted || notes.length > 0 ? undefined : column.notes;
    for (const page of [...stack.children].slice(before)) {
      page.append(...(inherited?.cells ?? notes).map(asNotes));
      if (inherited) page.querySelector(".notes").prepend(`For all of "${inherited.part}":`);
    }
  }
  for (const stack of columns.values()) {
    stack.className = "stack";
    slides.append(stack);
  }
  document.querySelector("#cells").remove();
}

function asNotes(cell) {
  const aside = document.createElement("aside");
  aside.className = "notes";
  const words = cell.querySelector(".words").cloneNode(true);
  // Folded in the notebook, for those who read it alone.
  for (const heading of words.querySelectorAll("summary")) heading.remove();
  for (const folded of words.querySelectorAll("details")) folded.replaceWith(...folded.childNodes);
  aside.append(...words.childNodes);
  return aside;
}

window.addEventListener("load", () => {
  document.documentElement.dataset.deck = "building";
  slides.style.width = `${FRAME.width}px`;
  build();
  const options = {
    ...FRAME,
    margin: 0,
    center: false,
    hash: true,
    transition: "none",
    slideNumber: "c/t",
    controls: false,
  };
  Reveal.initialize({ ...options, pdfSeparateFragments: false, pdfMaxPagesPerSlide: 1, plugins: [RevealNotes] }).then(
    () => (document.documentElement.dataset.deck = "ready"),
  );
});
