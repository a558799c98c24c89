"""Runs cells that ask for input, and answers them; prints what was asked and what came of it as JSON. kernel-words.test.mjs judges.

Arguments: the name of the kernel, the folder to start it in. Standard input: a JSON object, by name, of cells `{code, answers}`. Without `answers`
nobody can be asked; where they run out, Stop is pressed.
"""

import json
import queue
import sys
import threading

from driver import SECONDS, Kernel


def ask(kernel, code, answers=None):
    request = kernel.send(code, allow_stdin=answers is not None)
    asked, ended = [], threading.Event()

    def answer():
        left = list(answers)
        while not ended.is_set():
            try:
                message = kernel.client.get_stdin_msg(timeout=0.1)
            except queue.Empty:
                continue
            asked.append(message["content"]["prompt"])
            if not left:
                return kernel.manager.interrupt_kernel()
            kernel.client.input(left.pop(0))

    thread = threading.Thread(target=answer) if answers is not None else None
    if thread:
        thread.start()
    cell = kernel.finish(request, seconds=SECONDS)
    ended.set()
    if thread:
        thread.join()
    return {"asked": asked, **cell.facts()}


with Kernel(sys.argv[1], sys.argv[2]) as kernel:
    print(json.dumps({name: ask(kernel, **cell) for name, cell in json.load(sys.stdin).items()}))
