"""The kernels in CasADi: SX functions mapped over points, MX for matrices, run by its virtual machine on given buffers."""

import time

import casadi as ca
import numpy as np
from joints import JOINTS
from peer import serve


def standard(x1, x2):
    return ca.log(x1) + x1 * x2 - ca.sin(x2)


def bundle(rotation, centre, focal, principal, distortion, x, weight, feature):
    theta = ca.sqrt(ca.dot(rotation, rotation))
    axis = rotation / theta
    moved = x - centre
    c = ca.cos(theta)
    turned = c * moved + ca.sin(theta) * ca.cross(axis, moved) + (1 - c) * ca.dot(axis, moved) * axis
    p = turned[:2] / turned[2]
    r2 = ca.dot(p, p)
    radial = 1 + distortion[0] * r2 + distortion[1] * r2 * r2
    return weight * (focal * radial * p + principal - feature)


def mixture_sample(alphas, means, log_diagonals, lowers, x):
    """The logarithm of one sample's likelihood; the rows of a matrix are its columns here."""
    dimensions, components = means.shape
    exponents = []
    for k in range(components):
        centred = x - means[:, k]
        lower = ca.SX(dimensions, dimensions)
        at = 0
        for column in range(dimensions):
            for row in range(column + 1, dimensions):
                lower[row, column] = lowers[at, k]
                at += 1
        whitened = ca.exp(log_diagonals[:, k]) * centred + lower @ centred
        exponents.append(alphas[k] + ca.sum1(log_diagonals[:, k]) - 0.5 * ca.sumsqr(whitened))
    return logsumexp_terms(ca.vertcat(*exponents))


def mixture_rest(alphas, log_diagonals, lowers, samples):
    prior = 0.5 * (ca.sumsqr(ca.exp(log_diagonals)) + ca.sumsqr(lowers))
    return prior - samples * logsumexp_terms(alphas)


def logsumexp_terms(x):
    return ca.logsumexp(x) if isinstance(x, ca.MX) else ca.log(ca.sum1(ca.exp(x - ca.mmax(x)))) + ca.mmax(x)


def least_squares(a, b, x):
    return ca.sumsqr(a @ x - b)


def lstm(w, u, b, x, targets):
    hidden = u.shape[1]
    h = c = ca.MX.zeros(hidden)
    loss = 0
    for t in range(x.shape[0]):
        z = w @ x[t, :].T + u @ h + b
        i, f, o = (sigmoid(z[k * hidden : (k + 1) * hidden]) for k in range(3))
        c = f * c + i * ca.tanh(z[3 * hidden :])
        h = o * ca.tanh(c)
        loss += ca.sumsqr(h - targets[t, :].T)
    return loss


def sigmoid(x):
    return 1 / (1 + ca.exp(-x))


def mlp(w1, b1, w2, b2, w3, b3, x, labels):
    rows = x.shape[0]
    spread = lambda b: ca.repmat(b.T, rows, 1)
    h = ca.tanh(ca.tanh(x @ w1 + spread(b1)) @ w2 + spread(b2))
    z = h @ w3 + spread(b3)
    total = ca.log(ca.sum2(ca.exp(z)))
    return (ca.sum1(total) - ca.sum1(ca.sum2(labels * z))) / rows


