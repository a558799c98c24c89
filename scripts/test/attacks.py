"""Attacks a kernel and prints what came of it as JSON; attacks.test.mjs knows the attacks, and judges.

Arguments: the name of the kernel, the folder to start it in. Standard input: a JSON list of attacks. An attack runs `code`, does `act` to the
kernel when that has printed "on my way", and then runs `after`, in the kernel of the attack before unless it was ended:

    stop     presses Stop `times` times, `gap` seconds apart
    none     nothing
    restart, shutdown, SIGKILL, SIGTERM, SIGHUP, SIGINT    ends the kernel so
"""

import json
import os
import signal
import sys
import threading
import time

import psutil

from driver import Kernel
from notebooks import is_guardian

NAME, FOLDER = sys.argv[1], sys.argv[2]
ENDS = {
    "restart": lambda kernel: kernel.manager.restart_kernel(now=False),
    "shutdown": lambda kernel: kernel.manager.shutdown_kernel(),
    **{name: lambda kernel, name=name: kernel.process.send_signal(getattr(signal, name)) for name in ("SIGKILL", "SIGTERM", "SIGHUP", "SIGINT") if hasattr(signal, name)},
}
# Seconds within which what has lost its kernel must be gone.
PATIENCE = 4


def short(process):
    try:
        return " ".join(process.cmdline()[-2:])[-80:]
    except psutil.Error:
        return None


def stray_text(kernel):
    text = "".join(m["content"].get("text", "") for m in kernel.strays if m["msg_type"] == "stream")
    kernel.strays.clear()
    return text[-2000:]


def end(kernel, attack):
    """Runs the code, ends the kernel, and tells what is left of its family."""
    request = kernel.send(attack["code"])
    cell = kernel.finish(request) if attack.get("finished") else None
    deadline = time.monotonic() + 30
    while cell is None and time.monotonic() < deadline:
        message = kernel.client.get_iopub_msg(timeout=30)
        if message["msg_type"] == "stream" and "on my way" in message["content"]["text"]:
            break
    time.sleep(0.3)
    # Processes start at their own pace.
    while True:
        family = [kernel.process, *kernel.process.children(recursive=True)]
        names = [short(process) for process in family]
        if sum(str(name).endswith("childEntry.js") for name in names) >= attack.get("children", 0) or time.monotonic() > deadline:
            break
        time.sleep(0.05)
    ENDS[attack["act"]](kernel)
    _, left = psutil.wait_procs(family, timeout=PATIENCE)
    left = [process for process in left if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
    found = {"family": names, "left": [short(process) for process in left]}
    for process in left:
        process.kill()
    if attack["act"] == "restart":
        kernel.client.wait_for_ready(timeout=60)
        kernel.process = psutil.Process(kernel.manager.provisioner.pid)
        found["after"] = kernel.run(attack["after"]).printed()
    return found


def stop(kernel, attack):
    for _ in range(attack.get("times", 1)):
        kernel.manager.interrupt_kernel()
        time.sleep(attack.get("gap", 0))


def hurt(kernel, attack):
    on_my_way, at = threading.Event(), []

    def act():
        on_my_way.wait(30)
        time.sleep(attack.get("wait", 0.3))
        at.append(time.monotonic())
        stop(kernel, attack)

    acting = threading.Thread(target=act)
    if attack["act"] == "stop":
        acting.start()
    size = [0]

    def watch(message):
        if message["msg_type"] == "stream":
            size[0] += len(message["content"]["text"])
            if "on my way" in message["content"]["text"]:
                on_my_way.set()

    cell = kernel.finish(kernel.send(attack["code"]), watch, seconds=attack.get("seconds", 30))
    took = time.monotonic() - at[0] if at else None
    if attack["act"] == "stop":
        acting.join()
    facts = cell.facts()
    found = {"status": facts["status"], "error": facts["error"] and facts["error"]["ename"], "message": facts["error"] and facts["error"]["evalue"][:500],
             "stdout": facts["stdout"][-500:], "stderr": facts["stderr"], "printed": size[0], "seconds": took}
    time.sleep(attack.get("pause", 0.4))
    after = kernel.run(attack["after"]).facts()
    processes = [short(child) for child in kernel.process.children(recursive=True) if not is_guardian(child) and "/bin/sh" not in child.cmdline()]
    return {**found, "after": after["stdout"], "afterStderr": after["stderr"], "strays": stray_text(kernel), "processes": processes}


def main():
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    sys.stdout.reconfigure(encoding="utf-8")
    task = json.load(sys.stdin)
    found, kernel = {}, None
    for attack in task["attacks"]:
        if kernel is None:
            kernel = Kernel(NAME, FOLDER).__enter__()
            kernel.run(task["setup"])
        ends = attack["act"] in ENDS
        found[attack["name"]] = end(kernel, attack) if ends else hurt(kernel, attack)
        if ends or found[attack["name"]]["status"] is None:
            kernel.__exit__()
            kernel = None
    if kernel is not None:
        kernel.__exit__()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
