"""What a peer in Python answers on standard output to the orders on standard input, one JSON line each.

{"prepare": path}                    makes the kernel whose inputs and expected values the JSON file holds
{"time": "primal"|"derivative", "seconds": s}   times the prepared kernel
"""

import base64
import json
import math
import sys
import time

import numpy as np

TOLERANCE = 1e-9


def serve(prepare):
    """Answers until standard input ends. `prepare(kernel)` gives an object with `compile_ms`, `first_ms` (the first
    run included), `mode`, `primal()`, `derivative()` and `answer()`: values and derivatives in row-major order."""
    print(json.dumps({"ready": True}), flush=True)
    prepared = None
    for line in sys.stdin:
        order = json.loads(line)
        try:
            if "prepare" in order:
                kernel = read(order["prepare"])
                prepared = None
                prepared = prepare(kernel)
                value, derivative = prepared.answer()
                check(kernel, "value", value)
                check(kernel, "derivative", derivative)
                times = {"compileMs": prepared.compile_ms, "firstMs": prepared.first_ms}
                answer = {**times, "mode": prepared.mode}
            else:
                answer = {"seconds": seconds_per_run(getattr(prepared, order["time"]), order["seconds"])}
        except Exception as error:  # what a peer cannot do is an entry of the table
            answer = {"error": f"{type(error).__name__}: {error}".splitlines()[0][:300]}
        print(json.dumps(answer), flush=True)


def read(path):
    """The kernel in a file, its tensors as arrays."""
    with open(path, encoding="utf8") as file:
        kernel = json.load(file)
    kernel["inputs"] = {
        name: numbers(tensor["data"]).reshape(tensor["shape"]) for name, tensor in kernel["inputs"].items()
    }
    for name in ("value", "derivative"):
        kernel["expected"][name] = numbers(kernel["expected"][name])
    return kernel


def numbers(text):
    return np.frombuffer(base64.b64decode(text), dtype="<f8").copy()


def check(kernel, name, received):
    """Throws unless values agree with ours."""
    expected = kernel["expected"][name]
    received = np.asarray(received, dtype=float).ravel()
    if received.shape != expected.shape:
        raise ValueError(f"{name} has {received.size} numbers instead of {expected.size}")
    worst = float(np.max(np.abs(received - expected) / (1 + np.abs(expected))))
    if not worst <= TOLERANCE:
        raise ValueError(f"{name} differs by {worst:.1e}")


def seconds_per_run(run, seconds):
    """The least mean of blocks of runs, each about a tenth of the time."""
    count, best, spent = 1, math.inf, 0.0
    while spent < seconds:
        start = time.perf_counter()
        for _ in range(count):
            run()
        took = time.perf_counter() - start
        spent += took
        best = min(best, took / count)
        count = max(1, math.ceil(seconds / 10 / (took / count)))
    return best