def rosenbrock(x):
    return ca.sum1(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def arm(q):
    x, y, z = 0.0, 0.0, 0.107
    for i in reversed(range(7)):
        d, a, turns = JOINTS[i]
        c, s = ca.cos(q[i]), ca.sin(q[i])
        x, y, z = c * x - s * y + a, s * x + c * y, z + d
        y, z = (y, z) if turns == 0 else (-z, y) if turns > 0 else (z, -y)
    return ca.vertcat(x, y, z)


def dense(a, x):
    return ca.tanh(a @ x)


# The functions with few scalars are made of scalars, the others of matrices.
SCALAR = {"standard": standard, "bundle": bundle, "rosenbrock": rosenbrock, "arm": arm}
MATRIX = {"logsumexp": logsumexp_terms, "least-squares": least_squares, "lstm": lstm, "mlp": mlp, "dense": dense}


def mixture_functions(kernel, symbols):
    """The function and its gradient: a sample's, mapped over samples and summed, beside the rest."""
    alphas, means, log_diagonals, lowers, x = symbols
    samples = kernel["inputs"]["x"].shape[0]
    one = [ca.SX.sym(s.name(), s.shape[0], 1 if s.name() == "x" else s.shape[1]) for s in symbols]
    value = mixture_sample(*one)
    by = ca.vertcat(*[ca.vec(s) for s in one[:4]])
    sample = ca.Function("sample", one, [value])
    both = ca.Function("both", one, [value, ca.gradient(value, by)])
    rest = mixture_rest(alphas, log_diagonals, lowers, samples)
    parts = [ca.gradient(rest, s) for s in (alphas, log_diagonals, lowers)]
    zero = ca.MX.zeros(means.numel())
    rest_gradient = ca.vertcat(parts[0], zero, ca.vec(parts[1]), ca.vec(parts[2]))
    shared = [0, 1, 2, 3]
    values = sample.map("values", "serial", samples, shared, [0])(*symbols)
    all_values, gradients = both.map("gradients", "serial", samples, shared, [0, 1])(*symbols)
    return (
        ca.Function("primal", symbols, [values + rest]),
        ca.Function("derivative", symbols, [all_values + rest, gradients + rest_gradient]),
    )


class Prepared:
    """A kernel's two functions, with buffers."""

    def __init__(self, kernel):
        self.points = kernel.get("points")
        self.rows = kernel["expected"]["value"].size // (self.points or 1)
        self.mode = ""
        start = time.perf_counter()
        primal, derivative = self.functions(kernel)
        self.compile_ms = 1000 * (time.perf_counter() - start)
        given = [self.columns_first(kernel, name) for name in kernel["inputs"]]
        self.primal, _ = bind(primal, given)
        self.derivative, self.results = bind(derivative, given)
        start = time.perf_counter()
        self.derivative()
        self.first_ms = self.compile_ms + 1000 * (time.perf_counter() - start)

    def functions(self, kernel):
        name = kernel["name"]
        if name not in SCALAR | MATRIX | {"mixture": mixture_functions}:
            raise ValueError("not written for CasADi")
        is_mixture = name == "mixture"
        kind = ca.SX if name in SCALAR else ca.MX
        symbols = []
        for key, tensor in kernel["inputs"].items():
            shape = tensor.shape if self.points is None else tensor.shape[1:]
            rows, columns = (*shape, 1, 1)[:2]
            # A mixture's vectors are columns, so that a map goes over the columns of samples.
            rows, columns = (columns, rows) if is_mixture and len(shape) == 2 else (rows, columns)
            symbols.append(kind.sym(key, rows, columns))
        if is_mixture:
            return mixture_functions(kernel, symbols)
        y = (SCALAR | MATRIX)[name](*symbols)
        wrt = [symbols[list(kernel["inputs"]).index(key)] for key in kernel["wrt"]]
        if kernel["derivative"] == "gradient":
            # Row by row, as the expected numbers are; a vector's transpose is the same numbers.
            derivatives = [ca.vec(ca.gradient(y, s).T) for s in wrt]
            derivative = ca.vertcat(*derivatives)
        elif len(wrt) == 1:
            derivative = ca.densify(ca.jacobian(y, wrt[0]))
        else:
            derivative = ca.densify(ca.jacobian(y, ca.vertcat(*wrt)))
        if self.points is not None:
            # A matrix of every point, row by row.
            derivative = derivative.T
        functions = [ca.Function("primal", symbols, [y]), ca.Function("derivative", symbols, [y, derivative])]
        return functions if self.points is None else [f.map(self.points, "serial") for f in functions]

    def columns_first(self, kernel, name):
        """The numbers of an input in the order of CasADi's matrices."""
        tensor = kernel["inputs"][name]
        if self.points is not None or kernel["name"] == "mixture" or tensor.ndim < 2:
            return np.ascontiguousarray(tensor)
        return np.ascontiguousarray(tensor.T)

    def answer(self):
        self.derivative()
        value, derivative = self.results
        if self.points is None and self.rows > 1:
            derivative = derivative.reshape(-1, self.rows).T
        return value, derivative


def bind(function, given):
    """The function as one without arguments on buffers, and the arrays that it writes."""
    buffer, run = function.buffer()
    results = [np.zeros(function.nnz_out(i)) for i in range(function.n_out())]
    for i, array in enumerate(given):
        assert array.size == function.nnz_in(i), f"input {i}"
        buffer.set_arg(i, memoryview(array))
    for i, array in enumerate(results):
        buffer.set_res(i, memoryview(array))
    # The buffer owns what `run` works on.
    keep = (buffer, given, results)

    def call():
        run()
        return keep

    return call, results


serve(Prepared)
