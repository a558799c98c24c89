import assert from "node:assert/strict";
import { test } from "node:test";
import { colourOf, DARK, GROUND, INK, PHASE_COLOURS, SOFT_INK, STILL } from "../../dist/internal";

type Three = [number, number, number];

/** Red, green and blue as light, 0 to 1 each (sRGB, IEC 61966-2-1). */
function lightOf(colour: string): Three {
  return [1, 3, 5]
    .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)) as Three;
}

/** WCAG 2.2: 1 to 21. */
function contrast(one: string, other: string): number {
  const [brighter, darker] = [one, other]
    .map((colour) => lightOf(colour))
    .map(([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05)
    .sort((a, b) => b - a);
  return brighter / darker;
}

/** How eyes that lack a kind of cone see light; Machado, Oliveira and Fernandes (2009), severity 1. */
const EYES: Record<string, Three[]> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** CIE 1976 L*a*b*, of light. */
function labOf([r, g, b]: Three): Three {
  const f = (value: number) => (value > 216 / 24389 ? Math.cbrt(value) : ((value * 24389) / 27 + 16) / 116);
  const [x, y, z] = [
    (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
    0.2126 * r + 0.7152 * g + 0.0722 * b,
    (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
  ].map(f);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function distance(one: string, other: string, eyes: Three[]): number {
  const [a, b] = [one, other].map((colour) =>
    labOf(
      eyes.map((row) =>
        Math.max(
          0,
          row.reduce((sum, share, at) => sum + share * lightOf(colour)[at], 0),
        ),
      ) as Three,
    ),
  );
  return Math.hypot(...a.map((value, at) => value - b[at]));
}

const themes: Record<string, (light: string) => string> = {
  light: (colour) => colour,
  dark: (colour) => DARK[colour],
};

for (const [theme, seen] of Object.entries(themes)) {
  test(`${theme}: letters can be read on the ground of a picture, and what is drawn stands out from it`, () => {
    for (const ink of [INK, SOFT_INK]) assert.ok(contrast(seen(ink), seen(GROUND)) >= 4.5, ink);
    for (const colour of [...[0, 1, 2, 3, 4, 5, 6].map(colourOf), ...Object.values(PHASE_COLOURS)])
      assert.ok(contrast(seen(colour), seen(GROUND)) >= 3, `${colour}: ${contrast(seen(colour), seen(GROUND))}`);
  });

  test(`${theme}: colours that stand beside each other differ for every kind of eye`, () => {
    const variants = [0, 1, 2, 3, 4, 5, 6].map(colourOf).map(seen);
    const lane = [...Object.values(PHASE_COLOURS), STILL].map(seen);
    for (const [name, eyes] of Object.entries(EYES)) {
      for (const colours of [variants, lane]) {
        for (const [index, one] of colours.entries()) {
          for (const other of colours.slice(index + 1))
            assert.ok(
              distance(one, other, eyes) > 10,
              `${one} and ${other}, ${name}: ${distance(one, other, eyes).toFixed(1)}`,
            );
        }
      }
    }
  });
}
