"""Tries the registered kernel and prints what it saw as JSON; kernel.test.mjs says what is right.

Arguments: the name of the kernel, the folder to start it in, and which looks to take if not all. Nothing here judges; a kernel that does not answer leaves null.
"""

import json
import os
import queue
import random
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from driver import SECONDS, Kernel

NAME, FOLDER = sys.argv[1], sys.argv[2]

def reply_to(kernel, ask):
    request = ask()
    reply = kernel.reply(request)
    return reply and {"type": reply["msg_type"], **reply["content"]}


# ── What is looked at ────────────────────────────────────────────────────────────────────────────────────────

def prints(kernel):
    many = kernel.run("for (let i = 0; i < 100_000; i++) console.log(`line ${i}`);", seconds=60)
    order = kernel.run("""
import * as tslab from "tslab";
for (let i = 0; i < 300; i++) { console.log("a", i); console.error("b", i); tslab.display.text(`c ${i}`); }""")
    seen = []
    for message in order.messages:
        content = message["content"]
        if message["msg_type"] == "stream":
            seen += content["text"].split("\n")[:-1]
        elif message["msg_type"] == "display_data":
            seen.append(content["data"]["text/plain"])
    later = kernel.send("""setTimeout(() => { tslab.display.text("after the end"); process.stdout.write("x", () => console.log("written")); }, 50);""")
    kernel.finish(later)
    time.sleep(0.3)
    kernel.run("1")
    after = [m for m in kernel.strays if m["parent_header"]["msg_id"] == later]
    return {
        "many": many.printed() == "".join(f"line {i}\n" for i in range(100_000)),
        "manyStatus": many.facts()["status"],
        "order": seen == [text for i in range(300) for text in (f"a {i}", f"b {i}", f"c {i}")],
        "afterTheEnd": [m["content"].get("text") or m["content"]["data"]["text/plain"] for m in after if m["msg_type"] in ("stream", "display_data")],
        "last": many.messages[-1]["content"].get("execution_state") if many.messages else None,
        "encoded": kernel.run("""process.stdout.write("6869c3a4", "hex"); process.stdout.write("aGnDpA==", "base64"); process.stdout.write("hi\\u00c3\\u00a4", "latin1"); process.stdout.write(new Uint8Array([104, 105])); void 0;""").printed(),
        "utf8": kernel.run("""process.stdout.write(Buffer.from([0xc3])); process.stdout.write(Buffer.from([0xa9])); console.log("\\n");""").printed(),
    }


LINES = """// one
interface Point {
  x: number;
}

function fail(p: Point,
    why: string): never {
  // eight
  throw new RangeError(
    why);
}

enum Colour { Red, Green }
const twice = (x: number) => {
  if (x > 1) fail({ x }, `not
that`);
};
await null;
twice(
  1);
twice(2);
"""


def errors(kernel):
    answers = {
        "thrown": kernel.run(LINES),
        "compiling": kernel.run("const ok = 1;\n\nconst bad: string = 5;\n"),
        "unfinished": kernel.run("const open = {"),
        "string": kernel.run("throw 'just text'"),
        "promise": kernel.run("\n\nawait Promise.reject(new Error('from nowhere', { cause: new TypeError('the cause') }))"),
        "exit": kernel.run("import * as mp from 'parallel-typescript';"),
        "remote": kernel.run("""
const pool = new mp.Pool(1);
const bad = (x: number) => {
  throw new SyntaxError(`no ${x}`);
};""") and kernel.run("\nawait pool.map(bad, [1]);"),
        "library": kernel.run("\n\nnew mp.Pool(-1);"),
    }
    kernel.run("await pool.terminate();")
    return {name: cell.facts() for name, cell in answers.items()}


