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
pathlib.Path(__file__).with_name("unary.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
