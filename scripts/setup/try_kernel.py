"""Runs cells in the real TypeScript kernel, from notebooks/, and prints what became of each as JSON.

Arguments: the folder to start in, then one argument a cell. Each answer has a status ("ok" or "error") and the text that
the cell printed. A kernel that does not start ends this program with Jupyter's own error.
"""

import json
import sys

from jupyter_client.manager import run_kernel

folder, cells = sys.argv[1], sys.argv[2:]
seconds = 60


def run(client, code):
    printed = []

    def note(message):
        if message["msg_type"] == "stream":
            printed.append(message["content"]["text"])

    reply = client.execute_interactive(code, timeout=seconds, output_hook=note)
    return {"status": reply["content"]["status"], "text": "".join(printed)}


with run_kernel(kernel_name="tslab", cwd=folder, startup_timeout=seconds) as client:
    print(json.dumps([run(client, code) for code in cells]))
