"""Runs the notebooks on the real kernel, and checks that they show what the committed ones show.

    python scripts/test/notebooks.py [NAME ...] [--once] [--update | --disturbed | --kernel KERNEL]      a name is such as 02-pool

Each notebook runs from a fresh kernel; then again in the same kernel, this time every cell twice. Nothing may fail, nothing
may be written to stderr, and no thread or process may be left over. What a cell shows is compared with what the file
holds; a tag on the cell says how (see `comparable`). --update writes what the fresh run showed into the files. --once
leaves the second run out. --disturbed runs them on one core, and beside a program that takes one: what they say in words must be right
then, too; it prints each verdict. --kernel names another kernel, such as plain tslab: there it is enough that a fresh run ends well;
the cells with the tag launcher have to fail there.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import nbformat
import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from notebook_form import ONCE_WRONG, ONE_SIDED, VERDICT, answers, answers_in, claims, different, form_problems, kind_of, mirror_problems, prose_problems, table_problems

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
BOOKS = Path(os.environ.get("PARALLEL_TYPESCRIPT_BOOKS") or ROOT / "data" / "large_txt.bin")
WORDS = ("dog", "cat", "boy", "girl")
SECONDS_A_CELL = 300
# What tests measure is not for the reader's own history of comparisons.
os.environ["PARALLEL_TYPESCRIPT_HISTORY"] = "none"

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?|\bInfinity\b|\bNaN\b")
TIMEIT = re.compile(r"\S+ \S+ ± \S+ \S+ per loop \(mean ± std\. dev\. of \d+ runs?, [\d,]+ loops? each\)")
# Which warnings there are depends on what the machine did meanwhile.
WARNING = re.compile(r"^Note: .*(?:\n  .*)*\n?", re.M)
LAST_TIME = re.compile(r"^Last time \(.*(?:\n  .*)*\n?", re.M)


# ── What a cell shows ────────────────────────────────────────────────────────────────────────────────────────

def printed(cell, stream="stdout"):
    return "".join(output["text"] for output in cell.outputs if output.output_type == "stream" and output.name == stream)


def said(outputs):
    """What is there to read: prints, and sentences that are shown as HTML, with the same words as plain text behind them."""
    lines = [output["text"] if output["output_type"] == "stream" else f"{output['data']['text/plain']}\n"
             for output in outputs if output.get("name") == "stdout" or are_words(output) or output["output_type"] == "execute_result"]
    return "".join(lines)


def are_words(output):
    return "parallel-typescript-words" in output.get("data", {}).get("text/html", "")


def is_text(output):
    """A last value that has no picture of its own."""
    return output["output_type"] == "execute_result" and list(output["data"]) == ["text/plain"]


def pictures(cell):
    """What is shown besides words: the kinds of pictures, whose contents depend on the machine."""
    data = [output.get("data", {"no data": ""}) for output in cell.outputs
            if output.output_type != "stream" and not are_words(output) and not is_text(output)]
    # A bar that was shown while a comparison took its time leaves an empty place behind.
    # The text of a picture stands behind it, and what is live beside it. Amdahl's law is live, and so not HTML, only where a verdict allows a curve.
    behind = {"text/plain", "application/vnd.vegalite.v5+json"}
    drawn = {"image/svg+xml": "a picture", "text/html": "a picture"}
    return [drawn.get(kind, kind) for shown in data if shown.get("text/html") != "<span></span>" for kind in sorted(shown) if kind not in behind or len(shown) == 1]


def data_of(notebook):
    """The hash of the books that a notebook read, if it read any."""
    shown = "".join(printed(cell) for cell in notebook.cells if cell.cell_type == "code")
    return re.findall(r"sha256 (\w+)", shown)


def comparable(cell, same_data):
    """What a cell shows, less what may differ: by its tags, numbers, verdicts, or the order of words."""
    tags = set(cell.metadata.get("tags", []))
    text = WARNING.sub("", LAST_TIME.sub("", said(cell.outputs)))
    if "timing" in tags:
        text = NUMBER.sub("#", VERDICT.sub(lambda found: f"{found['unclear'] or found['clear']}: a verdict", TIMEIT.sub("a time", text)))
        text = re.sub(r" +", " ", text)
    if "machine" in tags:
        text = NUMBER.sub("#", text)
    if "unordered" in tags:
        text = "\n".join(" ".join(sorted(line.split())) for line in text.splitlines())
    if "data" in tags and not same_data:
        text = "\n".join(re.findall(r"\bfalse\b", text))  # other books have other counts, but every check in them must hold
    return [*text.splitlines(), *(f"[{kind}]" for kind in pictures(cell))]


# ── The runs ─────────────────────────────────────────────────────────────────────────────────────────────────

class Run:
    """One kernel, and the notebook's cells in it."""

    def __init__(self, notebook, kernel="tslab"):
        self.notebook = notebook
        self.is_plain = kernel != "tslab"
        self.client = NotebookClient(notebook, kernel_name=kernel, timeout=SECONDS_A_CELL, resources={"metadata": {"path": str(NOTEBOOKS)}})

    def __enter__(self):
        self.setup = self.client.setup_kernel()
        self.setup.__enter__()
        self.kernel = psutil.Process(self.client.km.provisioner.pid)
        return self

    def __exit__(self, *error):
        family = [self.kernel, *self.kernel.children(recursive=True)] if self.kernel.is_running() else []
        self.setup.__exit__(*error)
        _, self.survivors = psutil.wait_procs(family, timeout=5)

    def cells(self, times):
        """Runs every code cell so many times in a row; yields what goes wrong, up to the first failure."""
        count = 0
        for index, cell in enumerate(self.notebook.cells):
            if cell.cell_type != "code":
                continue
            for _ in range(times):
                count += 1
                try:
                    self.client.execute_cell(cell, index, execution_count=count)
                    if self.is_plain and "launcher" in cell.metadata.get("tags", []):
                        yield f"{cell.id} has the tag launcher, but tslab alone runs it"
                except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
                    if self.is_plain and "launcher" in cell.metadata.get("tags", []):
                        print(f"{cell.id}: not in this kernel, whose TypeScript is older")
                        continue
                    yield f"{cell.id} failed: {printed(cell, 'stderr') or error}"
                    return
                if complaint := printed(cell, "stderr"):
                    yield f"{cell.id} wrote to stderr: {complaint}"

    def left(self):
        """How many threads and processes the kernel has; the guardian of its processes is meant to stay with it."""
        if not self.kernel.is_running():
            return {"threads": 0, "processes": 0}
        children = self.kernel.children(recursive=True)
        return {"threads": self.kernel.num_threads(), "processes": sum(not is_guardian(child) for child in children)}

    def settled(self, allowed=None, seconds=10):
        """The same, once it is no more than allowed, or else has stayed so for a while."""
        end = time.monotonic() + (seconds if allowed else 1)
        while (left := self.left()) and time.monotonic() < end:
            if allowed and all(left[kind] <= allowed[kind] for kind in left):
                break
            time.sleep(0.1)
        return left

    def collect_garbage(self):
        """A pool whose cell ran again ends when it is collected; here that is at once."""
        code = 'require("node:v8").setFlagsFromString("--expose-gc"); require("node:vm").runInNewContext("gc")();'
        self.notebook.cells.append(nbformat.v4.new_code_cell(code))
        self.client.execute_cell(self.notebook.cells[-1], len(self.notebook.cells) - 1)
        self.notebook.cells.pop()


