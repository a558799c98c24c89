/**
 * The diagrams of the lesson, in one style: `node notebooks/img/draw.mjs` writes the SVG files beside this one. Each has a
 * card of its own, with light colours as attributes, which every program can draw, and a rule that replaces them where the page is dark.
 */
import { writeFileSync } from "node:fs";

const WIDTH = 680;
const INK = "#1f2328";
const SOFT = "#57606a";
/** Okabe and Ito's colours, which colour-blind readers can tell apart, and a light one of each for grounds. */
const KINDS = {
  notebook: { fill: "#f6f8fa", stroke: "#57606a" },
  worker: { fill: "#d9eaf5", stroke: "#0072b2" },
  item: { fill: "#fbeac4", stroke: "#b37a00" },
  result: { fill: "#cdeee2", stroke: "#007a58" },
  idle: { fill: "#ffffff", stroke: "#8c959f", dashes: "5 4" },
};

/** Each light colour's partner on a dark page. */
const DARK = {
  [INK]: "#e6edf3", [SOFT]: "#a3adb8", "#ffffff": "#17191c", "#d0d7de": "#3d444d", "#f6f8fa": "#22272e", "#8c959f": "#7d8792",
  "#d9eaf5": "#123a55", "#0072b2": "#3f9bdc", "#fbeac4": "#4a3a10", "#b37a00": "#e6b400", "#cdeee2": "#0f4435", "#007a58": "#42cda1",
};

/** The rule for a dark page, for those colours that the markup has. */
function darkStyle(markup) {
  const rules = Object.entries(DARK).filter(([light]) => markup.includes(`"${light}"`)).map(([light, dark]) => `[fill="${light}"]{fill:${dark}}[stroke="${light}"]{stroke:${dark}}`);
  return `<style>@media (prefers-color-scheme:dark){${rules.join("")}}</style>`;
}

const text = (x, y, words, { size = 15, weight = 400, fill = INK, anchor = "middle" } = {}) =>
  `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${fill}" text-anchor="${anchor}">${words}</text>`;
const small = (x, y, words, style = {}) => text(x, y, words, { size: 13.5, fill: SOFT, ...style });

function box(x, y, width, height, kind, title, ...lines) {
  const { fill, stroke, dashes } = KINDS[kind];
  const first = y + height / 2 + 5 - (lines.length * 19) / 2;
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="7" fill="${fill}" stroke="${stroke}" stroke-width="1.75"${dashes ? ` stroke-dasharray="${dashes}"` : ""}/>`,
    title ? text(x + width / 2, first, title, { weight: 600 }) : "",
    ...lines.map((line, index) => small(x + width / 2, first + 19 * (index + 1), line, { fill: INK })),
  ].join("");
}

/** A row of cells with a word in each; `kind` may depend on the place. */
const cells = (x, y, width, height, words, kind) =>
  words.map((word, index) => {
    const { fill, stroke } = KINDS[typeof kind === "function" ? kind(index) : kind];
    return `<rect x="${x + index * width}" y="${y}" width="${width}" height="${height}" fill="${fill}" stroke="${stroke}" stroke-width="1.5"/>${text(x + (index + 0.5) * width, y + height / 2 + 5, word, { size: 14 })}`;
  }).join("");

/** A bent line with a head at its end; `dashed` for what comes back. */
function arrow(points, { dashed = false } = {}) {
  const [[x1, y1], [x2, y2]] = points.slice(-2);
  const angle = Math.atan2(y2 - y1, x2 - x1);
  const wing = (turn) => `${(x2 - 8 * Math.cos(angle + turn)).toFixed(1)} ${(y2 - 8 * Math.sin(angle + turn)).toFixed(1)}`;
  const line = points.map(([x, y]) => `${x} ${y}`).join(" L");
  return `<path d="M${line}" fill="none" stroke="${INK}" stroke-width="1.75"${dashed ? ` stroke-dasharray="5 4"` : ""}/><path d="M${wing(0.45)} L${x2} ${y2} L${wing(-0.45)}" fill="none" stroke="${INK}" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"/>`;
}

