"""Writes unary.json: the first three derivatives of each function of one number over all magnitudes, by mpmath.

    pip install mpmath sympy && python test/data/make-unary.py

The derivatives are taken by sympy, as formulas, and evaluated with enough digits for whatever cancels in them. One line
per operator, each point [x, first, second, third]. Points outside of the domain are left out; what is below the
normal doubles is 0 and what is above the largest is Infinity.
"""

import json
import pathlib

import sympy as sp
from mpmath import mp, mpf

x = sp.symbols("x", real=True)
MAGNITUDES = [f"1e{k}" for k in (-300, -200, -160, -120, -100, -60, -30, -20, -10, -5, -3, -1, 1, 3, 5, 10, 20, 30, 60, 100, 120, 160, 200, 300)]
MODERATE = ["0.3", "0.7", "0.99", "1.5", "2.5", "4", "7", "15", "25", "36", "300", "700"]
POINTS = sorted(float(sign + p) for p in MAGNITUDES + MODERATE for sign in ("", "-"))
EVERYWHERE, POSITIVE = (lambda p: True), (lambda p: p > 0)

sigmoid_slope = sp.exp(-sp.Abs(x)) / (1 + sp.exp(-sp.Abs(x))) ** 2


def slopes(first):
    return [first, sp.diff(first, x), sp.diff(first, x, 2)]


def by_exp(first):
    """Formulas in e^x that are even up to sign, evaluated for x < 0 so that nothing overflows."""
    return slopes(first)


u = sp.exp(x)
TABLE = {
    "negative": (slopes(sp.Integer(-1) + 0 * x), EVERYWHERE, 400),
    "reciprocal": (slopes(-1 / x**2), EVERYWHERE, 400),
    "square": (slopes(2 * x), EVERYWHERE, 400),
    "sqrt": (slopes(1 / (2 * sp.sqrt(x))), POSITIVE, 400),
    "exp": (slopes(sp.exp(x)), lambda p: p < 1e5, 400),
    "expm1": (slopes(sp.exp(x)), lambda p: p < 1e5, 400),
    "exp2": (slopes(sp.log(2) * sp.exp(x * sp.log(2))), lambda p: p < 1e5, 400),
    "log": (slopes(1 / x), POSITIVE, 400),
    "log2": (slopes(1 / (x * sp.log(2))), POSITIVE, 400),
    "log10": (slopes(1 / (x * sp.log(10))), POSITIVE, 400),
    "log1p": (slopes(1 / (1 + x)), lambda p: p > -1, 400),
    "sin": (slopes(sp.cos(x)), EVERYWHERE, 800),
    "cos": (slopes(-sp.sin(x)), EVERYWHERE, 800),
    "tan": (slopes(1 + sp.tan(x) ** 2), EVERYWHERE, 800),
    "asin": (slopes(1 / sp.sqrt(1 - x**2)), lambda p: abs(p) < 1, 800),
    "acos": (slopes(-1 / sp.sqrt(1 - x**2)), lambda p: abs(p) < 1, 800),
    "atan": (slopes(1 / (1 + x**2)), EVERYWHERE, 2000),
    "sinh": (slopes(sp.cosh(x)), lambda p: abs(p) < 1e5, 800),
    "cosh": (slopes(sp.sinh(x)), lambda p: abs(p) < 1e5, 800),
    "tanh": (slopes(1 / sp.cosh(x) ** 2), lambda p: abs(p) < 1e5, 1500),
    "asinh": (slopes(1 / sp.sqrt(1 + x**2)), EVERYWHERE, 2000),
    "acosh": (slopes(1 / sp.sqrt(x**2 - 1)), lambda p: p > 1, 2000),
    "atanh": (slopes(1 / (1 - x**2)), lambda p: abs(p) < 1, 800),
    "erf": (slopes(2 / sp.sqrt(sp.pi) * sp.exp(-(x**2))), lambda p: abs(p) < 1e5, 800),
    "erfc": (slopes(-2 / sp.sqrt(sp.pi) * sp.exp(-(x**2))), lambda p: abs(p) < 1e5, 800),
    "gelu": (slopes(sp.erfc(-x / sp.sqrt(2)) / 2 + x * sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi)), lambda p: abs(p) < 1000, 1500),
    "sigmoid": (slopes(u / (1 + u) ** 2), lambda p: abs(p) < 1e5, 1500),
    "softplus": (slopes(u / (1 + u)), lambda p: abs(p) < 1e5, 1500),
    "silu": (slopes(sp.diff(x * u / (1 + u), x)), lambda p: abs(p) < 1e5, 1500),
}


