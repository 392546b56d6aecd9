"""
Minimax polynomials by Remez's exchange: prints the coefficients of the circular, inverse circular and error functions.

Usage: python3 fit.py circular inverse error_function          (needs mpmath)
"""

from mpmath import mp, mpf

mp.prec = 300


def minimax(f, weight, powers, low, high, rounds=12):
    """
    Coefficients c of sum c[i]*x**powers[i] that make max |weight(x)*(f(x) - sum)| over [low, high] least, and that
    maximum.
    """
    low, high = mpf(low), mpf(high)
    n = len(powers)
    middle, half = (low + high) / 2, (high - low) / 2
    points = [middle - half * mp.cos(mp.pi * i / n) for i in range(n + 1)]
    grid = [middle - half * mp.cos(mp.pi * i / (24 * n)) for i in range(24 * n + 1)]
    targets = [f(x) for x in grid]
    weights = [weight(x) for x in grid]
    bases = [[x**p for p in powers] for x in grid]
    for _ in range(rounds):
        a = mp.matrix(n + 1, n + 1)
        b = mp.matrix(n + 1, 1)
        for i, x in enumerate(points):
            for j, p in enumerate(powers):
                a[i, j] = x**p
            a[i, n] = (-1) ** i / weight(x)
            b[i] = f(x)
        solution = mp.lu_solve(a, b)
        c = [solution[j] for j in range(n)]
        errors = [w * (t - mp.fdot(c, base)) for w, t, base in zip(weights, targets, bases)]
        extrema = alternating(grid, errors)
        worst = max(abs(e) for e in errors)
        if len(extrema) < n + 1 or worst < abs(solution[n]) * mpf("1.0005"):
            break
        while len(extrema) > n + 1:
            extrema.pop(0 if abs(extrema[0][1]) < abs(extrema[-1][1]) else -1)
        points = [x for x, _ in extrema]
    return c, worst


def minimax_of_doubles(f, weight, powers, low, high):
    """The same with coefficients that are doubles: one after another is rounded and the others adapt to it."""
    c, _ = minimax(f, weight, powers, low, high)
    fixed = []
    for i in range(len(powers) - 1):
        fixed.append((mpf(float(c[0])), powers[i]))
        rest = lambda x: f(x) - sum(coefficient * x**p for coefficient, p in fixed)
        c, worst = minimax(rest, weight, powers[i + 1 :], low, high)
    return [coefficient for coefficient, _ in fixed] + c, worst


def alternating(grid, errors):
    """The largest error of each run of one sign, with its place."""
    extrema = []
    for x, e in zip(grid, errors):
        if extrema and (extrema[-1][1] > 0) == (e > 0):
            if abs(e) > abs(extrema[-1][1]):
                extrema[-1] = (x, e)
        else:
            extrema.append((x, e))
    return extrema


def show(name, result):
    c, worst = result
    print(f"// {name}: error 2^{mp.nstr(mp.log(worst, 2), 4)}")
    print("[" + ", ".join(repr(float(x)) for x in c) + "]")


def parts(x, bits, count):
    """x as `count` numbers of `bits` bits each, and the rest as a double."""
    result = []
    for _ in range(count):
        unit = mpf(2) ** (mp.floor(mp.log(abs(x), 2)) + 1 - bits)
        part = mp.floor(x / unit) * unit
        result.append(part)
        x -= part
    return [repr(float(p)) for p in result] + [repr(float(x))]


def one(_):
    return mpf(1)


