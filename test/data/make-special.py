"""Writes special.json and special-slopes.json: reference values of special functions and of their derivatives, by mpmath.

    pip install mpmath && python test/data/make-special.py

special.json has one line per scalar function, each point [operands..., value]; special-slopes.json one per operator of
several numbers, each point [operands..., [[orders in each operand], value], ...]. Values are rounded once, to double.
"""

import itertools
import json
import math
import pathlib
import random

from mpmath import mp, mpf

random.seed(28)


def short(x):
    return float(f"{x:.6g}")


def uniform(low, high):
    return short(random.uniform(low, high))


def magnitude(low, high, signed=False):
    return short(random.choice([-1, 1] if signed else [1]) * 10 ** random.uniform(low, high))


def power_series_gamma(a, x):
    term = total = mpf(1)
    k = 1
    while term > total * mpf(10) ** -mp.dps:
        term *= x / (a + k)
        total += term
        k += 1
    return total * mp.exp(a * mp.log(x) - x - mp.loggamma(a + 1))


def gammainc(a, x):
    return power_series_gamma(a, x)


def gammaincc(a, x):
    with mp.workdps(700):
        return 1 - power_series_gamma(a, x)


def gamma_density(a, x):
    return mp.exp((a - 1) * mp.log(x) - x - mp.loggamma(a))


def lbeta(a, b):
    with mp.workdps(max(mp.dps, 350) if max(a, b) > 1e6 * min(a, b) else mp.dps):
        return mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)


def power_series_beta(a, b, x):
    term = total = mpf(1)
    k = 1
    while term > total * mpf(10) ** -mp.dps:
        term *= x * (a + b + k - 1) / (a + k)
        total += term
        k += 1
    return total * mp.exp(a * mp.log(x) + b * mp.log1p(-x) - mp.log(a) + mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b))


def betainc(a, b, x):
    if x * (a + b + 2) < a + 1:
        return power_series_beta(a, b, x)
    return 1 - power_series_beta(b, a, 1 - x)


def beta_density(a, b, x):
    return mp.exp((a - 1) * mp.log(x) + (b - 1) * mp.log1p(-x) + mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b))


def hurwitz(s, q, n=0):
    """By Euler and Maclaurin; its derivatives in s from the terms, those of the rest by differences at high precision."""
    count = 60 if s < 100 else 200
    total = sum((-mp.log(q + k)) ** n * (q + k) ** -s for k in range(count))
    y = q + count

    def rest(s):
        value = y ** (1 - s) / (s - 1) + y**-s / 2
        for j in range(1, 25):
            value += mp.bernoulli(2 * j) / mp.factorial(2 * j) * mp.rf(s, 2 * j - 1) * y ** (-s - 2 * j + 1)
        return value

    return total + (rest(s) if n == 0 else mp.diff(rest, s, n))


def ndtr(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def quantile(p2):
    """The x where erfc(-x/sqrt(2)) is p2."""
    if p2 > 1:
        return -quantile(2 - p2)
    if p2 > 0.3:
        return mp.sqrt(2) * mp.erfinv(p2 - 1)
    t = mp.sqrt(-2 * mp.log(p2 / 2))
    for _ in range(60):
        tail = mp.erfc(t / mp.sqrt(2))
        step = (mp.log(tail) - mp.log(p2)) * tail / (2 * mp.exp(-t * t / 2) / mp.sqrt(2 * mp.pi))
        t += step
        if abs(step) < mpf(10) ** -45 * t:
            return -t
    raise ArithmeticError(p2)


def mills_slopes(x):
    f = mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi) / ndtr(x)
    second = -f * (x + f)
    third = -(x * second + f) - 2 * f * second
    return [None, f, second, third]


def exprel_slope(n, x):
    n = int(n)
    if abs(x) < 0.01:
        return sum(x**k / (mp.factorial(k) * (n + k + 1)) for k in range(40))
    value = mp.expm1(x) / x
    for k in range(1, n + 1):
        value = (mp.exp(x) - k * value) / x
    return value


