"""Starts a kernel, runs code in it, and keeps what came of it: for tests that look closer than nbclient does."""

import queue
import time

import psutil
from jupyter_client.manager import start_new_kernel

SECONDS = 15


class Cell:
    """What came of one execute request: its messages in order, then its reply."""

    def __init__(self, messages, reply):
        self.messages, self.reply = messages, reply

    def printed(self, stream="stdout"):
        return "".join(m["content"]["text"] for m in self.messages if m["msg_type"] == "stream" and m["content"]["name"] == stream)

    def result(self):
        """The forms of the cell's last value."""
        return next((m["content"]["data"] for m in self.messages if m["msg_type"] == "execute_result"), None)

    def said(self):
        """What it printed, and its last value in a line of its own."""
        return self.printed() + (f"{self.result()['text/plain']}\n" if self.result() else "")

    def shown(self):
        return [m for m in self.messages if m["msg_type"] in ("stream", "display_data", "execute_result")]

    def facts(self):
        error = next((m["content"] for m in self.messages if m["msg_type"] == "error"), None)
        return {
            "status": self.reply and self.reply["content"]["status"],
            "reply": self.reply and self.reply["content"],
            "error": error,
            "result": self.result(),
            "said": self.said()[-2000:],
            "stdout": self.printed()[-2000:],
            "stderr": self.printed("stderr")[-2000:],
        }


class Kernel:
    def __init__(self, name, folder):
        self.name, self.folder = name, str(folder)

    def __enter__(self):
        self.manager, self.client = start_new_kernel(kernel_name=self.name, cwd=self.folder, startup_timeout=60)
        self.process = psutil.Process(self.manager.provisioner.pid)
        self.strays = []
        return self

    def __exit__(self, *_):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def send(self, code, **options):
        return self.client.execute(code, **{"stop_on_error": False, **options})

    def finish(self, request, watch=lambda message: None, seconds=SECONDS):
        """Waits until the request's reply has come and the kernel says that it is idle."""
        messages, end = [], time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                message = self.client.get_iopub_msg(timeout=end - time.monotonic())
            except queue.Empty:
                break
            if message["parent_header"].get("msg_id") != request:
                self.strays.append(message)
                continue
            messages.append(message)
            watch(message)
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return Cell(messages, self.reply(request))
        return Cell(messages, None)

    def reply(self, request):
        while True:
            try:
                message = self.client.get_shell_msg(timeout=SECONDS)
            except queue.Empty:
                return None
            if message["parent_header"].get("msg_id") == request:
                return message

    def run(self, code, **options):
        return self.finish(self.send(code), **options)