def circular():
    print("// pi/2:", parts(mp.pi / 2, 33, 3), "2/pi:", repr(float(2 / mp.pi)))
    # In z = x^2, for sin x = x + x^3*P(z) and cos x = 1 - z/2 + z^2*Q(z); from a little above 0, where they are 0/0.
    tiny, top = mpf(10) ** -12, (mp.pi / 4) ** 2 * mpf("1.0001")
    sine = lambda z: (mp.sin(mp.sqrt(z)) / mp.sqrt(z) - 1) / z
    show("sin", minimax(sine, lambda z: z, range(6), tiny, top))
    cosine = lambda z: (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z**2
    show("cos", minimax(cosine, lambda z: z * z, range(6), tiny, top))


def inverse():
    # atan x = x + x^3*P(x^2) for |x| <= 1.
    tiny = mpf(10) ** -12
    arc = lambda z: (mp.atan(mp.sqrt(z)) / mp.sqrt(z) - 1) / z
    show("atan", minimax_of_doubles(arc, lambda z: z, range(21), tiny, 1))
    # asin x = x + x^3*P(x^2) for |x| <= 1/2.
    arcsine = lambda z: (mp.asin(mp.sqrt(z)) / mp.sqrt(z) - 1) / z
    show("asin", minimax(arcsine, lambda z: z, range(13), tiny, mpf("0.25")))


def error_function():
    # erf x = x + x*P(x^2) for |x| <= 1.
    tiny = mpf(10) ** -12
    series = lambda z: mp.erf(mp.sqrt(z)) / mp.sqrt(z) - 1
    show("erf", minimax(series, one, range(12), tiny, 1))
    # exp(x^2)*erfc(x) = s*G(s), s = 2/(x + 2), as exactly as 1 - erfc(x) needs it for 1 <= x <= 6.
    grown = lambda x: mp.exp(x * x) * mp.erfc(x)
    at = lambda s, a: a * (1 - s) / s
    weight = lambda s: mp.exp(-(at(s, 2) ** 2)) * s
    show("1 - erf", minimax(lambda s: grown(at(s, 2)) / s, weight, range(12), mpf(2) / 8, mpf(2) / 3))
    # exp(x^2)*erfc(x) = s*G(s), s = 3.75/(x + 3.75), for 0.8 <= x <= 27.3.
    a = mpf("3.75")
    far = lambda s: grown(at(s, a)) / s
    ends = [a / (x + a) for x in (mpf("27.3"), mpf("0.8"))]
    show("erfc", minimax(far, lambda s: 1 / far(s), range(20), *ends))


def exponential():
    tiny = mpf(10) ** -12
    end = mp.log(2) / 2 * mpf("1.0002")
    # e^r = 1 + r + r^2*P(r) and 2^r = 1 + r*ln(2) + r^2*P(r).
    bend = lambda r: (mp.expm1(r) - r) / r**2 if abs(r) > tiny else mpf(1) / 2
    show("exp", minimax(bend, lambda r: (r * r + tiny) / mp.exp(r), range(10), -end, end))
    of_two = lambda r: bend(r * mp.log(2)) * mp.log(2) ** 2
    show("exp2", minimax(of_two, lambda r: (r * r + tiny) / mpf(2) ** r, range(10), mpf("-0.5001"), mpf("0.5001")))
    # In z = r^2, cosh r = 1 + z*P(z) and sinh r = r + r*z*P(z).
    rise = lambda z: (mp.cosh(mp.sqrt(z)) - 1) / z
    show("cosh", minimax(rise, lambda z: z, range(5), tiny, end**2))
    bow = lambda z: (mp.sinh(mp.sqrt(z)) / mp.sqrt(z) - 1) / z
    show("sinh", minimax(bow, lambda z: z, range(5), tiny, end**2))
    show("1/s", minimax(lambda s: 1 / s, one, range(3), 1, 2))


def logarithm():
    # In z = s^2, 2*atanh(s) = 2*s + s*z*P(z), for s = f/(2 + f) and 1 + f between sqrt(1/2) and sqrt(2).
    tiny, top = mpf(10) ** -12, ((mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)) ** 2 * mpf("1.0001")
    rest = lambda z: 2 * (mp.atanh(mp.sqrt(z)) / mp.sqrt(z) - 1) / z
    show("log", minimax(rest, lambda z: z / 2, range(7), tiny, top))
    # The same with P(z) = 2/3 + z*Q(z).
    more = lambda z: (rest(z) - mpf(2) / 3) / z
    show("log in two parts", minimax(more, lambda z: z * z / 2, range(7), tiny, top))
    print("// 1/ln(2):", parts(1 / mp.log(2), 20, 1), "1/ln(10):", parts(1 / mp.log(10), 20, 1))
    print("// log10(2):", parts(mp.log10(2), 42, 1), "ln(2):", parts(mp.log(2), 42, 1))


if __name__ == "__main__":
    import sys

    for name in sys.argv[1:]:
        globals()[name]()