/** Lanes in which time goes to the right. */
const lane = (y, name, until = WIDTH - 24) => `<line x1="118" x2="${until}" y1="${y + 17}" y2="${y + 17}" stroke="#d0d7de" stroke-width="1.5"/>${text(106, y + 22, name, { weight: 600, anchor: "end" })}`;
const stretch = (x, y, width, kind, words) => `<rect x="${x}" y="${y}" width="${width}" height="34" rx="5" fill="${KINDS[kind].fill}" stroke="${KINDS[kind].stroke}" stroke-width="1.5"${KINDS[kind].dashes ? ` stroke-dasharray="5 4"` : ""}/>${small(x + width / 2, y + 22, words, { fill: INK })}`;
const timeArrow = (y) => arrow([[118, y], [WIDTH - 24, y]]) + small(WIDTH - 24, y + 20, "time", { anchor: "end" });

function write(name, height, alt, ...parts) {
  const body = `<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8" fill="#ffffff" stroke="#d0d7de"/>\n${parts.join("\n")}`;
  writeFileSync(new URL(name, import.meta.url), `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif">
<title id="title">${alt}</title>
${darkStyle(body)}
${body}
</svg>
`);
}

write("process_queue.svg", 300,
  "The notebook starts three processes, each with a memory of its own. They put their strings into one queue as they finish, and the notebook gets them from there: in the order of finishing, not of starting.",
  box(24, 63, 128, 108, "notebook", "notebook", "own memory", "start(), join()"),
  ...[0, 1, 2].flatMap((index) => {
    const y = 24 + index * 66;
    return [
      arrow([[152, 117], [180, 117], [200, y + 27], [228, y + 27]]),
      box(232, y, 164, 54, "worker", `Process-${index + 1}`, "own memory"),
      arrow([[396, y + 27], [424, y + 27], [444, 117], [470, 117]]),
    ];
  }),
  small(172, 30, "start()"), small(454, 30, "put()"),
  cells(474, 95, 60, 44, ["from 2", "from 3", "from 1"], "result"),
  text(564, 81, "output queue", { weight: 600 }), small(564, 161, "as they finish"),
  arrow([[564, 176], [564, 250], [88, 250], [88, 175]], { dashed: true }),
  small(320, 274, "get(): results cross from one memory to the other as copies"));

write("pool_apply.svg", 262,
  "apply hands over one call and waits for its result before it hands over the next: of two workers, one is always idle.",
  lane(24, "notebook"), lane(88, "worker 1"), lane(152, "worker 2"),
  stretch(124, 152, 516, "idle", "idle"),
  ...[0, 1, 2, 3].flatMap((call) => {
    const x = 124 + call * 130;
    return [
      stretch(x, 24, 116, "idle", "waits"), stretch(x + 14, 88, 88, "worker", `cube(${call})`),
      arrow([[x + 14, 58], [x + 14, 85]]), arrow([[x + 102, 88], [x + 102, 62]], { dashed: true }),
    ];
  }),
  timeArrow(216));

write("map_chunks.svg", 330,
  "map cuts the items into chunks, and whichever worker is free takes the next chunk. The results come back in the order of the items, whoever finishes first.",
  small(60, 46, "items", { anchor: "end", fill: INK, weight: 600 }),
  cells(76, 26, 46, 32, Array.from({ length: 12 }, (_, item) => String(item)), "item"),
  ...[0, 1, 2, 3].map((chunk) => `<path d="M${80 + chunk * 138} 66 v7 h130 v-7" fill="none" stroke="${SOFT}" stroke-width="1.5"/>${small(145 + chunk * 138, 92, `chunk ${chunk + 1}`)}`),
  box(150, 146, 164, 62, "worker", "worker 1", "chunks 1, 3 and 4"), box(410, 146, 164, 62, "worker", "worker 2", "chunk 2: a long one"),
  arrow([[145, 100], [200, 142]]), arrow([[421, 100], [270, 142]]), arrow([[559, 100], [300, 142]]), arrow([[283, 100], [470, 142]]),
  arrow([[232, 208], [232, 258]], { dashed: true }), arrow([[492, 208], [492, 258]], { dashed: true }),
  small(60, 284, "results", { anchor: "end", fill: INK, weight: 600 }),
  cells(76, 264, 46, 32, Array.from({ length: 12 }, (_, item) => String(item ** 3)), "result"),
  small(352, 318, "in the order of the items"));

