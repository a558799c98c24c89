// Runs in the page of the room: asks for what is new once a second, and draws it. What learners have sent becomes text, never markup.
"use strict";

const SVG = "http://www.w3.org/2000/svg";
/** Of the chart: as high as leaves room on the wall for what is above and below it. */
const HEIGHT = { least: 260, most: 400, others: 400 };
const EDGE = { right: 24, top: 16, bottom: 50 };
/** Pixels of a letter beside the chart, and from one point to the next. */
const LETTER = 9;
const APART = 14;
const FORMS = [
  "M-7,0a7,7 0 1,0 14,0a7,7 0 1,0 -14,0",
  "M-6,-6H6V6H-6Z",
  "M0,-8L8,6H-8Z",
  "M0,-9L9,0L0,9L-9,0Z",
  "M-3,-8H3V-3H8V3H3V8H-3V3H-8V-3H-3Z",
];

const byId = (id) => document.getElementById(id);
const chosen = byId("title");
let shown = { version: -1, learners: [], addresses: [] };

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
function drawn(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}
const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
/** "2.5 ×", and "1/25 ×" for what is far slower. */
const times = (ratio) =>
  ratio < 0.5 ? `1/${Number((1 / ratio).toPrecision(2))}\u00a0×` : `${Number(ratio.toPrecision(2))}\u00a0×`;

/** What learners have of the chosen comparison: a point each. */
function pointsOf(title) {
  return shown.learners.flatMap(({ name, cores, results }) =>
    results.filter((result) => result.title === title).map((result) => ({ ...result, name, cores })),
  );
}

function fillTitles() {
  const learners = new Map();
  for (const { results } of shown.learners)
    for (const title of new Set(results.map((result) => result.title)))
      learners.set(title, (learners.get(title) ?? 0) + 1);
  const titles = [...learners].sort(([, one], [, other]) => other - one);
  const before = chosen.value;
  chosen.replaceChildren(...titles.map(([title, count]) => element("option", `${title} (${count})`, { value: title })));
  if (learners.has(before)) chosen.value = before;
}

function drawChart(points, variants) {
  const width = Math.max(280, byId("chart").clientWidth);
  const height = Math.max(HEIGHT.least, Math.min(HEIGHT.most, window.innerHeight - HEIGHT.others));
  const svg = drawn("svg", {
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": byId("summary").textContent,
  });
  const mostCores = Math.max(2, ...points.map(({ cores }) => cores));
  const speeds = points.map(({ ratio }) => ratio);
  const [low, high] = [Math.min(0.8, ...speeds) / 1.2, Math.max(2, mostCores, ...speeds) * 1.15];
  const span = Math.log2(high / low);
  const step = Math.max(1, Math.ceil(span / 8));
  const powers = [];
  for (let power = Math.ceil(Math.log2(low) / step) * step; 2 ** power <= high; power += step) powers.push(power);
  const labels = powers.map((power) => (power < 0 ? `1/${2 ** -power} ×` : `${2 ** power} ×`));
  const left = 20 + LETTER * Math.max(...labels.map(({ length }) => length));
  const x = (cores) => left + 24 + (Math.log2(cores) / Math.log2(mostCores)) * (width - left - EDGE.right - 48);
  const y = (ratio) => height - EDGE.bottom - (Math.log2(ratio / low) / span) * (height - EDGE.top - EDGE.bottom);
  for (const [place, power] of powers.entries()) {
    const at = y(2 ** power);
    svg.append(
      drawn("line", { class: power === 0 ? "same" : "grid", x1: left, x2: width - EDGE.right, y1: at, y2: at }),
    );
    svg.append(drawn("text", { x: left - 8, y: at + 5, "text-anchor": "end" }, labels[place]));
  }
  for (let cores = 1; cores <= mostCores; cores *= 2)
    svg.append(drawn("text", { x: x(cores), y: height - EDGE.bottom + 22, "text-anchor": "middle" }, cores));
  svg.append(drawn("text", { x: width / 2, y: height - 6, "text-anchor": "middle" }, "cores"));
  svg.append(drawn("line", { class: "ideal", x1: x(1), y1: y(1), x2: x(mostCores), y2: y(mostCores) }));
  const placed = [];
  for (const { cores, ratio, variant, name, kind } of points) {
    // Side by side where they would lie on each other.
    const at = y(ratio);
    const isFree = (place) =>
      placed.every(([across, down]) => Math.abs(across - place) >= APART || Math.abs(down - at) >= APART);
    let place = x(cores);
    for (let aside = 1; !isFree(place); aside++) place = x(cores) + Math.ceil(aside / 2) * APART * (-1) ** aside;
    placed.push([place, at]);
    const form = Math.max(0, variants.indexOf(variant)) % FORMS.length;
    const point = drawn("path", {
      class: `point v${form}${kind === "unclear" ? " unsure" : ""}`,
      d: FORMS[form],
      transform: `translate(${place},${at})`,
    });
    point.append(drawn("title", {}, `${name}: ${variant} ${times(ratio)}, ${plural(cores, "core")}`));
    svg.append(point);
  }
  byId("chart").replaceChildren(
    points.length === 0 ? element("p", "Nobody has sent a comparison yet.", { class: "soft" }) : svg,
  );
}

