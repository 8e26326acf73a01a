"""Measures image libraries in Python as `./run bench pixels` measures Revela: file in, file out, both cores at work.

    python3 pixels_opencv.py PHOTOS RUNS        (the folder of `./run bench photos`; how often each case is repeated)

A process to a core takes one image after the other. Each figure is a line of JSON: name, unit, runs. Memory is that of
the working processes alone, the pages of files that they share counted once.
"""

import json
import multiprocessing
import os
import sys
import tempfile
import time

CORES = len(os.sched_getaffinity(0))


def measure(peer, cases):
    """Cases by name: a function of source and target, the name of the photograph, images in one run."""
    photos, runs = sys.argv[1], int(sys.argv[2])
    for name, (develop, photo, count) in cases.items():
        rates, megabytes = measure_case(develop, os.path.join(photos, photo), count, runs)
        figure(f"{name}: {peer}", "images/s", rates)
        figure(f"{name}: {peer}, peak memory", "MiB", [megabytes])


def measure_case(develop, source, count, runs):
    spawn = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder, spawn.Pool(CORES, begin, (spawn.Barrier(CORES), folder)) as pool:

        def rate(images):
            start = time.perf_counter()
            pool.starmap(develop_one, [(develop, source)] * images, chunksize=1)
            return images / (time.perf_counter() - start)

        rate(2 * CORES)
        rates = [rate(count) for _ in range(runs)]
        peaks = pool.map(memory, range(CORES), chunksize=1)
    return rates, (sum(peak - shared for peak, shared in peaks) + max(shared for _, shared in peaks)) / 1024


# ---- in a working process --------------------------------------------------------------------------------------------


def begin(barrier, folder):
    """No process takes an image before all are there."""
    global together, target
    together, target = barrier, os.path.join(folder, f"result-{os.getpid()}")
    together.wait()


def develop_one(develop, source):
    develop(source, target)


def memory(_):
    """Its peak, and of it what is mapped from files, in KiB. Each process answers once."""
    together.wait()
    with open("/proc/self/status") as status:
        fields = dict(line.split(":", 1) for line in status)
    return tuple(int(fields[name].split()[0]) for name in ("VmHWM", "RssFile"))


def figure(name, unit, runs):
    print(json.dumps({"name": name, "unit": unit, "runs": runs}), flush=True)
