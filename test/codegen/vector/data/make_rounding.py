"""Writes round_half_even.json, sign.json and remainder.json: python make_rounding.py, with mpmath installed."""

import math
import random

from mpmath import mpf
from points import SPECIAL, near, over_exponents, scale, uniform, write


n = 100 * scale()


def round_half_even(x):
    return x if abs(x) >= 2.0**52 or math.isnan(x) else math.copysign(float(round(x)), x)


def sign(x):
    return x if math.isnan(x) else float((x > 0) - (x < 0))


def remainder(x, y):
    if y == 0 or math.isinf(x) or math.isnan(x) or math.isnan(y):
        return math.nan
    rest = math.fmod(x, y)
    if rest == 0:
        return math.copysign(0.0, y)
    if (rest < 0) == (y < 0):
        return rest
    return y if math.isinf(y) else mpf(rest) + mpf(y)


def pairs():
    rng = random.Random(7)
    for x in SPECIAL:
        for y in SPECIAL:
            yield x, y
    for _ in range(2 * n):
        yield rng.uniform(-99, 99), rng.uniform(-9, 9)
        yield rng.choice((1, -1)) * 2.0 ** rng.uniform(-1074, 1023.99), rng.choice((1, -1)) * 2.0 ** rng.uniform(-1074, 1023.99)
        y = rng.uniform(-9, 9)
        yield y * rng.randrange(2**20), y


xs = [*SPECIAL, *near([0.5, 1.5, 2.5, -0.5, -1.5, 2.0**52]), *over_exponents(n), *uniform(n, -9, 9)]
write("round_half_even", round_half_even, xs)
write("sign", sign, xs)
columns = zip(*pairs())
write("remainder", remainder, *map(list, columns))
