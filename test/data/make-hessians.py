"""Writes hessians.json: Hessians where differences of large numbers would lose them, by mpmath at 2000 digits.

    pip install mpmath && python test/data/make-hessians.py

Each row is [operator, operands, matrix]; what no double holds is 0 or an infinity.
"""

import json
import pathlib

from mpmath import mp, mpf

mp.dps = 2000


def number(value):
    size = abs(value)
    if size < mpf("2.3e-308"):
        return 0.0
    if size > mpf("1.79e308"):
        return "Infinity" if value > 0 else "-Infinity"
    return float(value)


def hypot(x, y):
    r = mp.sqrt(x * x + y * y)
    return [[y * y / r**3, -x * y / r**3], [-x * y / r**3, x * x / r**3]]


def atan2(y, x):
    r4 = (x * x + y * y) ** 2
    return [[-2 * x * y / r4, (y * y - x * x) / r4], [(y * y - x * x) / r4, 2 * x * y / r4]]


def pow(x, y):
    mixed = x ** (y - 1) * (1 + y * mp.log(x))
    return [[y * (y - 1) * x ** (y - 2), mixed], [mixed, x**y * mp.log(x) ** 2]]


def logaddexp(x, y):
    s = 1 / (mp.exp((x - y) / 2) + mp.exp((y - x) / 2)) ** 2
    return [[s, -s], [-s, s]]


def logsumexp(v):
    total = sum(mp.exp(x) for x in v)
    p = [mp.exp(x) / total for x in v]
    others = lambda i: sum(q for j, q in enumerate(p) if j != i)
    return [[p[i] * others(i) if i == j else -p[i] * p[j] for j in range(len(v))] for i in range(len(v))]


def norm(v):
    r = mp.sqrt(sum(x * x for x in v))
    others = lambda i: sum(x * x for j, x in enumerate(v) if j != i)
    return [[(others(i) if i == j else -v[i] * v[j]) / r**3 for j in range(len(v))] for i in range(len(v))]


PAIRS = {
    hypot: [(1, 1e-7), (1e-7, 1), (1, 1e-20), (3, 4), (1e-100, 1e-101), (1e100, 1e90), (1e-90, 3), (-2, 1e-9)],
    atan2: [(1e-160, 1e-160), (1e-160, 2e-160), (1, 1e-9), (1e-9, 1), (1e100, 2e100), (0.005, 1e-30), (3, -4)],
    pow: [(1e-300, 2), (1e-300, 1), (1e-300, 0.5), (1e-200, 3), (1.5, 2.5), (3, -2), (1e-20, 20), (1e100, 1.5)],
    logaddexp: [(-1, -40), (0, 1e-9), (700, -1), (5, 5), (-300, 300)],
}
LISTS = {
    logsumexp: [[0, -39.14394658089878], [-40, 0, -50], [0, -1], [1, 1, 1], [700, -20], [0, -80, -81, -82], [-3, 2, 0.5, 2]],
    norm: [[1, 1e-7], [1e-7, 1, 1e-9], [3, 4], [1, 1e-20], [1, 1, 1], [1e-30, 2, -1e-10], [1, -1]],
}
rows = [[f.__name__, list(p), [[number(x) for x in row] for row in f(*map(mpf, p))]] for f, ps in PAIRS.items() for p in ps]
rows += [[f.__name__, [p], [[number(x) for x in row] for row in f([mpf(x) for x in p])]] for f, ps in LISTS.items() for p in ps]
pathlib.Path(__file__).with_name("hessians.json").write_text("[\n" + ",\n".join("  " + json.dumps(r) for r in rows) + "\n]\n")
