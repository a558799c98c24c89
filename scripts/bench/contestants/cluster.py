"""Dask and ipyparallel with two workers on this machine: the counterparts of a ClusterPool. A request tells who is to work, and the items of a chunk, 0 for what its map does by itself."""
import json
import logging
import sys
import time
from contextlib import ExitStack

ITEMS = list(range(20_000))


def add(x):
    return x + 1


def add_all(items):
    return [x + 1 for x in items]


def chunks_of(size):
    return [ITEMS[at : at + size] for at in range(0, len(ITEMS), size)]


def main():
    import ipyparallel
    from dask.distributed import Client, LocalCluster

    logging.disable()
    with ExitStack() as stack:
        cluster = stack.enter_context(LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None))
        client = stack.enter_context(Client(cluster))
        engines = stack.enter_context(ipyparallel.Cluster(n=2, log_level=40))

        def dask(size):
            if size == 0:
                return client.gather(client.map(add, ITEMS, pure=False))
            return sum(client.gather(client.map(add_all, chunks_of(size), pure=False)), [])

        def ipyparallel_map(size):
            if size == 0:
                return engines[:].map_sync(add, ITEMS)
            return list(engines.load_balanced_view().map_sync(add, ITEMS, chunksize=size))

        ways = {"Dask": dask, "ipyparallel": ipyparallel_map}
        for line in sys.stdin:
            request = json.loads(line)
            start = time.perf_counter()
            result = ways[request["who"]](request["size"])
            seconds = time.perf_counter() - start
            assert list(result) == [x + 1 for x in ITEMS]
            print(json.dumps({"seconds": seconds}), flush=True)


if __name__ == "__main__":
    main()