write("async_results.svg", 282,
  "applyAsync hands over all calls at once and returns AsyncResults. The notebook goes on while both workers compute, and get waits only for what is not ready yet.",
  lane(44, "notebook"), lane(108, "worker 1"), lane(172, "worker 2"),
  small(163, 34, "applyAsync × 4"), stretch(124, 44, 82, "item", "hands over"),
  stretch(214, 44, 204, "notebook", "does something else"), stretch(428, 44, 92, "idle", "get(): waits"), stretch(532, 44, 116, "result", "all results"),
  arrow([[136, 78], [136, 169]]), arrow([[162, 78], [162, 105]]),
  stretch(150, 108, 136, "worker", "cube(1)"), stretch(292, 108, 130, "worker", "cube(3)"),
  stretch(128, 172, 128, "worker", "cube(0)"), stretch(262, 172, 250, "worker", "cube(2)"),
  arrow([[422, 125], [470, 125], [470, 82]], { dashed: true }), arrow([[512, 189], [526, 189], [526, 82]], { dashed: true }),
  timeArrow(236));

/** A file in so many chunks, one below the other. */
const file = (x, y, count, kind) => Array.from({ length: count }, (_, index) => cells(x, y + index * 26, 118, 26, [""], kind(index))).join("");

write("single_reader.svg", 266,
  "One reader takes the file chunk by chunk and counts each chunk itself: while it counts, nobody reads, and all other cores are idle.",
  text(83, 36, "the file", { weight: 600 }), file(24, 48, 7, (index) => (index === 2 ? "item" : "notebook")), small(83, 252, "chunks of 256 KiB"),
  arrow([[142, 113], [262, 113]]), small(202, 102, "reads one"), box(266, 58, 168, 110, "worker", "the notebook", "reads a chunk, splits,", "counts its words,", "then reads again"),
  arrow([[434, 113], [518, 113]]), box(522, 72, 134, 82, "result", "counts", "dog, cat,", "boy, girl"),
  ...[2, 3, 4].map((core, index) => stretch(266 + index * 132, 200, 120, "idle", `core ${core}: idle`)));

write("fed_workers.svg", 306,
  "One reader hands chunks to a pool of workers, which count at the same time: as many cores are busy as there are workers, as long as the one reader can feed them.",
  text(83, 36, "the file", { weight: 600 }), file(24, 48, 8, (index) => (index > 0 && index < 4 ? "item" : "notebook")), small(83, 278, "chunks of 256 KiB"),
  arrow([[142, 152], [178, 152]]), box(182, 98, 136, 108, "notebook", "the notebook", "reads a chunk,", "hands it over,", "reads the next"),
  ...[0, 1, 2].flatMap((index) => {
    const y = 48 + index * 76;
    return [arrow([[318, 152], [334, 152], [346, y + 28], [362, y + 28]]), box(366, y, 146, 56, "worker", `worker ${index + 1}`, "splits, counts"), arrow([[512, y + 28], [526, y + 28], [538, 152], [550, 152]])];
  }),
  box(554, 108, 106, 88, "result", "counts", "added up as", "they come"), small(439, 290, "all count at the same time"));

write("own_ranges.svg", 306,
  "Each worker reads its own range of the file and counts it: nobody hands chunks over, so no reader holds the others back. Only the counts travel.",
  text(83, 36, "the file", { weight: 600 }), file(24, 48, 9, () => "item"),
  ...[0, 1, 2].flatMap((index) => {
    const y = 48 + index * 78;
    return [
      `<path d="M150 ${y + 4} h8 v70 h-8" fill="none" stroke="${SOFT}" stroke-width="1.5"/>`,
      arrow([[162, y + 39], [278, y + 39]]), small(220, y + 30, `range ${index + 1}`),
      box(282, y + 7, 190, 62, "worker", `worker ${index + 1}`, "reads, splits, counts"), arrow([[472, y + 39], [492, y + 39], [512, 165], [538, 165]]),
    ];
  }),
  box(542, 119, 114, 92, "result", "counts", "a few numbers", "a worker"), small(377, 298, "each range ends between two words"));