def by_nbclient():
    cells = [nbformat.v4.new_code_cell(code) for code in ("const a = 1;", "\nthrow new RangeError('seen by nbclient');")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    try:
        NotebookClient(notebook, kernel_name=NAME, timeout=60, resources={"metadata": {"path": FOLDER}}).execute()
        said = None
    except CellExecutionError as error:
        said = str(error)
    return {"said": said, "outputs": [output.output_type for output in cells[1].outputs]}


STOPS = {
    "a loop": "while (true) n++;",
    "a promise": "await new Promise(() => {});",
    "a loop after an await": "await sleep(1); while (true) n++;",
    "a loop in a function after an await": "async function go() { await sleep(1); while (true) n++; }; await go();",
    "a loop of awaits": "while (true) { await sleep(1); n++; }",
    "a loop of awaits in a function": "async function tick() { while (true) { await sleep(1); n++; } }; await tick();",
    "a loop that never leaves its microtasks": "while (true) await null;",
    "a loop in a timer": "setTimeout(() => { while (true) n++; }, 1); await sleep(60_000);",
    "a loop that V8 unrolls": "const beside = new mp.Pool(1); while (true) new Array(100).fill(n).length;",
    "a loop that catches everything": "while (true) try { while (true) n++; } catch { n--; } finally { n++; }",
    "a wait for a lock": "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
    "endless prints": "while (true) console.log(n++);",
}


def stops(kernel):
    kernel.run("let n = 0; const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));")
    kernel.run("import * as mp from 'parallel-typescript'; const crew = new mp.Pool(1); await crew.map((x: number) => x, [1]);")
    found = {}
    for name, code in STOPS.items():
        request = kernel.send(f"console.log('on my way'); {code}")
        on_my_way = threading.Event()
        at = []

        def stop():
            on_my_way.wait(SECONDS)
            time.sleep(0.3)
            at.append(time.monotonic())
            kernel.manager.interrupt_kernel()

        thread = threading.Thread(target=stop)
        thread.start()
        cell = kernel.finish(request, lambda message: message["msg_type"] == "stream" and on_my_way.set())
        took = time.monotonic() - at[0] if at else None
        thread.join()
        facts = cell.facts()
        found[name] = {"status": facts["status"], "error": facts["error"] and facts["error"]["ename"], "seconds": took}
        if facts["status"] is None:
            # It hangs; the next one deserves a kernel that works.
            found["given up"] = name
            return found
        found[name]["usable"] = kernel.run("const m = n; await sleep(30); console.log(n === m, (await crew.map((x: number) => x * x, [3]))[0]);").printed()
    return found


def seconds_to_stop(kernel):
    """How long Stop takes to end a loop of awaits of what is there already, beside a plain loop, pressed once or twice at once: medians, in turn."""
    kernel.run("let turns = 0;")
    took = {("turns++;", 1): [], ("await null;", 1): [], ("turns++;", 2): []}
    for _ in range(7):
        for (code, presses), seconds in took.items():
            at = []

            def stop(message):
                if message["msg_type"] == "stream":
                    time.sleep(0.1)
                    at.append(time.monotonic())
                    for _ in range(presses):
                        kernel.manager.interrupt_kernel()

            kernel.finish(kernel.send(f"console.log('on my way'); while (true) {code}"), stop)
            seconds.append(time.monotonic() - at[0])
    return dict(zip(("plain", "awaits", "twice"), map(statistics.median, took.values())))


def late_stops(kernel):
    """Stops at any moment: while a cell runs, between two, or several at once. Each cell that says ok must have done its work."""
    chance = random.Random(7)
    wrong = []
    kernel.run("let sum = 0;")
    for i in range(25):
        request = kernel.send(f"sum = 0; for (let i = 0; i < {chance.choice([10, 10_000_000])}; i++) sum++; await null; console.log('done', sum);")
        for _ in range(chance.choice([1, 1, 2])):
            time.sleep(chance.random() * 0.03)
            kernel.manager.interrupt_kernel()
        cell = kernel.finish(request)
        facts = cell.facts()
        # One that was stopped may have printed before it could hear of that.
        is_right = facts["stdout"].startswith("done") if facts["status"] == "ok" else facts["error"] and facts["error"]["ename"] == "Interrupted"
        if not is_right:
            wrong.append(facts)
            break
    return {"wrong": wrong, "after": kernel.run("console.log('alive');").printed()}


def send_as(kernel, cell, code):
    """Sends a cell as JupyterLab does, which says which of the notebook's cells it is."""
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": False}
    message = kernel.client.session.msg("execute_request", content, metadata={"cellId": cell})
    kernel.client.shell_channel.send(message)
    return message["header"]["msg_id"]


def stop_at(kernel, word, request):
    """Presses Stop when the cell has printed that word; what came of the cell."""
    facts = kernel.finish(request, lambda message: word in message["content"].get("text", "") and kernel.manager.interrupt_kernel()).facts()
    return facts["error"]["ename"] if facts["error"] else facts["status"]


def odd_stops(kernel):
    """Stops before a cell has begun, and what earlier Stops have left behind."""
    found = {}

    def ends(name, error):
        found[name] = error
        # What hangs is ended: the next one deserves a kernel that works.
        if error is None:
            kernel.manager.interrupt_kernel()
            time.sleep(0.5)

    # The kernel takes a cell, and its main thread is not free for it.
    kernel.run("setTimeout(() => { console.log('busy'); for (const end = Date.now() + 3000; Date.now() < end;); }, 300);")
    time.sleep(0.6)
    request = kernel.send("await new Promise(() => undefined);")
    time.sleep(0.3)
    kernel.manager.interrupt_kernel()
    facts = kernel.finish(request, seconds=8).facts()
    ends("before it has begun", facts["error"] and facts["error"]["ename"])

    sleep = "console.log('on my way'); await new Promise((resolve) => setTimeout(resolve, 60_000));"
    ends("not counted", stop_at(kernel, "on my way", kernel.send(sleep, store_history=False)))
    nap = "await new Promise((resolve) => setTimeout(resolve, 1)); console.log('slept');"
    found["not counted, afterwards"] = kernel.finish(kernel.send(nap, store_history=False)).printed()

    kernel.finish(send_as(kernel, "one", "using slow = { [Symbol.dispose]() { console.log('disposing'); for (const end = Date.now() + 20_000; Date.now() < end;); } };"))
    ends("what an earlier run has left is disposed of", stop_at(kernel, "disposing", send_as(kernel, "one", "console.log('ran');")))

    ports = "console.log(process.getActiveResourcesInfo().filter((kind) => kind === 'MessagePort').length);"
    before = kernel.run(ports).printed()
    for _ in range(3):
        request = kernel.send("console.log('on my way'); for await (const line of process.stdin);", allow_stdin=True)
        ends("it asks", stop_at(kernel, "on my way", request))
    # The last one closes at its own pace.
    for _ in range(20):
        found["ports"] = [before, kernel.run(ports).printed()]
        if found["ports"][1] == before:
            break
        time.sleep(0.1)

    # Each ends at a moment of its own.
    kernel.run("import * as mp from 'parallel-typescript'; const lock = new mp.Lock();")
    for _ in range(5):
        ends("a loop of locks", stop_at(kernel, "on my way", kernel.send("console.log('on my way'); for (;;) await lock.with(() => 1);")))
        found.setdefault("lock", []).append(kernel.run("console.log(await lock.with(() => 'free', { timeout: 5000 }));").printed())

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "slow.js")
        path.write_text("exports.first = 1; console.log('on my way'); for (const end = Date.now() + 2000; Date.now() < end;); exports.last = 2;")
        ends("an import", stop_at(kernel, "on my way", kernel.send(f"require({json.dumps(str(path))});")))
        found["module"] = kernel.run(f"console.log(require({json.dumps(str(path))}).last);").printed()

    # Node loads fetch when it is first used, and asks there for its version.
    slow = """const had = process.versions;
Object.defineProperty(process, "versions", { configurable: true, get: () => {
  if (new Error().stack!.includes("bootstrap/realm")) { console.log("on my way"); for (const end = Date.now() + 1000; Date.now() < end;); }
  return had;
} });"""
    request = kernel.send(f"{slow}\nawait fetch('data:,there'); await new Promise(() => undefined);")
    ends("a module of Node", stop_at(kernel, "on my way", request))
    found["fetch"] = kernel.run("console.log(await (await fetch('data:,there')).text());").printed()

    # What stands behind a callback that is ended is run all the same, and then there is nothing to do.
    kernel.run("let came = 0;")
    request = kernel.send("setImmediate(() => 0); setImmediate(() => { console.log('on my way'); for (;;); }); for (let i = 0; i < 3; i++) setImmediate(() => came++); await new Promise(() => undefined);")
    ends("a callback of setImmediate", stop_at(kernel, "on my way", request))
    # One of the kernel's own may be on its way; a kernel that does not rest always has one.
    for _ in range(20):
        found["came"] = kernel.run("console.log(came, process.getActiveResourcesInfo().filter((kind) => kind === 'Immediate').length);").printed()
        if found["came"].endswith(" 0\n"):
            break
    return found


