"""How long a learner waits for the kernel: kernels are started in turn, in another order each round. Prints a table in Markdown of medians in milliseconds.

    python scripts/bench/kernels.py [ROUNDS] [KERNEL ...]      such as: 5 tslab plain-tslab deno python3

plain-tslab is tslab without the launcher; deno is the program that PARALLEL_TYPESCRIPT_DENO names (`npm run test:nodes` installs it into .cache/).
"""

import json
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts" / "test"))
from driver import Kernel  # noqa: E402

ROUNDS, KERNELS = int((sys.argv[1:] or [5])[0]), sys.argv[2:] or ["tslab", "python3"]
TRIVIAL, CELLS = 20, 200
PICTURE = "await mp.compare({ one: () => 1, other: () => 2 }, { n: 1, r: 3, sameResult: false });"
OTHERS = {
    "plain-tslab": ["node", str(ROOT / "node_modules/tslab/bin/tslab"), "kernel", "--config-path={connection_file}"],
    "deno": [os.environ.get("PARALLEL_TYPESCRIPT_DENO", "deno"), "jupyter", "--kernel", "--conn", "{connection_file}"],
}


def register_others(folder):
    for name, argv in OTHERS.items():
        spec = Path(folder, "kernels", name)
        spec.mkdir(parents=True)
        (spec / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": name, "language": "typescript"}))
    os.environ["JUPYTER_PATH"] = folder


def timed(kernel, code):
    for _ in range(3):
        start = time.monotonic()
        facts = kernel.run(code).facts()
        if facts["status"] == "ok":
            return (time.monotonic() - start) * 1000
        # tslab without the launcher loses an answer now and then.
        print(f"{kernel.name}: no answer to {code}" if facts["status"] is None else facts["error"], file=sys.stderr)
    raise RuntimeError(f"{kernel.name} failed at: {code}")


def measure(name):
    is_python = name.startswith("python")
    start = time.monotonic()
    with Kernel(name, ROOT / "notebooks") as kernel:
        kernel.run("1 + 1")
        found = {"start to first result": (time.monotonic() - start) * 1000}
        load = "import multiprocessing" if is_python else 'import * as mp from "parallel-typescript";'
        found["the library, first imported"] = timed(kernel, load)
        found["a trivial cell"] = statistics.median(timed(kernel, f"{number} + 1") for number in range(TRIVIAL))
        for number in range(CELLS):
            kernel.run(f"x{number} = {number}" if is_python else f"const x{number} = {number};")
        found[f"the same after {CELLS} cells with declarations"] = statistics.median(timed(kernel, f"{number} + 1") for number in range(TRIVIAL))
        if not is_python:
            found["a comparison with the first picture"] = timed(kernel, PICTURE)
    return found


def main():
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    all_found = {name: [] for name in KERNELS}
    with tempfile.TemporaryDirectory() as folder:
        register_others(folder)
        for _ in range(ROUNDS):
            for name in random.sample(KERNELS, len(KERNELS)):
                all_found[name].append(measure(name))
    print(f"| in ms, median of {ROUNDS} |", " | ".join(KERNELS), "|")
    print("| --- |", " | ".join("---:" for _ in KERNELS), "|")
    for what in max((found[0] for found in all_found.values()), key=len):
        cells = [[found[what] for found in rounds if what in found] for rounds in all_found.values()]
        print(f"| {what} |", " | ".join(f"{statistics.median(times):.0f}" if times else "" for times in cells), "|")


main()
