import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { assertWellFormed } from "../helpers/svg";

// A comparison of a test is nobody's history.
process.env.PARALLEL_TYPESCRIPT_HISTORY = "none";

const LIB = JSON.stringify(require.resolve("parallel-typescript"));
const PROGRAM = `
  const mp = require(${LIB});
  (async () => {
    await mp.compare({ a: () => 1, b: () => 1 }, { n: 1, r: 1 });
    for await (const item of mp.progress([1, 2], { label: "items" }));
  })();`;

test("a child process shows text: the comparison on standard output, the bar on standard error", () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["-e", PROGRAM], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^a: .* per loop .*\nb: .*\n(?:.*\n)+a │.*│ .*, baseline\nb │.*│ .*\n .*● one run.*\n/);
  assert.match(stderr, /^items: █{20} 2 of 2 items, .*\n$/);
});

test("a worker thread shows text even where something looks like a kernel", async () => {
  const pretend = `globalThis.__tslab__ = { require: () => { throw new Error("asked for the kernel's display"); } };`;
  const worker = new Worker(pretend + PROGRAM, { eval: true, stdout: true, stderr: true });
  const printed = { stdout: "", stderr: "" };
  worker.stdout.setEncoding("utf8").on("data", (text: string) => (printed.stdout += text));
  worker.stderr.setEncoding("utf8").on("data", (text: string) => (printed.stderr += text));
  const code = await new Promise((resolve, reject) => worker.on("exit", resolve).on("error", reject));
  assert.equal(code, 0, printed.stderr);
  assert.match(printed.stdout, /^a: .* per loop /);
  assert.match(printed.stderr, /^items: /);
});

test("a kernel that carries several forms gets the text behind each picture, and the live form beside the still one", () => {
  // The part of tslab that sends outputs, in a process of its own, as this process must not take itself for a kernel.
  const program = `
    const file = require("node:path").join("/", "tslab", "dist", "jupyter.js");
    const sent = [];
    require.cache[file] = { exports: { lastWriteDisplayData: (content, update) => sent.push(content.data) } };
    globalThis.__tslab__ = { require: () => ({ display: { raw: () => { throw new Error("one form only"); } }, newDisplay: () => ({ raw() {} }) }) };
    const mp = require(${LIB});
    (async () => {
      await mp.compare({ a: () => 1, b: () => 1 }, { n: 1, r: 2 });
      const pool = new mp.Pool(1);
      await pool.map((x) => x + 1, [1, 2]);
      mp.timeline(pool, { title: "It's <b> & \\"100 %\\" #1" });
      mp.amdahl({ 2: 1.6 });
      const forms = sent.map((data) => Object.keys(data).sort());
      process.stderr.write(JSON.stringify({ forms, texts: sent.map((data) => data["text/plain"]), html: sent[2]["text/html"], live: sent.at(-1)["application/vnd.vegalite.v5+json"] }));
      process.exit();
    })();`;
  const { stderr, status } = spawnSync(process.execPath, ["-e", program], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const { forms, texts, html, live } = JSON.parse(stderr) as {
    forms: string[][];
    texts: string[];
    html: string;
    live: { layer: { mark: { url: string } }[]; params: { value: number; bind: { input: string } }[] };
  };
  assert.deepEqual(forms, [
    ["text/html", "text/plain"],
    ["text/html", "text/plain"],
    ["text/html", "text/plain"],
    ["application/vnd.vegalite.v5+json", "image/svg+xml", "text/plain"],
  ]);
  assert.match(texts[0], /^a: .* per loop .*\nb: .* per loop .*\n(b |Cannot tell whether b )/);
  assert.match(texts[1], /^a │.*baseline/);
  assert.match(texts[2], /worker 1 │.*100 %|worker 1 │/);
  const [, alt, name, url] =
    /<img alt="(2 tasks on 1 worker [^"]* worker 1: [^"]*)" width="480" [^>]*usemap="#([\w-]+)" src="data:image\/svg\+xml,([^"]*)">/.exec(
      html,
    )!;
  assert.doesNotMatch(alt, /[<>]/);
  assert.equal(
    html.match(/<area shape="rect" coords="\d+,\d+,\d+,\d+" title="a function, item [01]: sending [^"]*">/g)?.length,
    2,
  );
  assert.ok(html.includes(`<map name="${name}">`));
  assert.match(
    html,
    /<details [^>]*><summary>Each task in figures<\/summary>.*worker 1: a function, item 0: .*<\/details>/,
  );
  const svg = decodeURIComponent(url.replaceAll("&amp;", "&")).replaceAll("'", '"');
  assertWellFormed(svg);
  assert.match(
    svg,
    /^<svg [^>]*width="480".*@media \(prefers-color-scheme:dark\).*>It&#39;s &#60;b&#62; &#38; &#34;100\u00a0?.*%&#34; #1<\/text>/,
  );
  assert.match(texts[3], /^25 % of the work/);
  assert.match(live.layer[0].mark.url, /^data:image\/svg\+xml,<svg .*1\.60×/);
  assert.deepEqual([live.params[0].value, live.params[0].bind.input.toLowerCase()], [25, "range"]);
});

test("a picture that changes has its text behind it too, and each change takes the place of the last one", () => {
  const program = `
    const file = require("node:path").join("/", "tslab", "dist", "jupyter.js");
    const sent = [];
    require.cache[file] = { exports: { lastWriteDisplayData: (content, update) => sent.push({ ...content, update }) } };
    globalThis.__tslab__ = { require: () => ({ display: {}, newDisplay: () => ({ raw: () => { throw new Error("one form only"); } }) }) };
    const mp = require(${LIB});
    (async () => {
      for (const label of ["books", "pages"]) for await (const item of mp.progress([1, 2], { label }));
      process.stderr.write(JSON.stringify(sent));
    })();`;
  const { stderr, status } = spawnSync(process.execPath, ["-e", program], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const sent = JSON.parse(stderr) as {
    data: Record<string, string>;
    transient: { display_id: string };
    update: boolean;
  }[];
  const bars = ["books", "pages"].map((label) =>
    sent.filter(({ data }) => data["text/plain"].startsWith(`${label}: `)),
  );
  assert.equal(bars[0].length + bars[1].length, sent.length);
  for (const bar of bars) {
    assert.deepEqual(
      bar.map(({ update }) => update),
      bar.map((_, index) => index > 0),
    );
    assert.equal(new Set(bar.map(({ transient }) => transient.display_id)).size, 1);
    assert.match(bar.at(-1)!.data["text/plain"], /^\w+: █{20} 2 of 2 items, .* items\/s$/);
    assert.match(bar.at(-1)!.data["text/html"], /role="progressbar"/);
  }
  assert.notEqual(bars[0][0].transient.display_id, bars[1][0].transient.display_id);
});
