/**
 * The same picture for JupyterLab, where a hover tells of the task. JupyterLab shows an SVG as an image, whose titles nobody sees; it
 * draws Vega-Lite itself: so the image, and on it a box without colour for each one in the picture.
 */
import { boxesOf } from "./boxes";
import type { LivePicture } from "../display";
import { cardTop, WIDTH } from "../draw/card";
import { drawnSingly, END, heightOf, placeIn, START, type TimelinePicture } from "./chart";

/** JupyterLab moves what it draws itself a little to the right: smaller by that much it ends where the other pictures end. */
const SCALE = (WIDTH - 8) / WIDTH;

/** Undefined where the tasks are too many to be drawn, and so to be told of, one by one. */
export function liveTimeline(
  { title, lanes: { lanes, length }, conclusion }: TimelinePicture,
  svg: string,
): LivePicture | undefined {
  if (length === 0 || !drawnSingly(lanes)) return undefined;
  const height = Number(/ height="(\d+)"/.exec(svg)?.[1]);
  const [top, rowHeight] = [cardTop(title), heightOf(lanes.length)];
  const across = (time: number) => Math.round(10 * (START + (time / length) * (END - START))) / 10;
  const down = (row: number, share: number) => Math.round(10 * (top + placeIn(row, share, rowHeight) * rowHeight)) / 10;
  const boxes = lanes.flatMap((lane, row) =>
    boxesOf(lane).map(({ from, to, title: task }) => ({
      x: across(from),
      x2: across(to),
      y: down(row, 0),
      y2: down(row, 1),
      task,
    })),
  );
  // Twice in the notebook, its titles would be the longest part of it.
  const image = `data:image/svg+xml;charset=utf-8,${svg.replace(/<title>[^<]*<\/title>/g, "").replace(/[%#]/g, encodeURIComponent)}`;
  const size = { width: WIDTH * SCALE, height: height * SCALE };
  const scale = (end: number, more: object) => ({
    type: "quantitative",
    axis: null,
    scale: { domain: [0, end], nice: false, zero: false, ...more },
  });
  return {
    mime: "application/vnd.vegalite.v5+json",
    content: {
      $schema: "https://vega.github.io/schema/vega-lite/v5.json",
      description: conclusion,
      ...size,
      padding: 0,
      background: "transparent",
      autosize: "none",
      config: { view: { stroke: null } },
      usermeta: { embedOptions: { actions: false, renderer: "svg" } },
      layer: [
        {
          data: { values: [{}] },
          mark: { type: "image", url: image, ...size, x: 0, y: 0, align: "left", baseline: "top" },
        },
        {
          data: { values: boxes },
          mark: { type: "rect", fillOpacity: 0, tooltip: true },
          encoding: {
            x: { field: "x", ...scale(WIDTH, {}) },
            x2: { field: "x2" },
            y: { field: "y", ...scale(height, { reverse: true }) },
            y2: { field: "y2" },
            tooltip: { field: "task", type: "nominal" },
          },
        },
      ],
    },
  };
}
