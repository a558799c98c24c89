"""Python's multiprocessing, with the functions and calls of the original lesson's notebook: the counterpart of library.mjs."""
import hashlib
import json
import math
import multiprocessing as mp
import sys
import time
from array import array
from statistics import median


def cube(x):
    return x**3


def same(value):
    return value


def nothing():
    pass


def numbers_up_to(size):
    return [index % 100_000 for index in range(size)]


def fingerprint(numbers):
    return hashlib.sha256(array("d", numbers)).hexdigest()[:16]


def timed(repeats, work, tidy_up=lambda: None):
    seconds = []
    for index in range(repeats):
        start = time.perf_counter()
        result = work(index)
        seconds.append(time.perf_counter() - start)
        tidy_up()
    return median(seconds), result


def way_map(pool, size, repeats):
    numbers = numbers_up_to(size)
    seconds, result = timed(repeats, lambda _: pool.map(cube, numbers))
    return seconds, fingerprint(result)


def way_apply(pool, calls):
    results = []
    seconds, _ = timed(calls, lambda index: results.append(pool.apply(cube, args=(index,))))
    return seconds, fingerprint(results)


def way_applyAsync(pool, calls, repeats):
    def work(_):
        pending = [pool.apply_async(cube, args=(number,)) for number in numbers_up_to(calls)]
        return [each.get() for each in pending]

    seconds, result = timed(repeats, work)
    return seconds, fingerprint(result)


class Point:
    def __init__(self, x):
        self.x = x


def records(size):
    return [{"id": i, "name": f"n{i}", "tags": ["a", "b"], "at": {"x": i}} for i in range(size)]


def value_of(kind, size=10_000):
    if kind == "buffer":
        return bytes(size)
    if kind == "instances":
        return [Point(x) for x in range(size)]
    rows = records(size)
    return {row["id"]: row["name"] for row in rows} if kind == "map" else rows


def way_send(pool, calls, **kind):
    value = value_of(**kind)
    for _ in range(calls):
        pool.apply(len, (value,))
    return timed(calls, lambda _: pool.apply(len, (value,)))


def way_text(pool, length):
    line = "all work and no play. "
    text = (line * (length // len(line) + 1))[:length]
    seconds, result = timed(1, lambda _: pool.apply(same, (text,)))
    return seconds, [result == text, len(result)]


def way_start(pool, size, repeats):
    numbers = numbers_up_to(size)
    started = []

    def work(_):
        started.append(mp.get_context("spawn").Pool(2))
        return started[-1].map(cube, numbers)

    def tidy_up():
        started[-1].terminate()
        started[-1].join()

    seconds, result = timed(repeats, work, tidy_up)
    return seconds, fingerprint(result)


def way_processes(pool, count):
    def work(_):
        processes = [mp.get_context("spawn").Process(target=nothing) for _ in range(count)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        return [process.exitcode for process in processes]

    return timed(1, work)


class Loky:
    """loky's executor, with the face of a pool of multiprocessing's and the length of its chunks."""

    def __init__(self):
        from loky import get_reusable_executor

        self.executor = get_reusable_executor(max_workers=2, timeout=None)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.executor.shutdown(kill_workers=True)

    def map(self, fn, items):
        return list(self.executor.map(fn, items, chunksize=math.ceil(len(items) / 8)))

    def apply(self, fn, args):
        return self.executor.submit(fn, *args).result()

    def apply_async(self, fn, args):
        future = self.executor.submit(fn, *args)
        future.get = future.result
        return future


if __name__ == "__main__":
    # The original ran with fork, which was the default of its system; where there is none, the system's own default.
    method = "fork" if "fork" in mp.get_all_start_methods() else mp.get_start_method()
    with Loky() if sys.argv[1:] == ["loky"] else mp.get_context(method).Pool(2) as pool:
        for line in sys.stdin:
            request = json.loads(line)
            way = request.pop("way")
            if way == "about":
                answer = {"version": sys.version.split()[0], "method": method}
            else:
                seconds, found = globals()[f"way_{way}"](pool, **request)
                answer = {"seconds": seconds, "answer": found}
            print(json.dumps(answer), flush=True)
