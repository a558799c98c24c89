"""Answers, for each piece of Python on standard input (a JSON list), whether it travels: each is run with `there(fn, *args)`, which runs fn in another process."""

import base64
import json
import pickle
import platform
import subprocess
import sys

import cloudpickle

CHILD = (
    "import base64, sys, cloudpickle\n"
    "fn, args = cloudpickle.loads(base64.b64decode(sys.stdin.read()))\n"
    "print(base64.b64encode(cloudpickle.dumps(fn(*args))).decode())\n"
)


class ThereFailed(Exception):
    pass


def there(fn, *args):
    sent = base64.b64encode(cloudpickle.dumps((fn, args))).decode()
    run = subprocess.run([sys.executable, "-c", CHILD], input=sent, capture_output=True, text=True, timeout=30)
    if run.returncode != 0:
        raise ThereFailed(run.stderr.strip().splitlines()[-1].split(":")[0])
    return pickle.loads(base64.b64decode(run.stdout))


def judge(code):
    names = {"__name__": "__main__", "there": there}
    try:
        exec(code, names)
        return "yes" if names["right"] else "wrong"
    except ThereFailed as error:
        return f"no: {error}"
    except Exception as error:
        return f"no: {type(error).__name__}"


answers = [None if code is None else judge(code) for code in json.load(sys.stdin)]
print(json.dumps({"answers": answers, "versions": f"Python {platform.python_version()}, cloudpickle {cloudpickle.__version__}"}))
