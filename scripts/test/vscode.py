"""Speaks to a kernel as the Jupyter extension of VS Code does, and prints what came of it as JSON; vscode.test.mjs judges.

Learned from its public source: each cell is sent with its address as `cellId` in the message's metadata, `stop_on_error` false and `allow_stdin` true; what the
extension asks for itself is not kept in the history; Stop is an interrupt_request where the kernel's spec says so; a kernel is asked to leave before it is ended.
Arguments: the name of the kernel, the folder to start it in.
"""

import json
import sys

import psutil

from driver import SECONDS, Kernel

CELL = "vscode-notebook-cell:/lesson/02-pool.ipynb#"


def send(kernel, code, store_history=True):
    content = {"code": code, "silent": False, "store_history": store_history, "user_expressions": {}, "allow_stdin": True, "stop_on_error": False}
    client = kernel.client
    message = client.session.msg("execute_request", content, metadata={"cellId": f"{CELL}{code[:8]}", "tags": []})
    client.shell_channel.send(message)
    return message["header"]["msg_id"]


def cell(kernel, code, watch=lambda message: None, **options):
    found = kernel.finish(send(kernel, code, **options), watch)
    return {
        **found.facts(),
        "count": found.reply and found.reply["content"].get("execution_count"),
        "kinds": [m["msg_type"] for m in found.messages],
        "pictures": [(m["msg_type"], m["content"].get("transient", {}).get("display_id"), m["content"]["data"]) for m in found.messages if "display_data" in m["msg_type"]],
    }


def asked(kernel, kind, content, channel="shell"):
    client = kernel.client
    message = client.session.msg(kind, content)
    getattr(client, f"{channel}_channel").send(message)
    get = client.get_control_msg if channel == "control" else client.get_shell_msg
    while True:
        answer = get(timeout=SECONDS)
        if answer["parent_header"].get("msg_id") == message["header"]["msg_id"]:
            return answer["content"]


def answered(kernel, code, answer):
    request = send(kernel, code)
    prompt = kernel.client.get_stdin_msg(timeout=SECONDS)["content"]
    kernel.client.input(answer)
    return {"prompt": prompt, **kernel.finish(request).facts()}


def stopped(kernel, code):
    def stop(message):
        if message["msg_type"] == "stream":
            found["stop"] = asked(kernel, "interrupt_request", {}, "control")

    found = {}
    found["cell"] = cell(kernel, code, stop)
    return found


with Kernel(sys.argv[1], sys.argv[2]) as kernel:
    seen = {"info": asked(kernel, "kernel_info_request", {}), "cell": cell(kernel, "const answer = 6 * 7;\nanswer")}
    seen["own"] = cell(kernel, "answer + 1", store_history=False)
    # Run All sends all cells at once.
    requests = [send(kernel, code) for code in ("throw new Error('first')", "answer + 2")]
    seen["all"] = [kernel.finish(request).facts() for request in requests]
    seen["compare"] = cell(kernel, 'import * as mp from "parallel-typescript";\nawait mp.compare({ a: () => 1, b: () => 1 }, { n: 1, r: 2 });')
    seen["live"] = cell(kernel, "for await (const _ of mp.progress([1, 2, 3])) await new Promise((done) => setTimeout(done, 300));")
    seen["asked"] = answered(kernel, 'prompt("Who?")', "me")
    seen["stopped"] = stopped(kernel, "console.log('on my way');\nwhile (true) {}")
    seen["completed"] = asked(kernel, "complete_request", {"code": "answer.toFi", "cursor_pos": 11})
    seen["hover"] = asked(kernel, "inspect_request", {"code": "answer", "cursor_pos": 3, "detail_level": 0})
    process = kernel.process
    seen["left"] = asked(kernel, "shutdown_request", {"restart": False}, "control")
    _, alive = psutil.wait_procs([process], timeout=SECONDS)
    seen["alive"] = len(alive)

print(json.dumps(seen))
