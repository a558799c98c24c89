"""Python's part of the word count, asked for one way at a time as pools.py is.

serial and parallel are the original lesson's cells In [18] and In [19], with `multiprocessing` in place of `multiprocess`.
"""
import json
import multiprocessing
import subprocess
import sys
import time

WORDS = ["dog", "cat", "boy", "girl"]
# The original ran with fork, which was the default of its system; where there is none, the system's own default.
METHOD = "fork" if "fork" in multiprocessing.get_all_start_methods() else multiprocessing.get_start_method()
mp = multiprocessing.get_context(METHOD)


def read_in_chunks(file_object, chunk_size=256*1024):
    while True:
        data = file_object.read(chunk_size)
        if not data:
            break
        yield data


def serial(path):
    dogs  = 0
    cats  = 0
    boys  = 0
    girls = 0
    with open(path, "rb") as fin:
        for chunk in read_in_chunks(fin):
            line_list = chunk.decode('latin-1').strip().split()

            dogs  += line_list.count("dog")
            cats  += line_list.count("cat")
            boys  += line_list.count("boy")
            girls += line_list.count("girl")
    return [dogs, cats, boys, girls]


def count_objects(chunk):
    dogs  = 0
    cats  = 0
    boys  = 0
    girls = 0

    line_list = chunk.strip().split()

    dogs  += line_list.count("dog")
    cats  += line_list.count("cat")
    boys  += line_list.count("boy")
    girls += line_list.count("girl")

    return dogs, cats, boys, girls


def parallel(path, workers):
    with open(path, "rb") as fin:
        chunks = [chunk.decode('latin-1') for chunk in read_in_chunks(fin)]
    with mp.Pool(workers) as p:
        results = p.map(count_objects, chunks)
    return [sum(column) for column in zip(*results)]


def exact(path):
    """As serial, but a word that the end of a chunk cuts is put together again."""
    counts = [0] * len(WORDS)
    rest = ""
    with open(path, "rb") as fin:
        for chunk in read_in_chunks(fin):
            text = rest + chunk.decode("latin-1")
            pieces = text.split()
            rest = pieces.pop() if pieces and not text[-1].isspace() else ""
            for place, word in enumerate(WORDS):
                counts[place] += pieces.count(word)
    return [count + (rest == word) for count, word in zip(counts, WORDS)]


def cat(path):
    with open("/dev/null", "wb") as nowhere:
        subprocess.run(["cat", path], stdout=nowhere, check=True)


if __name__ == "__main__":
    for line in sys.stdin:
        request = json.loads(line)
        work = {"serial": serial, "parallel": parallel, "exact": exact, "cat": cat}[request.pop("way")]
        start = time.perf_counter()
        counts = work(**request)
        print(json.dumps({"seconds": time.perf_counter() - start, "answer": counts}), flush=True)