def stops_in_the_middle(kernel):
    """Stops that come while the library starts processes or hands out tasks: it must not be ended in the middle of that."""
    kernel.run("import * as mp from 'parallel-typescript'; const team = new mp.Pool(2); await team.map((x: number) => x, [1, 2]);")
    # To send these, V8's inspector is asked, and a mark stands in their variable for a moment.
    kernel.run("const [bump, read] = (() => { let shared = 7; return [() => { shared++; }, () => shared]; })();")
    works = {
        "processes": "const many = mp.range(30).map(() => new mp.Process({ target: () => { while (true); } })); for (const one of many) one.start(); await new Promise(() => {});",
        "tasks": "for (;;) team.apply((x: number) => x, [1]).catch(() => undefined);",
        "functions": "for (;;) team.apply((both: unknown[]) => both.length, [[bump, read]]).catch(() => undefined);",
        "functions made anew": "for (;;) { let own = 0; team.apply((both: unknown[]) => both.length, [[() => { own++; }, () => own]]).catch(() => undefined); }",
        "private fields": "class Box { #x = 1; get x() { return this.#x; } } for (;;) team.apply((_: Box) => 1, [new Box()]).catch(() => undefined);",
        "pools": "for (;;) new mp.Pool(1).terminate();",
    }
    found = {"errors": [], "usable": [], "said": ""}
    for work in works.values():
        for i in range(4):
            request = kernel.send(work)
            time.sleep(0.1 + 0.07 * i)
            kernel.manager.interrupt_kernel()
            facts = kernel.finish(request).facts()
            if facts["status"] is None:
                # It hangs: there is nothing more to be seen here.
                return {**found, "hangs": work}
            found["errors"].append(facts["error"] and facts["error"]["ename"])
            found["said"] += facts["stderr"]
            found["usable"].append(kernel.run("console.log((await team.map((x: number) => x * x, [2, 3])).join(), read());").printed())
    kernel.run("await team.terminate();")
    found["after"] = kernel.run("console.log('alive');").printed()
    end = time.monotonic() + 4
    while (left := [child for child in kernel.process.children(recursive=True) if "childEntry.js" in " ".join(child.cmdline())]) and time.monotonic() < end:
        time.sleep(0.1)
    return {**found, "left": len(left)}