def sinc_slope(n, x):
    n = int(n)
    if abs(x) < 0.01:
        terms = range((n + 1) // 2, 30)
        return sum((-1) ** j * x ** (2 * j - n) / (mp.factorial(2 * j - n) * (2 * j + 1)) for j in terms)
    value = mp.sin(x) / x
    for k in range(1, n + 1):
        value = (mp.sin(x + k * mp.pi / 2) - k * value) / x
    return value


def i0e_slope(n, x):
    n = int(n)
    moments = (mp.binomial(2 * n, n + k) * (-1) ** (n + k) * mp.besseli(abs(k), x) for k in range(-n, n + 1))
    return mp.exp(-x) * sum(moments) / mpf(2) ** n


def wide(low=-300, high=2.5):
    return random.choice([lambda: magnitude(low, high, True), lambda: uniform(-5, 5), lambda: uniform(-40, 40)])()


def ordered(draw):
    return lambda: (random.randint(1, 3), *draw())


def near_mean_gamma():
    a = magnitude(-2, 4.5) if random.random() < 0.8 else magnitude(-300, -2)
    x = a + random.gauss(0, 3) * math.sqrt(a) if random.random() < 0.6 else a * 10 ** random.uniform(-2, 1)
    return a, short(max(x, 1e-6))


def near_mean_beta():
    a, b = (magnitude(-2, 4), magnitude(-2, 4))
    mean = a / (a + b)
    x = mean + random.gauss(0, 2.5) * math.sqrt(mean * (1 - mean) / (a + b + 1)) if random.random() < 0.6 else random.random()
    return a, b, short(min(max(x, 1e-5), 1 - 1e-5))


def zeta_point():
    return random.choice([lambda: (short(1 + magnitude(-3, 1.3)), magnitude(-2, 1.5)), lambda: (uniform(1.01, 60), uniform(0.05, 60))])()


def probability():
    return random.choice([lambda: short(random.random()), lambda: magnitude(-307, -1), lambda: 0.5 + magnitude(-12, -1, True)])()


FUNCTIONS = {
    "cbrt": (lambda x: mp.sign(x) * mp.cbrt(abs(x)), lambda: (magnitude(-300, 300, True),), 100, 50),
    "rsqrt": (lambda x: 1 / mp.sqrt(x), lambda: (magnitude(-300, 300),), 100, 50),
    "xlogy": (lambda x, y: x * mp.log(y), lambda: (magnitude(-5, 5, True), random.choice([magnitude(-300, 300), uniform(0.5, 2)])), 100, 50),
    "xlog1py": (lambda x, y: x * mp.log1p(y), lambda: (magnitude(-5, 5, True), random.choice([magnitude(-300, 300), uniform(-1, 2)])), 100, 50),
    "log1mexp": (lambda x: mp.log(-mp.expm1(-abs(x))), lambda: (wide(),), 150, 700),
    "bose": (lambda x: mp.sign(x) / mp.expm1(abs(x)), lambda: (wide(),), 100, 50),
    "logcosh": (lambda x: mp.log(mp.cosh(x)), lambda: (wide(-140),), 200, 700),
    "exprel": (lambda x: mp.expm1(x) / x, lambda: (wide(),), 150, 700),
    "exprelSlope": (exprel_slope, ordered(lambda: (wide(),)), 200, 200),
    "sinc": (lambda x: mp.sin(x) / x, lambda: (wide(-300, 100),), 150, 700),
    "sincSlope": (sinc_slope, ordered(lambda: (wide(),)), 200, 200),
    "ndtr": (ndtr, lambda: (random.choice([uniform(-37.5, 8), uniform(-3, 3), magnitude(-100, 0, True)]),), 250, 60),
    "logNdtr": (lambda x: mp.log(ndtr(x)), lambda: (random.choice([uniform(-300, 37), uniform(-3, 3), magnitude(-100, 0, True)]),), 250, 800),
    "logNdtrSlope": (lambda n, x: mills_slopes(x)[int(n)], ordered(lambda: (random.choice([uniform(-60, 36), uniform(-3, 3), -magnitude(1, 3)]),)), 300, 100),
    "ndtri": (lambda p: quantile(2 * p), lambda: (probability(),), 200, 60),
    "erfcinv": (lambda y: -quantile(y) / mp.sqrt(2), lambda: (2 * probability(),), 200, 60),
    "erfinv": (lambda y: quantile(1 + y) / mp.sqrt(2), lambda: (random.choice([-1, 1]) * probability(),), 200, 360),
    "besselJ": (lambda n, x: mp.besselj(int(n), x), lambda: (random.randint(0, 4), random.choice([uniform(-25, 25), magnitude(-100, 4.5, True)])), 400, 80),
    "i0e": (lambda x: mp.exp(-abs(x)) * mp.besseli(0, x), lambda: (random.choice([uniform(-60, 60), magnitude(-10, 5)]),), 200, 50),
    "i1e": (lambda x: mp.exp(-abs(x)) * mp.besseli(1, x), lambda: (random.choice([uniform(-60, 60), magnitude(-300, 5)]),), 200, 50),
    "i0eSlope": (i0e_slope, ordered(lambda: (random.choice([uniform(0, 60), magnitude(-10, 5)]),)), 200, 120),
    "lbeta": (lbeta, lambda: (magnitude(-300, 18), magnitude(-5, 18)), 250, 60),
    "psiDifference": (lambda n, a, b: mp.polygamma(int(n), a) - mp.polygamma(int(n), a + b), lambda: (random.randint(0, 2), magnitude(-3, 4), magnitude(-6, 5)), 250, 60),
    "zeta": (hurwitz, zeta_point, 200, 60),
    "zetaSlope": (lambda n, s, q: hurwitz(s, q, int(n)), ordered(zeta_point), 150, 60),
    "gammainc": (gammainc, near_mean_gamma, 250, 60),
    "gammaincc": (gammaincc, near_mean_gamma, 250, 60),
    "gammaDensity": (gamma_density, near_mean_gamma, 150, 60),
    "betainc": (betainc, near_mean_beta, 250, 60),
    "betaDensity": (beta_density, near_mean_beta, 150, 60),
}


def stored(x):
    return int(x) if x == int(x) and abs(x) < 1e6 else x


def points(function, draw, count, digits):
    mp.dps = digits
    found = []
    while len(found) < count:
        operands = draw()
        exact = mp.re(function(*[mpf(x) for x in operands]))
        if 2.3e-308 < abs(exact) < 1.79e308:
            found.append([*map(stored, operands), float(exact)])
    return sorted(found)


def slopes(function, draw, count, orders):
    """Derivatives by central differences at 90 digits."""
    found = []
    for _ in range(count):
        operands = draw()
        with mp.workdps(90):
            step = mpf(10) ** -15 * mpf(min(operands))
            exact = [[order, mp.diff(function, tuple(map(mpf, operands)), tuple(order), h=step)] for order in orders]
        found.append([*operands, *[[order, float(value)] for order, value in exact if 2.3e-308 < abs(value) < 1.79e308]])
    return found


def all_orders(variables):
    return [order for order in itertools.product(range(4), repeat=variables) if 0 < sum(order) <= 3]


def calm_gamma():
    a = magnitude(-1, 2)
    return a, short(a * 10 ** random.uniform(-0.5, 0.5))


SLOPES = {
    "xlogy": (lambda x, y: x * mp.log(y), lambda: (magnitude(-5, 5), magnitude(-5, 5)), 20, all_orders(2)),
    "xlog1py": (lambda x, y: x * mp.log1p(y), lambda: (magnitude(-5, 5), magnitude(-5, 5)), 20, all_orders(2)),
    "lbeta": (lbeta, lambda: (magnitude(-2, 3), magnitude(-2, 3)), 12, all_orders(2)),
    "zeta": (hurwitz, lambda: (uniform(1.05, 20), uniform(0.1, 20)), 8, all_orders(2)),
    "gammainc": (gammainc, calm_gamma, 10, all_orders(2)),
    "gammaincc": (lambda a, x: 1 - power_series_gamma(a, x), calm_gamma, 6, all_orders(2)),
    "betainc": (betainc, lambda: (magnitude(-1, 2), magnitude(-1, 2), uniform(0.05, 0.95)), 6, all_orders(3)),
}

for path, table, make in (("special.json", FUNCTIONS, points), ("special-slopes.json", SLOPES, slopes)):
    lines = [f"{json.dumps(name)}:{json.dumps(make(*spec), separators=(',', ':'))}" for name, spec in table.items()]
    pathlib.Path(__file__).with_name(path).write_text("{\n" + ",\n".join(lines) + "\n}\n")
