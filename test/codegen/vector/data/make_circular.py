"""Writes sin.json, cos.json and tan.json: python make_circular.py, with mpmath installed."""

import math

from mpmath import mp, mpf
from points import SPECIAL, near, over_exponents, scale, uniform, write


def close(count):
    """
    Doubles m*2**e very close to multiples of pi/2, the closest for each exponent, first of all: m is the denominator
    of a convergent of 2**e*2/pi. 6381956970095103*2**797 is the closest of all (W. Kahan).
    """
    found = []
    with mp.workprec(2400):
        for e in range(-52, 971):
            ratio = rest = mpf(2) ** e * 2 / mp.pi
            before, m = 0, 1
            while True:
                rest = 1 / (rest - mp.floor(rest))
                before, m = m, int(mp.floor(rest)) * m + before
                if m >= 2**53:
                    break
            found.append((abs(before * ratio - mp.nint(before * ratio)), math.ldexp(before, e)))
    usual = [x for _, x in sorted(found) if 1 < x < 2**19]
    return [x for _, x in sorted(found)[:count]] + usual


def multiples():
    ks = [*range(-20, 21), 1000, 333334, 333772, 333773, 524287, 1048577, 12345678901]
    return [k * math.pi / 4 for k in ks if k]


def points():
    n = 300 * scale()
    return [
        *SPECIAL,
        *close(40),
        *near(multiples(), 3),
        *near([2.0**19], 3),
        *over_exponents(n),
        *over_exponents(n, -30, 19),
        *over_exponents(n, 19, 1023.999),
        *uniform(3 * n, -math.pi, math.pi),
        *uniform(n, -100, 100),
    ]


def of(f, odd):
    def value(x):
        if math.isinf(x) or math.isnan(x):
            return math.nan
        if x == 0 and odd:
            return x
        return f(mpf(x))

    return value


write("sin", of(mp.sin, True), points())
write("cos", of(mp.cos, False), points())
write("tan", of(mp.tan, True), points())
