"""All notebooks again and again in one kernel, with Stops and deaths in between: nothing may pile up, and every result must be right.

    python scripts/test/soak.py [NAME ...] [--rounds N] [--seed N] [--minutes N]      a name is such as 02-pool

Now and then a cell is stopped at a random moment, a process of it is killed, or a worker of its pool exits under it. A cell that
was ended by that is run again, and with it the one whose work it waits for. After each round garbage is collected, and what the
kernel holds is written down: at the end that must be back at the level after the third round.
"""
import argparse
import hashlib
import json
import os
import random
import re
import sys
import threading
import time
from collections import Counter

import nbformat
import psutil

from driver import Kernel
from notebook_form import different
from notebooks import BOOKS, NOTEBOOKS, comparable, data_of, is_guardian, said

# Rounds until everything that is kept for good has been loaded.
WARM_UP = 3
# How likely a cell is to be stopped, to lose a process, or to have a worker of its pool die.
FAULTS = {"stop": 0.12, "kill": 0.06, "exit": 0.12}
# Cells that wait for what an earlier cell has started, and that cell.
STARTED_BY = {"ready": "receipts"}
SECONDS_A_CELL = 120
# Seconds that a Stop may take on a machine that is busy with other things too.
STOP_LIMIT = 2
# Seconds within which what was let go must be gone.
PATIENCE = 15
# What the kernel keeps for good of each cell that was run (its source, its code, its place in the history), and what two
# measurements of one heap may differ by: bytes.
KEPT_OF_A_CELL = 30_000
NOISE = 8_000_000

EXIT = """
void (async () => {
  const crew = (globalThis as any).__tslab__.exports.pool;
  if (crew === undefined || !/open/.test(require("node:util").inspect(crew))) return;
  const end = await crew.apply(() => process.exit(3)).then(() => "nothing", (error: Error) => error.name);
  if (!["WorkerDiedError", "Interrupted", "PoolClosedError"].includes(end)) console.error("The death of a worker led to", end);
})();
"""
MEASURE = """
require("node:v8").setFlagsFromString("--expose-gc");
for (let i = 0; i < 4; i++) { require("node:vm").runInNewContext("gc")(); await new Promise((resolve) => setTimeout(resolve, 50)); }
console.log(JSON.stringify(process.memoryUsage()));
"""
# Said of results that nobody asked for, since their cell was stopped.
EXCUSED = re.compile(r"nobody asked for its result: (Interrupted|WorkerDiedError)|node --trace-warnings")


class Soak:
    def __init__(self, kernel, seed):
        self.kernel, self.chance = kernel, random.Random(seed)
        self.counts, self.problems, self.stops = Counter(), [], []

    def complain(self, where, what):
        self.problems.append(f"{where}: {what}")
        print("PROBLEM", self.problems[-1], flush=True)

    def run(self, cells, where, same_data):
        """Runs cells until each has come to its end; False when one never does."""
        at = 0
        while at < len(cells):
            cell, here = cells[at], f"{where}, {cells[at].id}"
            fault = next((name for name, likely in FAULTS.items() if self.chance.random() < likely), None)
            if fault == "exit":
                self.kernel.run(EXIT)
            ended, hit = self.disturbed(cell.source, fault)
            self.counts["cells"] += 1
            if hit or fault == "exit":
                self.counts[fault] += 1
            if ended.reply is None:
                self.complain(here, f"did not end within {SECONDS_A_CELL} s ({fault or 'undisturbed'})")
                return False
            error = ended.facts()["error"]
            if error and (not hit or fault == "stop" and error["ename"] != "Interrupted"):
                self.complain(here, f"{error['ename']}: {error['evalue']}")
            if hit:
                starter = STARTED_BY.get(cell.id, cell.id)
                at = next(place for place, each in enumerate(cells) if each.id == starter)
                continue
            if error is None:
                self.compare(cell, ended, here, same_data)
            at += 1
        return True

    def disturbed(self, code, fault):
        """Runs code, and does that to it at a random moment, if it still runs then; what came of it, and what was done."""
        request, over, done = self.kernel.send(code), threading.Event(), {}

        def disturb():
            if over.wait(self.chance.random() ** 2 * 1.5):
                return
            if fault == "kill":
                child = next((child for child in self.kernel.process.children() if is_child(child)), None)
                if child is None:
                    return
                child.kill()
                done["kill"] = True
                # Whoever waits for what a dead process has not put waits for ever.
                if over.wait(3):
                    return
            done["stop"] = time.monotonic()
            self.kernel.manager.interrupt_kernel()

        thread = threading.Thread(target=disturb)
        if fault in ("stop", "kill"):
            thread.start()
        ended = self.kernel.finish(request, seconds=SECONDS_A_CELL)
        now = time.monotonic()
        over.set()
        if thread.ident is not None:
            thread.join()
        if "stop" in done:
            # One that came when the cell had just ended must not hit the next.
            time.sleep(0.3)
        if ended.reply and "stop" in done:
            self.stops.append(now - done["stop"])
        return ended, done

    def compare(self, cell, ended, where, same_data):
        complaint = [line for line in ended.printed("stderr").splitlines() if line and not EXCUSED.search(line)]
        if complaint:
            self.complain(where, "wrote to stderr: " + " | ".join(complaint))
        before, now = (comparable(nbformat.v4.new_code_cell(metadata=cell.metadata, outputs=[nbformat.v4.new_output("stream", text=text)]), same_data)
                       for text in (said(cell.outputs), said(map(nbformat.v4.output_from_msg, ended.shown()))))
        if lines := different(before, now):
            self.complain(where, "\n    ".join(["shows something else:", *lines]))

    def level(self, allowed):
        """What the kernel holds, once it is no more than allowed, or has had its time."""
        end = time.monotonic() + (PATIENCE if allowed else 2)
        while True:
            usage = json.loads(self.kernel.run(MEASURE).printed())
            process = self.kernel.process
            children = [child for child in process.children(recursive=True) if not is_guardian(child)]
            found = {
                "threads": process.num_threads(), "processes": len(children), "descriptors": process.num_fds() if hasattr(process, "num_fds") else 0,
                "heap": usage["heapUsed"], "external": usage["external"], "resident": usage["rss"],
            }
            if time.monotonic() > end or all(found[kind] <= allowed.get(kind, 0) for kind in ("threads", "processes", "descriptors")):
                return found
            time.sleep(0.2)