def is_guardian(process):
    try:
        return any(argument.endswith("orphanGuardWithoutShell.js") for argument in process.cmdline())
    except psutil.Error:  # gone by now, or a zombie: no guardian
        return False


def output_problems(committed, notebook, same_data):
    for before, now in zip(committed.cells, notebook.cells):
        if now.cell_type == "code" and (lines := different(comparable(before, same_data), comparable(now, same_data))):
            yield "\n".join([f"{now.id} shows something else:", *lines])


BUDGET = re.compile(r"budget: \w+")


def hurry(notebook):
    """Verdicts differ from run to run, and are not compared: a test need not wait until they are sure."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = BUDGET.sub("budget: 300", cell.source)


def check_notebook(name, mirrors, report, update, once):
    path = NOTEBOOKS / f"{name}.ipynb"
    committed = nbformat.read(path, as_version=4)
    notebook = nbformat.from_dict(json.loads(json.dumps(committed)))
    if not update:
        hurry(notebook)
    with Run(notebook) as run:
        start = run.left()
        fresh = list(run.cells(times=1))
        if update and not fresh:
            save(notebook, path)
            committed = nbformat.read(path, as_version=4)
        same_data = data_of(committed) == data_of(notebook)
        report(f"{name}: form", list(form_problems(committed)))
        report(f"{name}: mirrors the original", list(mirror_problems(committed, mirrors)))
        report(f"{name}: its prose is right for each verdict", list(prose_problems(committed)))
        report(f"{name}: a fresh run", fresh or list(output_problems(committed, notebook, same_data)))
        if any("counts" in cell.metadata for cell in notebook.cells):
            report(f"{name}: counts are Python's own", list(count_problems(notebook)))
        leaks = []
        if not fresh and not once:
            hurry(notebook)
            before = {**run.settled(), "processes": start["processes"]}
            again = list(run.cells(times=2))
            report(f"{name}: the same kernel again, every cell twice", again or list(output_problems(committed, notebook, same_data)))
            if not again:
                run.collect_garbage()
            after = run.settled(allowed=before)
            leaks = [f"{after}, but it should be {before}"] if any(after[kind] > before[kind] for kind in after) else []
    report(f"{name}: nothing is left over", [*leaks, *(f"after the kernel: {process}" for process in run.survivors)])


@contextmanager
def one_core():
    this = psutil.Process()
    cores = this.cpu_affinity()
    this.cpu_affinity(cores[:1])  # what it starts inherits that
    try:
        yield
    finally:
        this.cpu_affinity(cores)


@contextmanager
def a_busy_core():
    spinning = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        spinning.kill()
        spinning.wait()


def check_disturbed(name, report):
    """A fresh run on a machine that spoils each measurement: the same is shown, but for the verdicts, and the prose below them is right."""
    for how, disturbed in (("on one core", one_core), ("beside a busy core", a_busy_core)):
        committed = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
        notebook = nbformat.from_dict(json.loads(json.dumps(committed)))
        with disturbed(), Run(notebook) as run:
            fresh = list(run.cells(times=1))
        same_data = data_of(committed) == data_of(notebook)
        report(f"{name} {how}: a fresh run", fresh or list(output_problems(committed, notebook, same_data)))
        report(f"{name} {how}: its prose is right for each verdict", list(prose_problems(notebook, enough_rounds=False)))
        for cell, found in answers(notebook):
            for verdict in VERDICT.finditer(said(cell.outputs)):
                kind = kind_of(verdict[0])
                print(f"       {cell.id}: {' '.join(verdict[0].split())}\n           {kind}: {' '.join(found[kind])}", flush=True)


def check_elsewhere(name, kernel, report):
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    hurry(notebook)
    with Run(notebook, kernel) as run:
        report(f"{name}: a fresh run in the kernel {kernel}", list(run.cells(times=1)))
    report(f"{name}: nothing is left over", [f"after the kernel: {process}" for process in run.survivors])


def save(notebook, path):
    """Writes what was shown, as one piece a stream, and nothing that differs from run to run for no reason."""
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type != "code":
            continue
        shown = []
        for output in cell.outputs:
            if output.output_type == "stream" and shown and shown[-1].output_type == "stream" and shown[-1].name == output.name:
                shown[-1].text += output.text
            else:
                shown.append(output)
        cell.outputs = shown
    nbformat.validate(notebook)
    nbformat.write(notebook, path)


# ── Python's own counts ──────────────────────────────────────────────────────────────────────────────────────

def count_problems(notebook):
    expected = {"chunked": python_counts(exact=False), "exact": python_counts(exact=True)}
    for cell in notebook.cells:
        if kind := cell.metadata.get("counts"):
            found = {word: int(count) for word, count in re.findall(r"(\w+): (\d+)", said(cell.outputs))}
            if found != expected[kind]:
                yield f"{cell.id}: {found}, but Python counts {expected[kind]}"


def python_counts(exact):
    """The original's way: chunks of 256 KiB, decoded and split; if exact, a word cut by an edge goes on in the next chunk."""
    counts = dict.fromkeys(WORDS, 0)
    unfinished = ""
    with BOOKS.open("rb") as file:
        while data := file.read(256 * 1024):
            text = unfinished + data.decode("latin-1")
            tokens = text.split()
            unfinished = tokens.pop() if exact and tokens and not text[-1].isspace() else ""
            for word in WORDS:
                counts[word] += tokens.count(word)
    if unfinished in counts:
        counts[unfinished] += 1
    return counts


