"""The counterpart of contact.cjs: a fresh program that uses a pool as a newcomer does."""
import json
import subprocess
import sys
import time

begun = time.perf_counter()
import multiprocessing as mp  # noqa: E402


def cube(x):
    return x**3


def next_one(x):
    return x + 1


def one_by_one(pool, calls):
    return sum(pool.apply(cube, (x,)) for x in range(calls))


WAYS = {
    "second": lambda pool: pool.apply(next_one, (2,)),
    "calls": lambda pool: one_by_one(pool, 255),
    "map": lambda pool: pool.map(cube, range(255)),
    "again": lambda pool: one_by_one(pool, 1500),
    "busy": lambda pool: one_by_one(pool, 1500),
}
BEFORE = {"calls": "second", "map": "calls", "again": "again", "busy": "again"}

if __name__ == "__main__":
    way = json.loads(sys.argv[1])["way"]
    # As the original lesson's system does by itself.
    method = "fork" if "fork" in mp.get_all_start_methods() else None
    with mp.get_context(method).Pool(2) as pool:
        answer = pool.apply(cube, (2,))
        seconds = time.perf_counter() - begun
        other = None
        if way == "busy":
            other = subprocess.Popen([sys.executable, "-c", "while True: pass"])
        if way != "first":
            if way in BEFORE:
                WAYS[BEFORE[way]](pool)
            start = time.perf_counter()
            answer = WAYS[way](pool)
            seconds = time.perf_counter() - start
        if other is not None:
            other.kill()
        print(json.dumps({"seconds": seconds, "answer": answer}), flush=True)
