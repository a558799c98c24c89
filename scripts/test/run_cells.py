"""Runs cells in a kernel, in the project's folder, and prints what came of each as JSON.

python scripts/test/run_cells.py KERNEL '["cell", ...]'
"""

import json
import sys
from pathlib import Path

from driver import Kernel

ROOT = Path(__file__).resolve().parents[2]

with Kernel(sys.argv[1], ROOT) as kernel:
    cells = {}
    for code in [*json.loads(sys.argv[2]), "0"]:
        request = kernel.send(code)
        cells[request] = kernel.finish(request)
    # Deno's kernel sends some results after it has said that it is idle.
    for late in kernel.strays:
        if cell := cells.get(late["parent_header"].get("msg_id")):
            cell.messages.append(late)
    print(json.dumps([cell.facts() for cell in cells.values()]))