def stopped_readers(kernel):
    """Stops while files are read in the notebook itself: which files are still open when what nobody needs was collected?"""
    kernel.run("""
import * as mp from "parallel-typescript";
import { writeFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
setFlagsFromString("--expose-gc");
const collect = async () => { for (let i = 0; i < 4; i++) { require("node:vm").runInNewContext("gc")(); await new Promise((resolve) => setTimeout(resolve, 20)); } };""")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "stopped.txt")
        path.write_bytes(b"a dog and a cat " * 1_000_000)
        file, found = json.dumps(str(path)), {"errors": [], "open": []}
        works = (f"for (;;) for (const chunk of mp.readInChunks({file})) chunk.indexOf(0);", f"for (;;) mp.countWords({file}, ['dog', 'x']);", f"for (;;) mp.fileRanges({file}, 1000);")
        for work in works:
            for i in range(4):
                request = kernel.send(work)
                time.sleep(0.2 + 0.07 * i)
                kernel.manager.interrupt_kernel()
                facts = kernel.finish(request).facts()
                found["errors"].append(facts["error"] and facts["error"]["ename"])
            kernel.run("await collect();")
            found["open"].append(sum(each.path == str(path) for each in kernel.process.open_files()))
        return found


COLLECT = """
import { setFlagsFromString } from "node:v8";
setFlagsFromString("--expose-gc");
const collect = async () => { for (let i = 0; i < 6; i++) { require("node:vm").runInNewContext("gc")(); await new Promise((resolve) => setTimeout(resolve, 50)); } };"""


