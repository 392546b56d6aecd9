"""Reference tables of exponentials, logarithms, hyperbolic functions, powers and their kin; see references.py."""

import math

import mpmath as mp

from references import exponents, main, near, uniform

LN2 = math.log(2)
anywhere = exponents(-1074, 1024)
positive = exponents(-1074, 1024, (1,))
small = exponents(-60, 0)
turns = near(*(k * LN2 / 2 for k in range(-9, 10)))


def sigmoid(x):
    return 1 / (1 + mp.exp(-x)) if x > 0 else mp.exp(x) / (1 + mp.exp(x))


def softplus(x):
    return mp.log1p(mp.exp(x)) if x < 0 else x + mp.log1p(mp.exp(-x))


def logaddexp(x, y):
    return max(x, y) + mp.log1p(mp.exp(-abs(x - y)))


def expm1(x):
    return mp.expm1(x) if x > -2000 else mp.mpf(-1) + mp.mpf(2) ** -150


def tanh(x):
    if abs(x) > 100:
        return mp.sign(x) * (1 - mp.mpf(2) ** -150)
    return mp.expm1(2 * x) / (mp.expm1(2 * x) + 2)


def sinh(x):
    e = mp.expm1(abs(x))
    return mp.sign(x) * (e + e / (1 + e)) / 2


def asinh(x):
    a = abs(x)
    return mp.sign(x) * mp.log1p(a + a * a / (1 + mp.sqrt(1 + a * a)))


def acosh(x):
    if x < 1:
        return None
    t = x - 1
    return mp.log1p(t + mp.sqrt(t * (t + 2)))


def atanh(x):
    if abs(x) >= 1:
        return None
    a = abs(x)
    return mp.sign(x) * mp.log1p(2 * a / (1 - a)) / 2


def bounded(function, limit):
    """Nothing beyond the limit, where exponentials of huge numbers would take forever."""
    return lambda x: function(x) if abs(x) < limit else None


def power(x, y):
    if x <= 0 or abs(y * mp.log(x)) > 800:
        return None
    return mp.exp(y * mp.log(x))


def pairs(x, y):
    return lambda rng: (x(rng), y(rng))


def whole_powers(rng):
    return rng.randint(1, 40) / rng.choice((1, 2, 10)), float(rng.randint(-12, 12))


def fitting_powers(rng):
    """Powers anywhere, whose exponents are such that the result is a double."""
    x = positive(rng)
    return x, rng.uniform(-745, 709.7) / (math.log(x) or 1)


def powers_near_one(rng):
    x = 1 + rng.choice((1, -1)) * 2.0 ** rng.uniform(-52, -2)
    return x, rng.uniform(-745, 709.7) / math.log(x)


def close(rng):
    """Operands whose ratio or difference is moderate."""
    x = anywhere(rng)
    return x, x * rng.uniform(-8, 8)


FUNCTIONS = {
    "exp": (bounded(mp.exp, 1000), [uniform(-745.2, 709.8), uniform(-2, 2), turns, small, uniform(-746, -708)]),
    "exp2": (bounded(lambda x: mp.mpf(2) ** x, 1200), [uniform(-1075, 1024), uniform(-2, 2), near(0.5, 1.5), small]),
    "expm1": (bounded(expm1, 1000), [uniform(-60, 709.8), uniform(-2, 2), turns, small, exponents(-1074, 9)]),
    "log": (lambda x: mp.log(x), [positive, uniform(0, 3), near(1.0, math.sqrt(0.5), math.sqrt(2))]),
    "log1p": (lambda x: mp.log1p(x) if x > -1 else None, [uniform(-1, 3), anywhere, near(-1.0, 1.0, 0.4142, -0.2929), small]),
    "log2": (lambda x: mp.log(x) / mp.log(2), [positive, uniform(0, 3), near(1.0, math.sqrt(0.5), math.sqrt(2))]),
    "log10": (lambda x: mp.log(x) / mp.log(10), [positive, uniform(0, 3), near(1.0, math.sqrt(0.5), math.sqrt(2))]),
    "sigmoid": (bounded(sigmoid, 1000), [uniform(-745, 60), uniform(-5, 5), turns, small, uniform(-746, -700)]),
    "sigmoid_complement": (
        bounded(lambda x: sigmoid(-x), 1000),
        [uniform(-60, 745), uniform(-5, 5), turns, small, uniform(700, 746)],
    ),
    "softplus": (bounded(softplus, 1000), [uniform(-745, 60), uniform(-5, 5), turns, small, uniform(-746, -700)]),
    "logaddexp": (
        logaddexp,
        [pairs(uniform(-800, 800), uniform(-800, 800)), pairs(uniform(-5, 5), uniform(-5, 5)), pairs(small, small)],
    ),
    "tanh": (tanh, [uniform(-25, 25), uniform(-2, 2), turns, small, exponents(-1074, 20)]),
    "sech_square": (
        bounded(lambda x: 4 / (mp.exp(x) + mp.exp(-x)) ** 2, 400),
        [uniform(-374, 374), uniform(-2, 2), turns, small, uniform(350, 374)],
    ),
    "sinh": (bounded(sinh, 800), [uniform(-711, 711), uniform(-2, 2), turns, small, exponents(-1074, 9)]),
    "cosh": (bounded(mp.cosh, 800), [uniform(-711, 711), uniform(-2, 2), turns, small]),
    "asinh": (asinh, [anywhere, uniform(-3, 3), near(1.0, 0.375, -0.75), small]),
    "acosh": (acosh, [positive, uniform(1, 6), near(1.0), near(1.25, 2.125)]),
    "atanh": (atanh, [uniform(-1, 1), near(1.0, -1.0), near(0.17157, 0.333), small, exponents(-1074, 0)]),
    "pow": (
        power,
        [
            fitting_powers,
            powers_near_one,
            pairs(uniform(0, 5), uniform(-20, 20)),
            whole_powers,
            pairs(uniform(0.5, 2), near(2.0, -1.0, 0.5)),
        ],
    ),
    "hypot": (
        lambda x, y: mp.sqrt(x * x + y * y),
        [close, pairs(uniform(-3, 3), uniform(-3, 3)), pairs(anywhere, anywhere)],
    ),
}

if __name__ == "__main__":
    main(FUNCTIONS)
