// The page of a room as it stands on the wall: what learners send is drawn, and stays text.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { makeServer, makeToken, portOf } from "../../class/server.mjs";
import { openBrowser } from "../../setup/browser.mjs";
import { RESULTS } from "./support/files.mjs";

const MARKUP = "<img src=x onerror=document.title='run'>";
const learner = (number, name, cores, ratio) => ({
  id: String(number).padEnd(36, "-"),
  name,
  cores,
  results: [{ title: `${MARKUP}darts`, variant: `parallel ${MARKUP}`, kind: "faster", ratio }],
  solved: ["1.1", "2.10"].slice(0, number),
});

describe("the page of a room", () => {
  let server, browser, address;
  before(async () => {
    const token = makeToken();
    server = makeServer(token, ["127.0.0.1"]);
    await once(server.listen(0, "127.0.0.1"), "listening");
    address = `http://127.0.0.1:${portOf(server)}/${token}`;
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    server.close();
    server.closeAllConnections();
  });
  const send = (body) => fetch(address, { method: "POST", body: JSON.stringify(body) });

  it("draws what comes while it is open, as text, within a narrow window too, light and dark", async () => {
    const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
    const faults = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (entry) => faults.push(entry.text()));
    await page.goto(`${address}/`);
    await page.getByText("Nobody has sent a comparison yet.").waitFor();
    await send(learner(1, MARKUP, 2, 1.8));
    await page.locator("#chart .point").waitFor();
    await send(learner(2, "", 64, 0.04));
    await page.getByText("2 learners so far").waitFor();
    assert.equal(await page.locator("#chart .point").count(), 2);
    assert.match(await page.locator("#figures").innerText(), /<img src=x onerror=[^]*learner 2/);
    assert.match(await page.locator("#exercises").innerText(), /^1\.1\s+2 of 2\s+2\.10\s+1 of 2$/);
    assert.equal(await page.locator("img").count(), 0);
    mkdirSync(RESULTS, { recursive: true });
    for (const [width, colorScheme] of [
      [1200, "light"],
      [1200, "dark"],
      [360, "light"],
    ]) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      const [wide, ground] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        getComputedStyle(document.body).backgroundColor,
      ]);
      assert.ok(wide <= width, `${wide} pixels in a window of ${width}`);
      assert.equal(ground === "rgb(23, 25, 28)", colorScheme === "dark");
      await page.screenshot({ path: join(RESULTS, `class-${width}-${colorScheme}.png`), fullPage: true });
    }
    assert.equal(await page.title(), "The room");
    assert.match(await page.locator("#figures").innerText(), /1\/25\u00a0×/);
    assert.deepEqual(faults, []);
  });

  it("draws each point beside the others and each figure whole, however slow a way is", async () => {
    for (let number = 3; number < 15; number++) await send(learner(number, "", 4, 1 / (1_000 + 60 * number)));
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    await page.goto(`${address}/`);
    await page.getByText("14 learners so far").waitFor();
    const { cut, points, bottom } = await page.evaluate(() => {
      const frame = document.querySelector("#chart").getBoundingClientRect();
      const boxes = (selector) => [...document.querySelectorAll(selector)].map((one) => one.getBoundingClientRect());
      return {
        cut: boxes("#chart text").filter(({ left, right }) => left < frame.left || right > frame.right).length,
        points: boxes("#chart .point").map(({ x, y }) => [x, y]),
        bottom: document.querySelector("#legend").getBoundingClientRect().bottom,
      };
    });
    assert.equal(cut, 0);
    assert.equal(points.length, 14);
    for (const [place, [x, y]] of points.entries())
      for (const [across, down] of points.slice(place + 1))
        assert.ok(Math.abs(across - x) > 12 || Math.abs(down - y) > 12, `${x}, ${y} and ${across}, ${down}`);
    assert.ok(bottom <= 720, `the legend ends at ${bottom}`);
    await page.close();
  });
});