def psi(order):
    def derivative(point):
        # Around the poles the sum of the pole and what is regular, since mpmath loses the pole.
        return mp.polygamma(order, point)

    return derivative


POLYGAMMA = {
    "lgamma": 0,
    "digamma": 1,
}


def normal_slopes(k):
    def density(x):
        return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)

    return [density, lambda x: -x * density(x), lambda x: (x * x - 1) * density(x)][k]


def mills_slopes(k):
    """The left tail by mpmath's own continued fraction of erfc, whose exponent has no bound."""

    def slopes(x):
        f = mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi) / (mp.erfc(-x / mp.sqrt(2)) / 2)
        second = -f * (x + f)
        return f, second, -(x * second + f) - 2 * f * second

    return lambda x: slopes(x)[k]


def quantile(p):
    if p > mpf("0.5"):
        return -quantile(1 - p)
    t = mp.sqrt(-2 * mp.log(p)) if p < mpf("0.1") else mpf(1)
    for _ in range(80):
        tail = mp.erfc(t / mp.sqrt(2)) / 2
        step = (mp.log(tail) - mp.log(p)) * tail / (mp.exp(-t * t / 2) / mp.sqrt(2 * mp.pi))
        t += step
        if abs(step) < mpf(10) ** -(mp.dps * 3 // 4) * (1 + abs(t)):
            return -t
    raise ArithmeticError(p)


def inverse_slopes(of, factor, rate):
    """Derivatives of an inverse whose own first is factor·exp(rate y²)."""

    def at(k):
        def slope(x):
            y = of(x)
            first = factor() * mp.exp(rate * y * y)
            return [first, 2 * rate * y * first**2, (2 * rate + 8 * rate**2 * y * y) * first**3][k]

        return slope

    return at


def integral_slopes(series, closed):
    def at(k):
        return lambda x: series(k + 1, x) if abs(x) < mpf("0.01") else closed(k + 1, x)

    return at


def exprel_series(n, x):
    return sum(x**k / (mp.factorial(k) * (n + k + 1)) for k in range(40))


def exprel_closed(n, x):
    value = mp.expm1(x) / x
    for k in range(1, n + 1):
        value = (mp.exp(x) - k * value) / x
    return value


def sinc_series(n, x):
    terms = range((n + 1) // 2, 30)
    return sum((-1) ** j * x ** (2 * j - n) / (mp.factorial(2 * j - n) * (2 * j + 1)) for j in terms)


def sinc_closed(n, x):
    value = mp.sin(x) / x
    for k in range(1, n + 1):
        value = (mp.sin(x + k * mp.pi / 2) - k * value) / x
    return value


def scaled_bessel_slopes(order):
    """e^-|x| I(x), by moments of cos - 1; odd or even as it is."""

    def moment(n, x):
        if x > 1e4:
            # d^n/dx^n of x^(-1/2-k), for each term of the asymptotic series of I0.
            total, coefficient = mpf(0), mpf(1)
            for k in range(60):
                total += coefficient * (-1) ** n * mp.rf(k + mpf(1) / 2, n) * x ** (-k - n)
                coefficient *= mpf((2 * k + 1) ** 2) / (8 * (k + 1))
            return total / mp.sqrt(2 * mp.pi * x)
        parts = (mp.binomial(2 * n, n + k) * (-1) ** (n + k) * mp.besseli(abs(k), x) for k in range(-n, n + 1))
        return mp.exp(-x) * sum(parts) / mpf(2) ** n

    def at(k):
        def slope(x):
            size = abs(x)
            value = moment(k + 1, size) + (moment(k + 2, size) if order == 1 else 0)
            return value if x > 0 or (k + order) % 2 == 1 else -value

        return slope

    return at


def bessel_slopes(order):
    def value(n, x):
        return mp.besselj(n, x) if n >= 0 else (-1) ** n * mp.besselj(-n, x)

    def at(k):
        k += 1
        return lambda x: sum((-1) ** i * mp.binomial(k, i) * value(order - k + 2 * i, x) for i in range(k + 1)) / mpf(2) ** k

    return at


def rational(powers):
    return lambda k: powers[k]


SPECIAL = {
    "cbrt": (
        rational(
            [
                lambda x: 1 / (3 * mp.cbrt(abs(x)) ** 2),
                lambda x: -2 * mp.sign(x) / (9 * mp.cbrt(abs(x)) ** 5),
                lambda x: 10 / (27 * mp.cbrt(abs(x)) ** 8),
            ]
        ),
        EVERYWHERE,
        60,
    ),
    "rsqrt": (
        rational([lambda x: -(x ** mpf(-1.5)) / 2, lambda x: 3 * x ** mpf(-2.5) / 4, lambda x: -15 * x ** mpf(-3.5) / 8]),
        POSITIVE,
        60,
    ),
    "log1mexp": (
        rational(
            [
                lambda x: mp.sign(x) / mp.expm1(abs(x)),
                lambda x: -mp.exp(abs(x)) / mp.expm1(abs(x)) ** 2,
                lambda x: mp.sign(x) * mp.exp(abs(x)) * (mp.exp(abs(x)) + 1) / mp.expm1(abs(x)) ** 3,
            ]
        ),
        lambda p: abs(p) < 1e5,
        60,
    ),
    "logcosh": (
        rational([mp.tanh, lambda x: mp.sech(x) ** 2, lambda x: -2 * mp.tanh(x) * mp.sech(x) ** 2]),
        lambda p: abs(p) < 1e5,
        60,
    ),
    "log_sigmoid": (
        rational(
            [
                lambda x: 1 / (1 + mp.exp(x)),
                lambda x: -mp.exp(x) / (1 + mp.exp(x)) ** 2,
                lambda x: mp.exp(x) * mp.expm1(x) / (1 + mp.exp(x)) ** 3,
            ]
        ),
        lambda p: abs(p) < 1e5,
        60,
    ),
    "exprel": (integral_slopes(exprel_series, exprel_closed), lambda p: abs(p) < 1e5, 100),
    "sinc": (integral_slopes(sinc_series, sinc_closed), EVERYWHERE, 700),
    "ndtr": (normal_slopes, lambda p: abs(p) < 1e5, 60),
    "log_ndtr": (mills_slopes, lambda p: -1000 < p < 1e5, 100),
    "ndtri": (inverse_slopes(quantile, lambda: mp.sqrt(2 * mp.pi), mpf(0.5)), lambda p: 0 < p < 1, 60),
    "erfinv": (inverse_slopes(lambda y: quantile((1 + y) / 2) / mp.sqrt(2), lambda: mp.sqrt(mp.pi) / 2, mpf(1)), lambda p: abs(p) < 1, 400),
    "erfcinv": (inverse_slopes(lambda y: -quantile(y / 2) / mp.sqrt(2), lambda: -mp.sqrt(mp.pi) / 2, mpf(1)), lambda p: 0 < p < 2, 60),
    "i0e": (scaled_bessel_slopes(0), EVERYWHERE, 60),
    "i1e": (scaled_bessel_slopes(1), EVERYWHERE, 60),
    "j0": (bessel_slopes(0), lambda p: abs(p) < 1e9, 60),
    "j1": (bessel_slopes(1), lambda p: abs(p) < 1e9, 60),
}


def number(value):
    value = mp.mpf(value)
    size = abs(value)
    if size < mpf("2.3e-308"):
        return 0.0
    if size > mpf("1.7976931348623157e308"):
        return "Infinity" if value > 0 else "-Infinity"
    return float(value)


lines = []
for name, (formulas, holds, digits) in TABLE.items():
    mp.dps = digits
    functions = [sp.lambdify(x, formula, "mpmath") for formula in formulas]
    rows = [[p] + [number(f(mpf(p))) for f in functions] for p in POINTS if holds(p)]
    lines.append(f"{json.dumps(name)}:{json.dumps(rows, separators=(',', ':'))}")
for name, order in POLYGAMMA.items():
    mp.dps = 60
    rows = [[p] + [number(mp.polygamma(order + k, mpf(p))) for k in range(3)] for p in POINTS if 1e-130 < p]
    lines.append(f"{json.dumps(name)}:{json.dumps(rows, separators=(',', ':'))}")
for name, (slope, holds, digits) in SPECIAL.items():
    mp.dps = digits
    rows = [[p] + [number(mp.re(slope(k)(mpf(p)))) for k in range(3)] for p in POINTS if holds(p)]
    lines.append(f"{json.dumps(name)}:{json.dumps(rows, separators=(',', ':'))}")
pathlib.Path(__file__).with_name("unary.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