def is_child(process):
    try:
        return any(argument.endswith("childEntry.js") for argument in process.cmdline())
    except psutil.Error:  # gone by now
        return False


def is_same_data(notebook):
    """Whether the committed results are those of the books that lie here."""
    return data_of(notebook) in ([], [hashlib.sha256(BOOKS.read_bytes()).hexdigest()])


def soak(names, rounds, minutes, seed):
    notebooks = {name: nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4) for name in names}
    same_data = {name: is_same_data(notebook) for name, notebook in notebooks.items()}
    end = time.monotonic() + minutes * 60
    with Kernel("tslab", NOTEBOOKS) as kernel:
        it = Soak(kernel, seed)
        levels = []
        for round in range(1, rounds + 1):
            start = time.monotonic()
            for name, notebook in notebooks.items():
                cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
                if not it.run(cells, f"round {round}, {name}", same_data[name]):
                    return it, levels
            levels.append(it.level(allowed=levels[WARM_UP - 1] if round > WARM_UP else {}))
            print(f"round {round:3} {time.monotonic() - start:6.1f} s  {told(levels[-1])}  {dict(it.counts)}", flush=True)
            if time.monotonic() > end and round > WARM_UP:
                break
        if slow := [f"{took:.1f}" for took in it.stops if took > STOP_LIMIT]:
            it.complain("Stop", f"took {', '.join(slow)} s")
        if len(levels) > WARM_UP:
            judge(it, levels[WARM_UP - 1], levels[-1], it.counts["cells"] * (1 - WARM_UP / len(levels)))
        family = [kernel.process, *kernel.process.children(recursive=True)]
    _, left = psutil.wait_procs(family, timeout=5)
    if left:
        it.complain("after the kernel", f"{left} go on")
    return it, levels


def judge(it, before, now, cells):
    for kind in ("threads", "processes", "descriptors"):
        if now[kind] > before[kind]:
            it.complain(kind, f"{now[kind]}, and {before[kind]} after round {WARM_UP}")
    grown = now["heap"] + now["external"] - before["heap"] - before["external"]
    if grown > cells * KEPT_OF_A_CELL + NOISE:
        it.complain("memory", f"grew by {grown / 1e6:.1f} MB in {cells:.0f} cells")


def told(level):
    return "  ".join(f"{kind} {value / 1e6:.1f} MB" if value > 1e5 else f"{kind} {value}" for kind, value in level.items())


def main():
    arguments = argparse.ArgumentParser(description="Runs the notebooks again and again in one kernel, with faults in between.")
    arguments.add_argument("names", nargs="*", help="such as 02-pool; all of them when left out")
    arguments.add_argument("--rounds", type=int, default=50)
    arguments.add_argument("--minutes", type=float, default=1e6, help="begin no round later than that")
    arguments.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = arguments.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    os.environ["PARALLEL_TYPESCRIPT_HISTORY"] = "none"
    print(f"seed {options.seed}", flush=True)
    names = options.names or sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
    it, levels = soak(names, options.rounds, options.minutes, options.seed)
    if it.stops:
        print(f"{len(it.stops)} Stops: {sum(it.stops) / len(it.stops):.2f} s on average, {max(it.stops):.2f} s at most")
    print(f"{dict(it.counts)} in {len(levels)} rounds: {len(it.problems)} problems")
    sys.exit(1 if it.problems else 0)


if __name__ == "__main__":
    main()
