"""Writes scalar.json: reference values of scalar functions, computed by mpmath at 50 digits or more.

    pip install mpmath && python test/data/make-scalar.py

One line per function, each point [operands..., value]. Operands have few digits so that the file stays small; the values
are rounded once, to double. Points whose value is not a finite normal double are left out.
"""

import json
import math
import pathlib
import random

from mpmath import mp, mpf

random.seed(20)
mp.dps = 50


def short(x):
    return float(f"{x:.6g}")


def uniform(low, high):
    return lambda: short(random.uniform(low, high))


def magnitude(low, high, signed=False):
    """10 raised to a uniform power, so that every order of magnitude is as likely."""
    return lambda: short(random.choice([-1, 1] if signed else [1]) * 10 ** random.uniform(low, high))


def near(centre, low, high):
    return lambda: centre + random.choice([-1, 1]) * short(10 ** random.uniform(low, high))


def integer(low, high):
    return lambda: random.randint(low, high)


def psi(n, x):
    """mpmath's own psi is slow for large n; the sum of powers about the nearest poles is not."""
    s = n + 1

    def zeta(a):
        total = mpf(0)
        while a < s + 60:
            total += a**-s
            a += 1
            if a**-s < total * mpf(10) ** -60:
                return total
        tail = a / (s - 1) + mpf(1) / 2
        rising = s / a
        for j in range(1, 50):
            tail += mp.bernoulli(2 * j) / mp.factorial(2 * j) * rising
            rising *= (s + 2 * j - 1) / a * ((s + 2 * j) / a)
        return total + a**-s * tail

    above = x - mp.floor(x)
    total = zeta(x) if x > 0 else zeta(above) + (-1) ** s * (zeta(1 - above) - zeta(1 - x))
    return (-1) ** s * mp.factorial(n) * total


def logaddexp(x, y):
    return mp.log(mp.exp(x) + mp.exp(y))


def stationary(n):
    """Where n! / x^(n + 1) stays within range for large n."""
    return short((n + 1) / math.e * random.uniform(0.9, 1.2))


def pairs(xs, ys):
    return lambda: (random.choice(xs)(), random.choice(ys)())


def single(*draws):
    return lambda: (random.choice(draws)(),)


def orders(*draws):
    def draw():
        n = random.choice(draws)()
        return n, random.choice([uniform(0, 5), uniform(0, 50), magnitude(-3, 4), lambda: stationary(n), uniform(-6, 0)])()

    return draw


# Enough working digits for 50 of log(1 + e^-745) and of the sine of 2^1000, which cancel.
WIDE = 400

FUNCTIONS = {
    "pow": (lambda x, y: x**y, pairs([uniform(0, 3), magnitude(-5, 5)], [uniform(-30, 30), integer(-9, 9)]), 200, 50),
    "exp2": (lambda x: mpf(2) ** x, single(uniform(-1022, 1023.9), uniform(-2, 2), magnitude(-10, 2, True)), 150, 50),
    "hypot": (
        mp.hypot,
        pairs([uniform(-3, 3), magnitude(-5, 5, True), magnitude(300, 308)], [uniform(-3, 3), magnitude(-5, 5), magnitude(300, 308)]),
        200,
        WIDE,
    ),
    "logaddexp": (logaddexp, pairs([uniform(-700, 700), uniform(-2, 3)], [uniform(-700, 700), uniform(-2, 3)]), 200, 700),
    "sigmoid": (lambda x: 1 / (1 + mp.exp(-x)), single(uniform(-708, 40), uniform(-5, 5), magnitude(-10, 1, True)), 200, WIDE),
    "softplus": (lambda x: mp.log1p(mp.exp(x)), single(uniform(-708, 708), uniform(-5, 5), magnitude(-10, 1, True)), 200, WIDE),
    "erf": (mp.erf, single(uniform(-6, 6), uniform(-1, 1), magnitude(-300, 0, True)), 250, 50),
    "erfc": (mp.erfc, single(uniform(-6, 26.5), uniform(-1, 3), uniform(20, 26.5), magnitude(-10, 0, True)), 250, 50),
    "lgamma": (
        lambda x: mp.log(abs(mp.gamma(x))) if abs(x) < 1e6 else mp.loggamma(x),
        single(uniform(0, 3), uniform(0, 20), magnitude(-300, 300), near(1, -9, -1), near(2, -9, -1), uniform(-20, 0), uniform(-200, 0)),
        350,
        50,
    ),
    "digamma": (mp.digamma, single(uniform(0, 3), uniform(0, 20), magnitude(-300, 300), uniform(1.4, 1.5), uniform(-20, 0)), 300, 50),
    "polygamma": (psi, orders(integer(1, 4), integer(1, 30), integer(20, 400), integer(1000, 9000)), 350, 50),
    "remainder": (None, pairs([uniform(-9, 9), magnitude(-5, 300, True)], [uniform(-9, 9), magnitude(-5, 5, True)]), 150, 50),
}

BUILT_IN = {
    "exp": [uniform(-708, 709)],
    "expm1": [uniform(-40, 709), magnitude(-10, 0, True)],
    "log": [magnitude(-300, 300), uniform(0.5, 2)],
    "log1p": [magnitude(-10, 300), uniform(-1, 2)],
    "log2": [magnitude(-300, 300), uniform(0.5, 2)],
    "log10": [magnitude(-300, 300), uniform(0.5, 2)],
    "sin": [uniform(-10, 10), magnitude(5, 300), lambda: 1e22, lambda: 2.0**1000],
    "cos": [uniform(-10, 10), magnitude(5, 300), lambda: 1e22, lambda: 2.0**1000],
    "tan": [uniform(-10, 10), magnitude(5, 300), lambda: 1e22, lambda: 2.0**1000],
    "asin": [uniform(-1, 1), magnitude(-8, 0)],
    "acos": [uniform(-1, 1), magnitude(-8, 0)],
    "atan": [uniform(-3, 3), magnitude(-8, 8, True)],
    "sinh": [uniform(-710, 710), uniform(-2, 2)],
    "cosh": [uniform(-710, 710), uniform(-2, 2)],
    "tanh": [uniform(-20, 20), uniform(-1, 1)],
    "asinh": [uniform(-2, 2), magnitude(-10, 300, True)],
    "acosh": [uniform(1, 3), magnitude(0, 300)],
    "atanh": [uniform(-1, 1), magnitude(-10, 0, True)],
}
for name, draws in BUILT_IN.items():
    FUNCTIONS[name] = (getattr(mp, name, None), single(*draws), 40, WIDE)
FUNCTIONS["log2"] = (lambda x: mp.log(x) / mp.log(2), *FUNCTIONS["log2"][1:])
FUNCTIONS["atan2"] = (mp.atan2, pairs([uniform(-3, 3), magnitude(-99, 99, True)], [uniform(-3, 3), magnitude(-99, 99, True)]), 40, WIDE)


def points(function, draw, count, digits):
    mp.dps = digits
    found = []
    while len(found) < count:
        operands = draw()
        if function is None:
            # Python's float modulo is NumPy's.
            value = operands[0] % operands[1]
        else:
            exact = function(*[x if isinstance(x, int) and function is psi else mpf(x) for x in operands])
            if not 2.3e-308 < abs(exact) < 1.79e308:
                continue
            value = float(exact)
        found.append([int(x) if x == int(x) and abs(x) < 1e6 else x for x in operands] + [value])
    return sorted(found)


lines = [f"{json.dumps(name)}:{json.dumps(points(*spec), separators=(',', ':'))}" for name, spec in FUNCTIONS.items()]
pathlib.Path(__file__).with_name("scalar.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
