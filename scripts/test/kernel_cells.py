"""Runs cells in a kernel, one after the other, and prints what came of each as JSON; kernel-cells.test.mjs knows the cells, and judges.

Arguments: the name of the kernel, the folder to start it in. Standard input: a JSON object, by name, of cells `{code, stop}`. With `stop`, Stop is
pressed: `"during"` when the cell has printed "on my way", `"after"` when it has ended.
"""

import json
import os
import sys
import threading
import time

import nbformat
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook, output_from_msg

from driver import Kernel

NAME, FOLDER = sys.argv[1], sys.argv[2]
OUTPUTS = ("stream", "display_data", "execute_result", "error")


def run(kernel, code, stop=None):
    pressed = []

    def watch(message):
        if stop == "during" and not pressed and message["msg_type"] == "stream" and "on my way" in message["content"]["text"]:
            pressed.append(True)
            threading.Timer(0.3, kernel.manager.interrupt_kernel).start()

    # A comparison may take its time.
    cell = kernel.finish(kernel.send(code), watch, seconds=120)
    if stop == "after":
        time.sleep(0.3)
        kernel.manager.interrupt_kernel()
        time.sleep(0.3)
    return cell


def saved(cells):
    """What JupyterLab writes and nbconvert makes of the messages of all cells; where that fails, why."""
    outputs = [[output_from_msg(m) for m in cell.messages if m["msg_type"] in OUTPUTS] for cell in cells]
    notebook = new_notebook(cells=[new_code_cell("", outputs=each) for each in outputs])
    try:
        nbformat.validate(notebook)
        text = nbformat.writes(notebook).encode("utf-8")
        return {"notebook": len(text) > 0, "html": len(HTMLExporter().from_notebook_node(notebook)[0].encode("utf-8")) > 0}
    except Exception as error:
        return {"failed": ascii(error)}


def facts(cell):
    """What came of a cell; of a long error its length and its end."""
    found = {**cell.facts(), "shown": [m["content"]["data"] for m in cell.messages if "data" in m["content"]]}
    if found["error"] and len(found["error"]["evalue"]) > 10_000:
        text = found["error"]["evalue"]
        found["error"] = {**found["error"], "evalue": f"{len(text)}: {text[-100:]}", "traceback": []}
    return {**found, "reply": None}


def main():
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    sys.stdout.reconfigure(encoding="utf-8", errors="surrogatepass")
    with Kernel(NAME, FOLDER) as kernel:
        cells = {name: run(kernel, **cell) for name, cell in json.load(sys.stdin).items()}
        found = {name: facts(cell) for name, cell in cells.items()}
        strays = "".join(m["content"]["text"] for m in kernel.strays if m["msg_type"] == "stream")
        names = {cell.messages[0]["parent_header"]["msg_id"]: name for name, cell in cells.items()}
        # Deno's kernel sends some results after it has said that it is idle.
        late = {names.get(m["parent_header"]["msg_id"]): m["content"]["data"] for m in kernel.strays if m["msg_type"] == "execute_result"}
    # The kernel had this stream, too, and Node makes its streams non-blocking: what is longer than the system's buffer would be cut off.
    os.set_blocking(sys.stdout.fileno(), True)
    print(json.dumps({"cells": found, "strays": strays, "late": late, "saved": saved(cells.values())}))


if __name__ == "__main__":
    main()
