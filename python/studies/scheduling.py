"""What a job costs beside its work: empty jobs by threads, by processes and by Dask.

    python studies/scheduling.py [--jobs 100000] [--ways threads,processes,dask] [--chunks 1,100]

Wall time a job, of keys, pickles, tasks, records and the disk, on a folder that is empty, and of a
second run, which finds all of them there.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import contextlib
import tempfile
import time
from typing import Any

from rlct import distributed


@contextlib.contextmanager
def executor(way: str) -> Any:
    if way == "threads":
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            yield pool
    elif way == "processes":
        with concurrent.futures.ProcessPoolExecutor(2) as pool:
            yield pool
    else:
        import distributed as dask

        with dask.LocalCluster(2, threads_per_worker=1, dashboard_address=None) as cluster:
            with dask.Client(cluster) as client:
                yield client


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--ways", default="threads,processes,dask")
    parser.add_argument("--chunks", default="1,100")
    options = parser.parse_args()
    for way in options.ways.split(","):
        for chunk in map(int, options.chunks.split(",")):
            jobs = distributed.sweep("x^2", [[0.0]], seeds=range(options.jobs))
            with tempfile.TemporaryDirectory() as folder, executor(way) as pool:
                settings = dict(work=distributed.count_parameters, executor=pool, results=folder)
                start = time.perf_counter()
                results = distributed.run(jobs, chunk=chunk, **settings)
                first = time.perf_counter() - start
                assert len(results) == results.computed == options.jobs and not results.failed
                start = time.perf_counter()
                assert distributed.run(jobs, **settings).computed == 0
                second = time.perf_counter() - start
            print(
                f"{way}, {chunk} in a task: {options.jobs} jobs in {first:.1f} s, "
                f"{1e6 * first / options.jobs:.0f} µs a job; when all are there {second:.1f} s",
                flush=True,
            )


if __name__ == "__main__":
    main()