def threads_at_last(kernel, usual):
    """How many threads the kernel has when garbage is collected: as few as usual, or those that stay for 5 s more."""
    end = time.monotonic() + 5
    while True:
        kernel.run("await collect();")
        threads = kernel.process.num_threads()
        if threads <= usual or time.monotonic() > end:
            return threads
        time.sleep(0.1)


def printed_pools(kernel):
    """The cell that makes a pool and shows it is run again and again, with a Stop in between: how many threads are there once nobody needs the old ones?"""
    kernel.run("""
import * as mp from "parallel-typescript";
const factor = 3;""")
    kernel.run(COLLECT)
    show = "const shown = new mp.Pool(2); await shown.ready; await shown.map((x: number) => x * factor, [1, 2]); shown"
    kernel.run(show)
    usual = kernel.process.num_threads()
    found = {"printed": [], "usual": usual, "threads": []}
    for _ in range(3):
        for _ in range(4):
            found["printed"].append(kernel.run(show).said())
        request = kernel.send("for (;;);")
        time.sleep(0.2)
        kernel.manager.interrupt_kernel()
        kernel.finish(request)
        found["threads"].append(threads_at_last(kernel, usual))
    return found


def stopped_pools(kernel):
    """A cell is stopped while it works with a pool that it ends itself: how many threads are there afterwards?"""
    kernel.run("""
import * as mp from "parallel-typescript";
const double = async (x: number) => { await new Promise((resolve) => setTimeout(resolve, 1000)); return 2 * x; };""" + COLLECT)
    ways = {
        "await using": "{ await using own = new mp.Pool(2); await own.map(double, [1, 2]); }",
        "close and join": "{ const own = new mp.Pool(2); try { await own.map(double, [1, 2]); } finally { own.close(); await own.join(); } }",
        "terminate": "{ const own = new mp.Pool(2); try { await own.map(double, [1, 2]); } finally { await own.terminate(); } }",
        "withPool": "await mp.withPool(2, (own) => own.map(double, [1, 2]));",
        "a function of the cell": "async function work() { const own = new mp.Pool(2); try { await own.map(double, [1, 2]); } finally { own.close(); await own.join(); } }\nawait work();",
    }
    kernel.run("await mp.withPool(2, (own) => own.apply(() => 1));")
    usual = kernel.process.num_threads()
    found = {}
    for name, code in ways.items():
        # In the first moments its workers start, later they work.
        for seconds in (0.02, 0.1, 0.4):
            request = kernel.send(code)
            time.sleep(seconds)
            kernel.manager.interrupt_kernel()
            kernel.finish(request)
            found[f"{name}, {seconds} s"] = threads_at_last(kernel, usual) - usual
    return found


def idle_stop(kernel):
    kernel.run("1")
    kernel.manager.interrupt_kernel()
    time.sleep(0.5)
    return kernel.run("console.log('not hit');").facts()


def workers_speak(kernel):
    """A worker prints, and goes on only when that print has been seen here."""
    with tempfile.TemporaryDirectory() as folder:
        seen = Path(folder, "seen")
        kernel.run("""
import * as mp from "parallel-typescript";
import { existsSync } from "node:fs";
const speakers = new mp.Pool(1);
const speak = (file: string) => {
  console.log("a first line");
  while (!existsSync(file)) { /* until it was seen */ }
  return "it was seen";
};""")
        request = kernel.send(f"console.log(await speakers.apply(speak, [{json.dumps(str(seen))}]));")
        cell = kernel.finish(request, lambda m: m["msg_type"] == "stream" and "first" in m["content"]["text"] and seen.touch())
        seen.touch()
    kernel.run("await speakers.terminate();")
    return {"live": cell.printed(), **from_home(kernel), **marks(kernel)}


