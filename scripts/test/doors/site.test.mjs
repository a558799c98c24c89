// The pages of npm run site, opened from the disk.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { inRoot, lessonNotebooks } from "../../setup/checkout.mjs";
import { openBrowser } from "../../setup/browser.mjs";

const site = inRoot("site");
const address = (path) => pathToFileURL(join(site, path)).href;

describe("npm run site", () => {
  let pages, browser;
  before(async () => {
    execFileSync(process.execPath, [inRoot("scripts", "site.mjs")], { stdio: "ignore" });
    const files = readdirSync(site, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".html"));
    pages = files.filter((name) => !name.startsWith(join("docs", "api")));
    browser = await openBrowser();
  });
  after(() => browser?.close());

  it("has a page for each notebook, and the notebook", () => {
    assert.ok(lessonNotebooks().length >= 4);
    for (const name of lessonNotebooks()) {
      assert.ok(pages.includes(join("notebooks", name.replace(".ipynb", ".html"))));
      assert.deepEqual(readFileSync(join(site, "notebooks", name)), readFileSync(inRoot("notebooks", name)));
    }
  });

  it("links to what is there, anchors too, and loads nothing from elsewhere", async () => {
    const page = await browser.newPage({ javaScriptEnabled: false });
    const seen = new Map();
    for (const name of pages) {
      await page.goto(address(name));
      seen.set(address(name), await page.evaluate(linksAndNames));
    }
    assert.ok(seen.size >= 20);
    for (const [from, { links, loads }] of seen) {
      assert.deepEqual(
        loads.filter((url) => !/^(file|data):/.test(url)),
        [],
        from,
      );
      for (const url of [...links, ...loads].filter((each) => each.startsWith("file:"))) {
        const [file, name] = url.split("#");
        assert.ok(existsSync(fileURLToPath(file)), `${from} needs ${file}`);
        if (name && seen.has(file))
          assert.ok(seen.get(file).names.includes(decodeURIComponent(name)), `${from}: ${url}`);
      }
    }
  });

  it("finds words, with what stands around them, and goes to the place", async () => {
    const page = await browser.newPage();
    const faults = [];
    page.on("pageerror", ({ message }) => faults.push(message));
    await page.goto(address("docs/decisions/README.html"));
    await page.fill("input[type=search]", "chunksize");
    const first = page.locator(".search li a").first();
    assert.match(await first.innerText(), /chunk/i);
    await first.click();
    await page.waitForURL(/#/);
    await page.fill("input[type=search]", "qqqq");
    assert.equal(await page.locator(".search ol").innerText(), "Nothing was found.");
    assert.deepEqual(faults, []);
  });

  // Every page once in each theme and once at each width, and a page with many pictures in all four ways.
  for (const [scheme, width] of [
    ["light", 360],
    ["dark", 1280],
    ["light", 1280],
    ["dark", 360],
  ]) {
    it(`is readable when it is ${scheme} and ${width} pixels wide, pictures too`, async () => {
      const page = await browser.newPage({ colorScheme: scheme, viewport: { width, height: 900 } });
      const pictures = join("notebooks", "02-pool.html");
      for (const name of (scheme === "light") === (width === 360) ? pages : [pictures]) {
        await page.goto(address(name));
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, `${name} is too wide`);
        assert.deepEqual(await page.evaluate(contrasts), [], `${name}: ink too close to its ground`);
      }
      await page.goto(address(pictures));
      const light = await page.locator("img[src*='255 cubes']").first().evaluate(lightness);
      assert.equal(light > 0.5, scheme === "light", `a picture's lightness is ${light}`);
      await page.close();
    });
  }

  it("keeps the theme that its reader chooses", async () => {
    const page = await browser.newPage({ colorScheme: "light" });
    await page.goto(address("index.html"));
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const before = await ground();
    for (const name of ["light", "dark"]) {
      await page.click(".theme");
      assert.equal(await page.innerText(".theme"), `Theme: ${name}`);
    }
    assert.notEqual(await ground(), before);
    await page.goto(address("docs/commands.html"));
    assert.equal(await page.innerText(".theme"), "Theme: dark");
  });

  it("is an archive of itself", () => {
    const list = "import sys, zipfile; print('\\n'.join(zipfile.ZipFile(sys.argv[1]).namelist()))";
    const zip = join(site, "parallel-typescript-lesson.zip");
    const names = execFileSync("python3", ["-c", list, zip], { encoding: "utf8" }).split("\n");
    for (const page of pages) assert.ok(names.includes(join("site", page).replaceAll("\\", "/")), page);
  });
});

/* These run in the page. */

function linksAndNames() {
  const all = (selector, attribute) => [...document.querySelectorAll(selector)].map((element) => element[attribute]);
  return {
    links: all("a[href]", "href"),
    loads: [...all("img[src], script[src]", "src"), ...all("link[href]", "href")],
    names: all("[id]", "id"),
  };
}

/** Texts whose contrast with the ground behind them is below 4.5 to 1, what WCAG asks for. */
function contrasts() {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]) =>
    [r, g, b].reduce((sum, value, i) => {
      const part = value / 255;
      return sum + [0.2126, 0.7152, 0.0722][i] * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    }, 0);
  const groundOf = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = rgb(getComputedStyle(each).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  const known = new Map();
  for (const element of document.querySelectorAll("main *, nav *, header *")) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
    if (!hasText || getComputedStyle(element).opacity === "0") continue;
    const [ink, ground] = [getComputedStyle(element).color, groundOf(element)];
    const key = `${ink} on ${ground}`;
    if (known.has(key)) continue;
    const [a, b] = [luminance(rgb(ink)), luminance(ground)].sort((x, y) => y - x);
    known.set(key, (a + 0.05) / (b + 0.05));
  }
  return [...known].filter(([, ratio]) => ratio < 4.5).map(([key, ratio]) => `${key}: ${ratio.toFixed(1)}`);
}

/** How light a picture is at its middle top, where its ground is, from 0 to 1. */
async function lightness(image) {
  await image.decode();
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.drawImage(image, 0, 0);
  const [r, g, b] = canvas.getImageData(Math.floor(image.width / 2), 6, 1, 1).data;
  return (r + g + b) / 3 / 255;
}
