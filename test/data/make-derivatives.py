"""Derivatives at extreme arguments, by mpmath at 300 digits: `python make-derivatives.py > derivatives.json`.

Each row is [operator, operands, attributes, derivative in each operand element by element, second derivative or null].
"""

import json

from mpmath import mp, mpf, diff, erfc, exp, log, sqrt, pi, hypot, sinh, cosh
from mpmath import digamma, polygamma

mp.dps = 300

ONE = {
    "tanh": (lambda x: 1 / cosh(x) ** 2, [15, -18, 300, 0.1, 1e-9]),
    "sigmoid": (lambda x: exp(-x) / (1 + exp(-x)) ** 2, [40, -40, 700, -700, 0.3]),
    "softplus": (lambda x: 1 / (1 + exp(-x)), [-700, -40, 40, 0.3]),
    "silu": (lambda x: (1 + exp(-x) + x * exp(-x)) / (1 + exp(-x)) ** 2, [-40, -20, 30, 0.2]),
    "asin": (lambda x: 1 / sqrt((1 - x) * (1 + x)), [0.9999999, -0.9999999, 1 - 2**-53, 1e-9]),
    "acos": (lambda x: -1 / sqrt((1 - x) * (1 + x)), [0.9999999, -0.9999999]),
    "atan": (lambda x: 1 / (1 + x * x), [1e8, -1e150, 1e-9]),
    "atanh": (lambda x: 1 / ((1 - x) * (1 + x)), [0.9999999, -0.9999999, 1 - 2**-53]),
    "acosh": (lambda x: 1 / sqrt((x - 1) * (x + 1)), [1.0000001, 1 + 2**-52, 1e200]),
    "asinh": (lambda x: 1 / sqrt(1 + x * x), [1e200, -1e-9, 1e8]),
    "log1p": (lambda x: 1 / (1 + x), [1e-20, -0.9999999, 1e200]),
    "expm1": (lambda x: exp(x), [1e-20, -40, 700]),
    "exp2": (lambda x: log(2) * mpf(2) ** x, [-1000, 0.5, 1000]),
    "log2": (lambda x: 1 / (x * log(2)), [1e-300, 1e300]),
    "log10": (lambda x: 1 / (x * log(10)), [1e-300, 1e300]),
    "tan": (lambda x: 1 / mp.cos(x) ** 2, [1.5707963, 1e-9]),
    "sinh": (lambda x: cosh(x), [700, 1e-9]),
    "cosh": (lambda x: sinh(x), [700, 1e-9]),
    "erf": (lambda x: 2 / sqrt(pi) * exp(-x * x), [5, 26, -26, 1e-9]),
    "erfc": (lambda x: -2 / sqrt(pi) * exp(-x * x), [5, 26, -26, 1e-9]),
    "gelu": (lambda x: erfc(-x / sqrt(2)) / 2 + x * exp(-x * x / 2) / sqrt(2 * pi), [-5, -30, -37, 5, 30, 0.1]),
    "lgamma": (lambda x: digamma(x), [1e-9, 1e9, 1.5, -0.5]),
    "digamma": (lambda x: polygamma(1, x), [1e-9, 1e9, -0.5]),
    "reciprocal": (lambda x: -1 / (x * x), [1e-150, 1e150]),
    "sqrt": (lambda x: 1 / (2 * sqrt(x)), [1e-300, 1e300]),
}

rows = []


def number(x):
    return float(x)


for name, (slope, points) in ONE.items():
    for point in points:
        x = mpf(point)
        second = diff(slope, x, h=abs(x) * mpf(10) ** -25 if x else None)
        rows.append([name, [point], {}, [number(slope(x))], None if name in ("lgamma", "digamma") or not mp.isfinite(number(second)) else number(second)])

TWO = {
    "atan2": lambda y, x: (x / (x * x + y * y), -y / (x * x + y * y)),
    "hypot": lambda x, y: (x / hypot(x, y), y / hypot(x, y)),
    "logaddexp": lambda x, y: (1 / (1 + exp(y - x)), 1 / (1 + exp(x - y))),
    "divide": lambda x, y: (1 / y, -x / y / y),
    "pow": lambda x, y: (y * x ** (y - 1), x**y * log(x)),
}
POINTS = {
    "atan2": [(1e200, 1e200), (1e-200, 3e-200), (1, 1e150), (1e-150, 1)],
    "hypot": [(1e200, 2e200), (1e-200, 2e-200), (1, 1e-9)],
    "logaddexp": [(-1000, 1000), (700, 0), (0, -40), (1e-9, 0)],
    "divide": [(1e300, 1e200), (1e-150, 1e-100)],
    "pow": [(1e-200, 0.5), (1.0000001, 1e6), (1e100, 2.5), (0.999, -3000)],
}
for name, slopes in TWO.items():
    for pair in POINTS[name]:
        rows.append([name, list(pair), {}, [number(s) for s in slopes(*map(mpf, pair))], None])

VECTORS = {
    "norm": lambda v: [x / sqrt(sum(y * y for y in v)) for x in v],
    "logsumexp": lambda v: [1 / sum(exp(y - x) for y in v) for x in v],
    "prod": lambda v: [mp.fprod(v[:i] + v[i + 1 :]) for i in range(len(v))],
}
LISTS = {
    "norm": [[1e-200, 2e-200, 1e-200], [1e200, -3e200, 2e200], [1e-200, 1e200], [1e-160, 1, 1e-9]],
    "logsumexp": [[1000, 1001, 990], [-1000, -1001, -990], [0, -700], [1000, -1000]],
    "prod": [[1e-200, 1e200, 3], [1e-100, 1e-100, 1e150]],
}
for name, slopes in VECTORS.items():
    for values in LISTS[name]:
        rows.append([name, [values], {}, [number(s) for s in slopes([mpf(x) for x in values])], None])

print("[\n" + ",\n".join("  " + json.dumps(row) for row in rows) + "\n]")