def main():
    arguments = argparse.ArgumentParser(description="Runs the notebooks and checks what they show.")
    arguments.add_argument("names", nargs="*", help="such as 02-pool; all of them when left out")
    what = arguments.add_mutually_exclusive_group()
    what.add_argument("--update", action="store_true", help="write what a fresh run shows into the notebooks")
    arguments.add_argument("--once", action="store_true", help="only a fresh run, and what it leaves over")
    what.add_argument("--disturbed", action="store_true", help="fresh runs on one core, and beside a busy one")
    what.add_argument("--kernel", help="only see whether they run in this one")
    options = arguments.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")  # where that is not the default, "μs" could not be printed
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    if not BOOKS.exists():
        sys.exit(f"There is no file {BOOKS}. Build it with: npm run data")
    mirrors = json.loads((ROOT / "scripts" / "test" / "mirrors.json").read_text(encoding="utf-8"))
    results = []

    def report(title, problems):
        results.append(not problems)
        print("FAILED" if problems else "ok    ", "\n".join([title, *map(str, problems)]).replace("\n", "\n    "), flush=True)

    unlisted = sorted({path.stem for path in NOTEBOOKS.glob("*.ipynb")} ^ set(mirrors))
    report("each notebook is in mirrors.json, and each one there exists", unlisted)
    report("docs/mirrors.md names each step", list(table_problems(mirrors)))
    report("what was once wrong below a measurement would be found", [words for words in ONCE_WRONG if not claims(words)])
    report("prose that speaks of one verdict only would be found", [] if not answers_in(ONE_SIDED)["faster"] else [ONE_SIDED])
    for name in options.names or sorted(mirrors):
        if options.disturbed:
            check_disturbed(name, report)
        elif options.kernel:
            check_elsewhere(name, options.kernel, report)
        else:
            check_notebook(name, mirrors[name], report, options.update, options.once)
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
