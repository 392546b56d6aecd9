"""Writes atan.json, atan2.json, asin.json and acos.json: python make_inverse_circular.py, with mpmath installed."""

import math
import random

from mpmath import mp, mpf
from points import SPECIAL, near, over_exponents, scale, uniform, write

n = 200 * scale()


def atan(x):
    return x if x == 0 or math.isnan(x) else mp.atan(mpf(x))


def asin(x):
    if math.isnan(x) or abs(x) > 1:
        return math.nan
    return x if x == 0 else mp.asin(mpf(x))


def acos(x):
    if math.isnan(x) or abs(x) > 1:
        return math.nan
    return 0.0 if x == 1 else mp.acos(mpf(x))


def atan2(y, x):
    if y == 0 or math.isinf(x) or math.isinf(y) or math.isnan(x) or math.isnan(y):
        # One of the multiples of pi/4, which the C library has exactly rounded; the rest of each is known.
        value = math.atan2(y, x)
        if value == 0 or math.isnan(value):
            return value
        return math.copysign(1, y) * mp.pi / 4 * round(abs(value) / (math.pi / 4))
    return mp.atan2(mpf(y), mpf(x))


def pairs():
    rng = random.Random(5)
    sign = lambda: rng.choice((1, -1))
    result = [(y, x) for y in SPECIAL for x in SPECIAL]
    for _ in range(2 * n):
        result.append((rng.uniform(-2, 2), rng.uniform(-2, 2)))
        result.append((sign() * 2.0 ** rng.uniform(-1074, 1023.99), sign() * 2.0 ** rng.uniform(-1074, 1023.99)))
        exponent = rng.uniform(-1060, 1010)
        result.append((sign() * 2.0 ** (exponent + rng.uniform(-9, 9)), sign() * 2.0 ** (exponent + rng.uniform(-9, 9))))
        x = rng.uniform(1, 2)
        result.append((sign() * x * (1 + rng.uniform(-1, 1) * 2.0 ** -rng.uniform(0, 53)), sign() * x))
    return result


write("atan", atan, [*SPECIAL, *near([1.0, -1.0, 0.5, 2.4]), *over_exponents(n), *over_exponents(2 * n, -28, 56), *uniform(3 * n, -3, 3)])
inside = [*SPECIAL, *near([0.5, -0.5, 1.0, -1.0, 0.25]), *over_exponents(n, -1074, 0), *over_exponents(n, -28, 0)]
inside += [*uniform(3 * n, -1, 1), *(s * (1 - e) for e in over_exponents(n, -52, -1, signs=(1,)) for s in (1, -1)), 1.5, -2.0]
write("asin", asin, inside)
write("acos", acos, inside)
ys, xs = zip(*pairs())
write("atan2", atan2, list(ys), list(xs))
