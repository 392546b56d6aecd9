"""Points and correctly rounded values for the tables beside this file: mpmath at far more digits than a double has."""

import base64
import json
import math
import pathlib
import random
import struct
from fractions import Fraction

from mpmath import mp, mpf

mp.prec = 240

INFINITY = float("inf")
LARGEST = 1.7976931348623157e308
SMALLEST = 5e-324
SPECIAL = [0.0, -0.0, INFINITY, -INFINITY, float("nan"), SMALLEST, -SMALLEST, 2.0**-1022, LARGEST, -LARGEST, 1.0, -1.0]


def over_exponents(count, low=-1074, high=1023.999, signs=(1, -1), seed=1):
    """Numbers whose logarithm is uniform."""
    rng = random.Random(seed)
    return [rng.choice(signs) * 2.0 ** rng.uniform(low, high) for _ in range(count)]


def uniform(count, low, high, seed=2):
    rng = random.Random(seed)
    return [rng.uniform(low, high) for _ in range(count)]


def near(points, steps=6):
    """The doubles next to each of the points, and others within 2**-40 and 2**-10 of it."""
    rng = random.Random(3)
    result = []
    for p in points:
        below = above = p
        result.append(p)
        for _ in range(steps):
            below, above = math.nextafter(below, -INFINITY), math.nextafter(above, INFINITY)
            result += [below, above]
        for width in (2.0**-40, 2.0**-10):
            result += [p * (1 + width * rng.uniform(-1, 1)) for _ in range(steps)]
    return result


def rounded(value):
    """A real number to the nearest double, subnormals too, and the rest in units of that double's last place."""
    if mp.isnan(value) or mp.isinf(value) or value == 0:
        return float(value), 0.0
    sign, man, exp, _ = value._mpf_
    exact = Fraction(int(man)) * Fraction(2) ** exp * (-1 if sign else 1)
    try:
        double = float(exact)
    except OverflowError:
        return math.copysign(INFINITY, exact), 0.0
    if math.isinf(double):
        return double, 0.0
    return double, float((exact - Fraction(double)) / Fraction(math.ulp(double)))


def write(name, f, xs, ys=None):
    """Writes name.json. f gives an mpf, or a float that is exact; points where it is NaN are left to other tests."""
    rows = []
    for point in zip(xs) if ys is None else zip(xs, ys):
        value = f(*point)
        value, rest = (value, 0.0) if isinstance(value, float) else rounded(value)
        if not math.isnan(value):
            rows.append((*point, value, rest))
    *columns, values, rests = zip(*rows)
    packed = lambda numbers: base64.b64encode(struct.pack(f"<{len(numbers)}d", *numbers)).decode()
    table = dict(zip("xy", map(packed, columns))) | {"value": packed(values), "rest": packed(rests)}
    path = folder() / f"{name}.json"
    path.write_text(json.dumps(table, indent=2) + "\n")
    print(path.name, len(values), "points")


def folder():
    """Where tables go: beside this file, or $FOLDER."""
    import os

    return pathlib.Path(os.environ.get("FOLDER", pathlib.Path(__file__).parent))


def scale():
    """How many times as many points as the committed tables have: $SCALE."""
    import os

    return int(os.environ.get("SCALE", 1))
