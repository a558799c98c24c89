"""Runs cells in a kernel, one after the other, and prints what each of them printed as JSON. Nothing here judges: travel-kernel.test.mjs does.

Arguments: the name of the kernel, the folder to start it in. The cells come on standard input, as a JSON list of texts.
"""

import json
import sys

from jupyter_client.manager import start_new_kernel

NAME, FOLDER = sys.argv[1], sys.argv[2]


def run(client, cell):
    texts = []

    def hear(message):
        if message["msg_type"] == "stream":
            texts.append(message["content"]["text"])
        elif message["msg_type"] == "error":
            texts.append("\n".join(message["content"]["traceback"]))

    reply = client.execute_interactive(cell, output_hook=hear, timeout=120, stop_on_error=False)
    return {"status": reply["content"]["status"], "text": "".join(texts)}


def main():
    cells = json.load(sys.stdin)
    manager, client = start_new_kernel(kernel_name=NAME, cwd=FOLDER, startup_timeout=60)
    try:
        print(json.dumps([run(client, cell) for cell in cells]))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


main()