function drawLegend(variants) {
  const entry = (text, mark) => {
    const icon = drawn("svg", { viewBox: "-10 -10 20 20", "aria-hidden": "true" });
    icon.append(mark);
    const item = element("li", text);
    item.prepend(icon);
    return item;
  };
  const line = (kind) => drawn("line", { class: kind, x1: -10, x2: 10, y1: 0, y2: 0, "stroke-width": 2 });
  const entries = variants.map((variant, index) =>
    entry(variant, drawn("path", { class: `v${index % FORMS.length}`, d: FORMS[index % FORMS.length] })),
  );
  byId("legend").replaceChildren(
    ...(entries.length === 0
      ? []
      : [
          ...entries,
          entry("cannot tell", drawn("path", { class: "unsure", d: FORMS[0] })),
          entry("as fast as the first way", line("same")),
          entry("ideal: as many times as there are cores", line("ideal")),
        ]),
  );
}

function summaryOf(points, variants) {
  return variants
    .map((variant) => {
      const own = points.filter((point) => point.variant === variant);
      const count = (kind) => own.filter((point) => point.kind === kind).length;
      const sorted = own.map(({ ratio }) => ratio).sort((one, other) => one - other);
      const middle = (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
      const kinds = [
        ["faster", "faster"],
        ["slower", "slower"],
        ["same", "the same"],
        ["unclear", "cannot tell"],
      ];
      const said = kinds.filter(([kind]) => count(kind) > 0).map(([kind, word]) => `${word} ${count(kind)}`);
      return `${variant}: ${said.join(", ")}; in the middle ${times(middle)}.`;
    })
    .join(" ");
}

function fillExercises() {
  const counts = new Map();
  for (const { solved } of shown.learners) for (const id of solved) counts.set(id, (counts.get(id) ?? 0) + 1);
  const inOrder = [...counts].sort(([one], [other]) => one.localeCompare(other, "en", { numeric: true }));
  const items = inOrder.map(([id, count]) => {
    const item = element("li", id);
    const meter = element("meter", "", { min: 0, max: shown.learners.length, "aria-label": `exercise ${id}` });
    meter.value = count;
    item.append(meter, `${count} of ${shown.learners.length}`);
    return item;
  });
  byId("exercises").replaceChildren(...(items.length > 0 ? items : [element("li", "None yet.", { class: "soft" })]));
}

function fillFigures(title, variants) {
  const row = (kind, cells) => {
    const made = document.createElement("tr");
    made.append(...cells.map((cell) => element(kind, cell)));
    return made;
  };
  const rows = shown.learners.map(({ name, cores, results, solved }) => {
    const found = (variant) => results.find((result) => result.title === title && result.variant === variant);
    return row("td", [
      name,
      cores,
      ...variants.map((variant) => (found(variant) ? times(found(variant).ratio) : "")),
      solved.length,
    ]);
  });
  byId("figures").replaceChildren(row("th", ["who", "cores", ...variants, "exercises"]), ...rows);
}

function show() {
  const title = chosen.value;
  const points = pointsOf(title);
  const variants = [...new Set(points.map(({ variant }) => variant))];
  byId("count").textContent = `${plural(shown.learners.length, "learner")} so far`;
  byId("call").textContent = shown.addresses.map((address) => `await mp.share("${address}", "our table")`).join("\n");
  byId("summary").textContent = summaryOf(points, variants);
  drawChart(points, variants);
  drawLegend(variants);
  fillExercises();
  fillFigures(title, variants);
}

/** What is new, or what is shown already; undefined when nobody answers. */
async function ask() {
  try {
    const response = await fetch(`state?since=${shown.version}`);
    return response.status === 204 ? shown : await response.json();
  } catch {
    return undefined;
  }
}

async function keepUp() {
  setTimeout(keepUp, 1_000);
  const state = await ask();
  document.body.classList.toggle("lost", state === undefined);
  if (state === undefined) byId("count").textContent = "The page has lost its server: is npm run class still running?";
  if (state?.version === shown.version) return;
  shown = state ?? { ...shown, version: -1 };
  if (state === undefined) return;
  fillTitles();
  show();
}

chosen.addEventListener("change", show);
window.addEventListener("resize", show);
keepUp();