def from_home(kernel):
    """What outlives its cell speaks while another cell runs: tasks, what they leave behind, an initializer, processes, pools in workers."""
    home = kernel.run("""
const lone = new mp.Pool(1, { initializer: () => console.log("initializer") });
const gate = new Int32Array(new SharedArrayBuffer(4));
const open = new mp.Queue<string>();
const opened = async (gate: Int32Array) => { while (Atomics.load(gate, 0) === 0) await new Promise((resolve) => setTimeout(resolve, 5)); };
await lone.apply(() => undefined);""")
    first = kernel.send("""
await lone.apply((gate: Int32Array) => { void opened(gate).then(() => console.log("left behind")); }, [gate]);
const going = lone.applyAsync(async (gate: Int32Array) => {
  await opened(gate);
  console.log("task");
  await mp.withPool(1, (inner) => inner.apply(() => console.log("inner")));
  return 1;
}, [gate]);
const child = new mp.Process({ target: async (open: mp.Queue<string>) => { await open.get(); console.log("process"); }, args: [open] });
child.start();""")
    kernel.finish(first)
    second = kernel.run("""
Atomics.store(gate, 0, 1);
await open.put("now");
console.log(await going.get());
await child.join();
await lone.terminate();""")
    strays = [m for m in kernel.strays if m["msg_type"] == "stream" and m["parent_header"]["msg_id"] == first]
    return {"initializer": home.printed(), "atHome": "".join(m["content"]["text"] for m in strays), "elsewhere": second.printed()}


def marks(kernel):
    """Two that speak at once, in pieces; one at a time, and alone in a pool."""
    both = kernel.run("""
const pair = new mp.Pool(2);
const met = new Int32Array(new SharedArrayBuffer(4));
const spoken = await pair.map(async (n: number) => {
  Atomics.add(met, 0, 1);
  while (Atomics.load(met, 0) < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  for (let i = 0; i < 3; i++) {
    process.stdout.write(`${n}: half `);
    await new Promise((resolve) => setTimeout(resolve, 150));
    process.stdout.write("of a line\\n");
  }
  process.stdout.write("the end");
}, [1, 2], { chunkSize: 1 });""").printed()
    processes = kernel.run("""
const turn = new mp.Queue<number>();
const speak = async (turn: mp.Queue<number>) => { await turn.get(); console.log("hello\\nagain"); };
const children = [1, 2].map(() => new mp.Process({ target: speak, args: [turn] }));
for (const child of children) child.start();
for (const child of children) await turn.put(1);
for (const child of children) await child.join();
const alone = new mp.Process({ target: () => console.log("alone") });
alone.start();
await alone.join();
await pair.terminate();""").printed()
    return {"both": both, "processes": processes}


DOCUMENTED = """/**
 * Adds.
 *
 * @param a the first
 * @returns the sum
 * @example
 * sum(1, 2)
 */
function sum(a: number, b: number) { return a + b; }"""


