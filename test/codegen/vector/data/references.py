"""Makes the reference tables of the vector functions: points, correctly rounded values, and what the rounding left.

Usage: python3 elementary.py [--points 1000] [--out .] [name ...]          (needs mpmath)

A table is a JSON file of base64 strings of little-endian float64 numbers: "x" (and "y"), "value", and "rest", which is
(true value - value) / ulp(value). Points lie uniformly in the exponent over all doubles, and densely where a function
changes its ways. The same seed gives the same points.
"""

import argparse
import base64
import json
import math
import pathlib
import random
import struct

import mpmath as mp

mp.mp.dps = 50
MAX = struct.unpack("<d", struct.pack("<Q", 0x7FEFFFFFFFFFFFFF))[0]


def exponents(low, high, signs=(1, -1)):
    """Points uniform in the exponent of 2, between 2^low and 2^high."""
    return lambda rng: rng.choice(signs) * min(MAX, math.ldexp(rng.uniform(1, 2), int(rng.uniform(low, high))))


def uniform(low, high):
    return lambda rng: rng.uniform(low, high)


def near(*centers, spread=60):
    """Points at distances from the centers that are uniform in the exponent, down to a few units in the last place."""

    def point(rng):
        center = rng.choice(centers)
        scale = abs(center) if center else 1.0
        return center + rng.choice((1, -1)) * scale * 2.0 ** rng.uniform(-min(spread, 52), -2)

    return point


def rounded(true):
    """The nearest double, and what is left in its units in the last place."""
    if true == 0:
        return 0.0, 0.0
    _, exponent = mp.frexp(true)
    for power in (max(exponent - 53, -1074), max(exponent - 52, -1074)):
        scaled = mp.ldexp(true, -power)
        whole = int(mp.nint(scaled))
        if abs(whole) < 2**53:
            if power > 971:
                return math.copysign(math.inf, true), 0.0
            return math.ldexp(whole, power), float(scaled - whole)
    raise ValueError(true)


def encoded(numbers):
    return base64.b64encode(struct.pack(f"<{len(numbers)}d", *numbers)).decode()


def table(true, samplers, count, seed):
    """Rows for which `true` gives a number; a sampler gives one operand, or a tuple of them."""
    rng = random.Random(seed)
    rows = []
    attempts = 0
    while len(rows) < count and attempts < 50 * count:
        operands = samplers[attempts % len(samplers)](rng)
        attempts += 1
        operands = operands if isinstance(operands, tuple) else (operands,)
        try:
            exact = true(*(mp.mpf(operand) for operand in operands))
        except (ValueError, ZeroDivisionError):
            continue
        if exact is None or not mp.isfinite(exact) or isinstance(exact, mp.mpc):
            continue
        rows.append((*operands, *rounded(exact)))
    columns = list(zip(*rows))
    names = ["x", "y"][: len(columns) - 2] + ["value", "rest"]
    return {name: encoded(column) for name, column in zip(names, columns)}


def main(functions):
    """`functions`: for each name, its definition in mpmath and its samplers."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--points", type=int, default=1000)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for name in options.names or functions:
        true, samplers = functions[name]
        content = table(true, samplers, options.points, name)
        (options.out / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n")
