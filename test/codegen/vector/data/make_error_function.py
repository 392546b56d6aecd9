"""Writes erf.json, erfc.json and erf_slope.json: python make_error_function.py, with mpmath installed."""

import math

from mpmath import mp, mpf
from points import SPECIAL, near, over_exponents, scale, uniform, write

n = 200 * scale()


def erf(x):
    if x == 0 or math.isnan(x):
        return x
    # Beyond 7 it differs from 1 by less than any table tells.
    return math.copysign(1, x) * (mpf(1) if abs(x) > 7 else mp.erf(abs(mpf(x))))


def erfc(x):
    if math.isnan(x):
        return x
    return 0.0 if x > 40 else mpf(2) if x < -40 else mp.erfc(mpf(x))


def slope(x):
    if math.isnan(x):
        return x
    return 0.0 if abs(x) > 40 else 2 / mp.sqrt(mp.pi) * mp.exp(-mpf(x) ** 2)


spread = [*SPECIAL, *over_exponents(n), *over_exponents(n, -30, 5)]
write("erf", erf, [*spread, *near([1.0, -1.0, 5.92, 6.0, 0.5]), *uniform(2 * n, -1.5, 1.5), *uniform(2 * n, -7, 7)])
deep = [*uniform(n, 0.4, 3), *uniform(2 * n, 0.5, 26.5), *uniform(n // 2, 26, 27.4), *uniform(n, -6.5, 1)]
write("erfc", erfc, [*spread, *near([0.8, -1.0, 1.0, 26.0, 27.226, 28.0]), *deep])
write("erf_slope", slope, [*spread, *near([26.0, 27.2, 28.0]), *uniform(2 * n, -3, 3), *uniform(2 * n, -27.5, 27.5)])