def details(kernel):
    client = kernel.client
    found = {"count": kernel.run("1").reply["content"]["execution_count"]}
    requests = [kernel.send(code, stop_on_error=True) for code in ("throw new Error('first')", "console.log('second')", "console.log('third')")]
    cells = [kernel.finish(request) for request in requests]
    found["aborted"] = [cell.facts()["status"] for cell in cells]
    found["printedByAborted"] = cells[1].printed() + cells[2].printed()
    # Whoever has seen a cell fail means what he asks for next, however soon that is.
    for _ in range(5):
        kernel.finish(kernel.send("throw new Error('again')", stop_on_error=True))
        found.setdefault("printedRightAfter", []).append(kernel.run("console.log('at once')").printed())
    requests = [kernel.send(code) for code in ("throw new Error('first')", "console.log('second')")]
    found["notAborted"] = [kernel.finish(request).facts()["status"] for request in requests]
    found["input"] = [m["content"] for m in kernel.run("40 + 2").messages if m["msg_type"] == "execute_input"]
    found["info"] = reply_to(kernel, client.kernel_info)
    found["comms"] = reply_to(kernel, client.comm_info)
    found["history"] = reply_to(kernel, lambda: client.history(hist_access_type="tail", n=1))
    found["complete"] = reply_to(kernel, lambda: client.is_complete("const a = 1;"))
    found["incomplete"] = reply_to(kernel, lambda: client.is_complete("function f() {"))
    found["afterComma"] = reply_to(kernel, lambda: client.is_complete("sum(1, "))
    imports = ["import { cp } from 'node:os'", "import os from 'node:o'", "import x from '../scripts/te'"]
    found["imports"] = [reply_to(kernel, lambda: client.complete(code, at)) for code, at in zip(imports, (11, 22, 28))]
    found["inText"] = reply_to(kernel, lambda: client.complete("const s: 'circle' | 'square' = 'ci'", 34))
    found["emoji"] = reply_to(kernel, lambda: client.complete("'😀😀'; Math.ab", 13))
    found["inspect"] = reply_to(kernel, lambda: client.inspect("Math.abs", 6))
    kernel.run(DOCUMENTED)
    found["hover"] = reply_to(kernel, lambda: client.inspect("sum(1, 2)", 2))
    found["inMagic"] = reply_to(kernel, lambda: client.complete("%%timeit -n 3\nMath.ab", 21))
    found["versions"] = json.loads(kernel.run("console.log(JSON.stringify(tslab.versions));").printed() or "null") if kernel.run("import * as tslab from 'tslab';") else None
    busy = kernel.send("console.log('busy'); for (const end = Date.now() + 2500; Date.now() < end;);")
    while client.get_iopub_msg(timeout=SECONDS)["msg_type"] != "stream":
        pass
    client.hb_channel.unpause()
    client.session.send(client.control_channel.socket, client.session.msg("kernel_info_request"))
    try:
        found["control"] = client.get_control_msg(timeout=1.5)["msg_type"]
    except queue.Empty:
        found["control"] = None
    found["beating"] = client.hb_channel.is_beating()
    found["busyEnds"] = kernel.finish(busy).facts()["status"]
    return found


FAMILY = """
import { spawn } from "node:child_process";
import { Worker } from "node:worker_threads";
import * as mp from "parallel-typescript";
new Worker("while (true);", { eval: true });
const child = spawn(process.execPath, ["-e", "while (true);"], { stdio: "ignore" });
const spinning = new mp.Process({ target: () => { while (true); } });
spinning.start();
setInterval(() => undefined, 1000);
console.log(child.pid, spinning.pid);
"""


def ends():
    found = {}
    ways = {
        "shutdown": lambda kernel: kernel.manager.shutdown_kernel(),
        "shutdown while busy": lambda kernel: (kernel.send("while (true);"), time.sleep(0.5), kernel.manager.shutdown_kernel()),
        "restart": lambda kernel: kernel.manager.restart_kernel(),
        "SIGTERM": lambda kernel: kernel.process.terminate(),
    }
    for name, end in ways.items():
        with Kernel(NAME, FOLDER) as kernel:
            started = kernel.run(FAMILY)
            family = [kernel.process, *kernel.process.children(recursive=True)]
            before = time.monotonic()
            end(kernel)
            took = time.monotonic() - before
            _, left = psutil.wait_procs(family, timeout=4)
            found[name] = {"started": len(started.printed().split()), "left": [" ".join(p.cmdline()[-2:])[-80:] for p in left if p.is_running()], "seconds": took}
            for process in left:
                process.kill()
    return found


def main():
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    sys.stdout.reconfigure(encoding="utf-8")
    chosen = sys.argv[3:]
    found = {}
    for looks in ((details, prints, errors, workers_speak), (late_stops, idle_stop, odd_stops, stops, seconds_to_stop), (stops_in_the_middle, stopped_readers), (printed_pools, stopped_pools)):
        looks = [look for look in looks if not chosen or look.__name__ in chosen]
        if looks:
            with Kernel(NAME, FOLDER) as kernel:
                found.update({look.__name__: look(kernel) for look in looks})
    for look in (by_nbclient, ends):
        if not chosen or look.__name__ in chosen:
            found[look.__name__] = look()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
