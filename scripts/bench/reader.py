"""Python's part of reader.mjs: runs one way of reading a file, and prints its seconds and what it found as JSON.

serial and parallel are the original lesson's cells In [18] and In [19], with `multiprocessing` in place of `multiprocess`.
"""
import json
import multiprocessing as mp
import subprocess
import sys
import time

if sys.platform != "win32":
    import resource

WORDS = ["dog", "cat", "boy", "girl"]


def read_in_chunks(file_object, chunk_size=256*1024):
    while True:
        data = file_object.read(chunk_size)
        if not data:
            break
        yield data


def serial(f):
    dogs  = 0
    cats  = 0
    boys  = 0
    girls = 0
    with open(f, "rb") as fin:
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


def parallel(f, n):
    with open(f, "rb") as fin:
        chunks = [chunk.decode('latin-1') for chunk in read_in_chunks(fin)]
    with mp.Pool(n) as p:
        results = p.map(count_objects, chunks)
    return [sum(column) for column in zip(*results)]


def exact(f):
    """As serial, but a word that the end of a chunk cuts is put together again."""
    counts = [0] * len(WORDS)
    rest = ""
    with open(f, "rb") as fin:
        for chunk in read_in_chunks(fin):
            text = rest + chunk.decode("latin-1")
            pieces = text.split()
            rest = pieces.pop() if pieces and not text[-1].isspace() else ""
            for place, word in enumerate(WORDS):
                counts[place] += pieces.count(word)
    return [count + (rest == word) for count, word in zip(counts, WORDS)]


def cat(f):
    with open("/dev/null", "wb") as nowhere:
        subprocess.run(["cat", f], stdout=nowhere, check=True)


def processor_seconds():
    if sys.platform == "win32":
        return time.process_time()
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


if __name__ == "__main__":
    way, path, *rest = sys.argv[1:]
    work = {"serial": serial, "parallel": parallel, "exact": exact, "cat": cat}[way]
    processor = processor_seconds()
    start = time.perf_counter()
    counts = work(path, *map(int, rest))
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "processor": processor_seconds() - processor, "counts": counts}))
