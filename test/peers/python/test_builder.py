"""clients/python/cotangent.py makes graphs of functions of NumPy, SciPy and JAX, whose values are those of the functions."""

import re
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.special

sys.path.insert(0, str(Path(__file__).parents[3] / "clients" / "python"))
import cotangent

RNG = np.random.default_rng(1)


def values(service, document, inputs):
    sent = {name: np.asarray(x).tolist() for name, x in inputs.items()}
    return service.call("evaluate", graph=document, inputs=sent)["outputs"]


def agree(service, function, inputs, document=None):
    document = document or cotangent.trace(function, **{name: np.shape(x) for name, x in inputs.items()})
    got = values(service, document, inputs)
    want = function(**inputs)
    named = want if isinstance(want, dict) else {f"y{i}": w for i, w in enumerate(want)} if isinstance(want, tuple) else {"y": want}
    assert set(got) == set(named)
    for name, expected in named.items():
        # Nested lists end at the first axis of length 0.
        actual = np.array(got[name], float)
        actual = actual if np.size(expected) else actual.reshape(np.shape(expected))
        np.testing.assert_allclose(actual, expected, rtol=1e-11, atol=1e-12)
    # A round trip: what the service keeps is the same graph.
    put = service.call("graph.put", graph=document)
    kept = service.call("graph.get", graph=put["graph"])["document"]
    assert service.call("graph.put", graph=kept)["graph"] == put["graph"]
    return document


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def gaussian_mixture(x, mean, log_sd):
    z = (x[:, None] - mean) / np.exp(log_sd)
    logs = -0.5 * z**2 - log_sd - 0.5 * np.log(2 * np.pi)
    top = np.max(logs, axis=1, keepdims=True)
    return np.sum(np.log(np.sum(np.exp(logs - top), axis=1)) + top[:, 0])


def logistic_regression(w, x, y):
    z = x @ w
    return np.mean(np.logaddexp(0, z) - y * z) + 0.1 * np.dot(w, w)


def lennard_jones(r):
    difference = r[:, None, :] - r[None, :, :]
    squared = np.sum(difference**2, axis=-1) + np.eye(len(r))
    sixth = squared**-3
    return np.sum(np.triu(4 * (sixth**2 - sixth), 1))


def reprojection(angle, t, points):
    theta = np.sqrt(np.sum(angle**2) + 1e-12)
    k = angle / theta
    rotated = points * np.cos(theta) + np.cross(k, points) * np.sin(theta) + k * (points @ k)[:, None] * (1 - np.cos(theta))
    seen = rotated + t
    return seen[:, :2] / seen[:, 2:]


def heat_equation(u, alpha):
    for _ in range(5):
        u = u + alpha * (np.roll(u, 1) - 2 * u + np.roll(u, -1))
    return u


def van_der_pol(y, mu):
    def slope(y):
        return np.stack([y[1], mu * (1 - y[0] ** 2) * y[1] - y[0]])

    for _ in range(3):
        k1 = slope(y)
        k2 = slope(y + 0.05 * k1)
        k3 = slope(y + 0.05 * k2)
        k4 = slope(y + 0.1 * k3)
        y = y + 0.1 / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return y


def gaussian_process(x, y, length):
    k = np.exp(-0.5 * ((x[:, None] - x[None, :]) / length) ** 2) + 0.1 * np.eye(len(x))
    alpha = np.linalg.solve(k, y)
    return 0.5 * y @ alpha + 0.5 * np.linalg.slogdet(k)[1]


def beta_binomial(a, b, k):
    s = scipy.special
    return np.sum(s.gammaln(a + k) + s.gammaln(b + 10 - k) - s.gammaln(a + b + 10) + s.gammaln(a + b) - s.gammaln(a) - s.gammaln(b))


def polynomial_fit(c, x, y):
    powers = np.stack([x**i for i in range(4)], axis=1)
    residual = np.einsum("ij,j->i", powers, c) - y
    return {"residual": residual, "loss": np.sum(np.where(np.abs(residual) < 1, 0.5 * residual**2, np.abs(residual) - 0.5))}


def network(x, w1, b1, w2):
    hidden = np.tanh(x @ w1 + b1)
    logits = hidden @ w2
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def option_price(s, k, sigma):
    d1 = (np.log(s / k) + 0.5 * sigma**2) / sigma
    return s * scipy.special.ndtr(d1) - k * scipy.special.ndtr(d1 - sigma)


N = RNG.normal
CASES = [
    (rosenbrock, {"x": N(size=5)}),
    (gaussian_mixture, {"x": N(size=6), "mean": N(size=3), "log_sd": 0.1 * N(size=3)}),
    (logistic_regression, {"w": N(size=3), "x": N(size=(5, 3)), "y": np.array([0, 1, 1, 0, 1.0])}),
    (lennard_jones, {"r": N(size=(4, 3))}),
    (reprojection, {"angle": N(size=3), "t": np.array([0.1, 0.2, 5]), "points": N(size=(4, 3))}),
    (heat_equation, {"u": N(size=8), "alpha": 0.1}),
    (van_der_pol, {"y": N(size=2), "mu": 1.5}),
    (gaussian_process, {"x": N(size=5), "y": N(size=5), "length": 0.7}),
    (beta_binomial, {"a": 2.5, "b": 1.5, "k": np.arange(5.0)}),
    (polynomial_fit, {"c": N(size=4), "x": N(size=6), "y": N(size=6)}),
    (network, {"x": N(size=(3, 4)), "w1": N(size=(4, 5)), "b1": N(size=5), "w2": N(size=(5, 2))}),
    (option_price, {"s": np.array([90.0, 110.0]), "k": 100.0, "sigma": 0.3}),
]


@pytest.mark.parametrize("function, inputs", CASES, ids=[f.__name__ for f, _ in CASES])
def test_functions_of_numpy(service, function, inputs):
    agree(service, function, inputs)


def test_gradients_of_traced_functions_are_jax_s(service):
    jaxed = lambda w: jnp.mean(jnp.logaddexp(0, X @ w) - Y * (X @ w)) + 0.1 * w @ w
    X, Y, w = N(size=(5, 3)), np.array([0, 1, 1, 0, 1.0]), N(size=3)
    document = cotangent.trace(lambda w: logistic_regression(w, X, Y), w=(3,))
    got = service.call("gradient", graph=document, inputs={"w": w.tolist()})["gradient"]["w"]
    with jax.enable_x64(True):
        np.testing.assert_allclose(got, jax.grad(jaxed)(jnp.asarray(w)), rtol=1e-12)


@pytest.mark.parametrize(
    "index",
    [np.s_[1], np.s_[-1], np.s_[1:3], np.s_[::-1], np.s_[..., 0], np.s_[:, 1], np.s_[None, 1:, ::2], np.s_[1, 2, None],
     np.s_[[2, 0]], np.s_[:, [1, 1]], np.s_[3:1], np.s_[-2::-1, 1:]],
    ids=str,
)  # fmt: skip
def test_indexing(service, index):
    agree(service, lambda x: x[index] * 1.0, {"x": N(size=(3, 4))})


SHAPES = [
    lambda x: np.concatenate([x, 2 * x], axis=1), lambda x: np.vstack([x, x]), lambda x: np.hstack([x, x]),
    lambda x: np.stack([x, x], axis=-1), lambda x: np.pad(x, ((1, 0), (0, 2)), constant_values=3), lambda x: x.T.reshape(-1, 2),
    lambda x: np.moveaxis(x[None], 0, -1), lambda x: np.swapaxes(x, 0, 1), lambda x: np.tile(x, (2, 1)), lambda x: np.flip(x, 1),
    lambda x: np.roll(x, (1, 2), (0, 1)), lambda x: np.diff(x, axis=0), lambda x: np.cumsum(x, axis=1), lambda x: np.cumsum(x),
    lambda x: np.squeeze(x[None]), lambda x: np.broadcast_to(x, (2, 3, 4)) * 1.0, lambda x: np.diag(x[0]) + np.diag(x[1], 0),
    lambda x: np.trace(x[:, :3]), lambda x: np.tril(x, -1), lambda x: np.outer(x[0], x[:, 0]), lambda x: np.kron(x, x[:2]),
    lambda x: np.inner(x, x), lambda x: np.tensordot(x, x, ([1], [1])), lambda x: np.var(x, axis=0, ddof=1), lambda x: x.std(),
    lambda x: np.linalg.norm(x, axis=1), lambda x: np.linalg.norm(x), lambda x: np.clip(x, -0.5, 0.5), lambda x: np.prod(x, axis=(0, 1)),
    lambda x: np.linalg.inv(x @ x.T + 3 * np.eye(3)), lambda x: np.linalg.det(x @ x.T), lambda x: np.linalg.cholesky(x @ x.T + np.eye(3)),
    lambda x: np.linalg.eigh(x @ x.T)[0], lambda x: np.maximum(x, 0) % 0.7 // 0.1, lambda x: (2 - x) / (1 + x**2) + 2**x - (-x),
    lambda x: np.sort(x, axis=0) + np.sort(x) + np.median(x) + np.quantile(x, [0.2, 0.7])[0] + np.percentile(x, 30, axis=0),
    lambda x: np.take_along_axis(x, np.argsort(x, axis=1), axis=1), lambda x: np.interp(x, [-1.0, 0.2, 1.0], [2.0, 0.0, 1.0]),
    lambda x: np.logaddexp.reduce(x, axis=0), lambda x: np.multiply.accumulate(x, axis=1) + np.maximum.accumulate(x, axis=0),
    lambda x: np.subtract.outer(x[0], x[:, 0]) + np.multiply.outer(x[1], x[:, 1]), lambda x: np.add.accumulate(x[0]),
    lambda x: np.linalg.slogdet(x[:, :3])[1] + np.linalg.solve(x[:, :3], x)[0], lambda x: np.linalg.svd(x, full_matrices=False)[1],
    lambda x: np.abs(np.linalg.qr(x.T)[1]), lambda x: np.linalg.lstsq(x.T, np.arange(4.0), rcond=None)[0], lambda x: np.linalg.pinv(x),
    lambda x: np.linalg.matrix_power(x[:, :3], 3) + np.linalg.multi_dot([x, x.T, x[:, :3]]), lambda x: np.linalg.eigvalsh(x[:, :3]),
    lambda x: np.convolve(x[0], x[:, 0]) + np.convolve(x[:, 1], x[1], "full"), lambda x: np.convolve(x[0], [1.0, 2.0], "same"),
    lambda x: np.gradient(x[0], 0.5) + np.trapezoid(x[0], dx=0.1) + np.trapezoid(x, np.arange(4.0) ** 2, axis=1)[0], lambda x: np.cov(x),
    lambda x: np.average(x, axis=0, weights=[1.0, 2.0, 3.0]) + np.average(x), lambda x: np.ptp(x, axis=0) + np.nansum(x),
    lambda x: np.repeat(x, 2, axis=0) + np.concatenate(np.split(x, 2, axis=1), axis=1)[0], lambda x: np.vander(x[0], 3),
    lambda x: np.append(x, x[:1], axis=0) + np.column_stack([x[0], x[1], x[2], x[0]]), lambda x: np.block([[x, x], [2 * x, x]]),
    lambda x: sum(np.meshgrid(x[0], x[:, 0])) + np.broadcast_arrays(x[0], x)[0], lambda x: np.atleast_2d(x[0]) * np.select([x > 0, x < -1], [x, -x], 0.5),
    lambda x: np.nan_to_num(np.log(x)), lambda x: np.isclose(x, x + 1e-9) * x, lambda x: np.round(x, 1) + x.round(), lambda x: np.sinc(x) + np.sinc(0 * x),
    lambda x: np.polyval([1.0, -2.0, 0.5], x) + np.linspace(x[0], x[1], 3), lambda x: np.any(x > 0, axis=1) * 1.0 + np.all(x > -9) + np.count_nonzero(x > 0),
    lambda x: np.sum(x > 0, axis=0) + np.sum(x, where=x > 0) + (x > 0).mean(), lambda x: np.heaviside(x, 0.5) + np.fmax(x, 0.1),
    lambda x: np.einsum("ij,kj->ik", x, x) + np.einsum("ii->i", x[:, :3]), lambda x: np.cumprod(x, axis=0) + np.diff(x, n=2, axis=1).sum(),
    lambda x: x[[0, 2], [1, 3]], lambda x: x[np.array([True, False, True])], lambda x: x[x.shape[0] - 1, [0, 1]], lambda x: x[np.eye(3, 4) > 0],
    lambda x: x[:, None, 1:] + x[..., -1:, None] + x[np.ix_([0, 1], [1, 2])][0, 0], lambda x: np.take(x, [-1, 0], axis=1)[:, 0] + np.take(x, -2),
    lambda x: x[np.argmax(x, axis=0)] + x[(x[:, 0] > 0).astype(int)][0], lambda x: np.searchsorted(np.array([-1.0, 0.0, 1.0]), x) * x,
    lambda x: np.logical_xor(x > 0, x > 0.5) * x, lambda x: (x.astype(int) // 2) * x + (x > 0).astype(float), lambda x: np.divmod(x, 0.3)[1],
    lambda x: np.add.reduce(x, axis=1), lambda x: np.argmax(x, axis=1) * 1.0, lambda x: np.where((x > 0) & ~(x > 1), x, 0),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(SHAPES)))
def test_functions_and_methods(service, number):
    agree(service, SHAPES[number], {"x": N(size=(3, 4))})


def in_place(x):
    y = np.zeros_like(x)
    y[1:-1] = x[2:] - x[:-2]
    y[0] = y[-1] = 1.5
    y[2] += x[0]
    y[[0, 3]] *= 2
    y[x > 1] = 0.25
    y -= 0.1 * x
    return y


def in_place_of_others(x):
    y = x
    y *= 2
    z = y.copy()
    z[0] = 7
    return x + z


def in_a_slice(x):
    y = x.copy()
    tail = y[1:]
    tail += 1
    tail[0] = 5
    return y


def with_out(x):
    y = np.zeros_like(x)
    np.divide(1.0, x, out=y, where=x > 0)
    np.add(y, x, out=y)
    np.add.at(y, [0, 0, 1], 2.0)
    np.multiply(y, 2, y)
    return y


def rows(x):
    y = np.full_like(x, 2.0, shape=(3, 4))
    for i in range(3):
        y[i] = x * i
    y[:, 1] = np.sort(x)[:3]
    y.sort(axis=0)
    return y


def constants_that_change(x):
    weights = np.ones(4)
    total = weights * x
    weights[:] = 3
    return total + weights * x


@pytest.mark.parametrize("function", [in_place, in_place_of_others, in_a_slice, with_out, rows, constants_that_change])
def test_writing_into_arrays_is_numpy_s(service, function):
    x = np.array([0.5, -1.0, 2.0, 0.25])
    document = cotangent.trace(function, x=(4,))
    (actual,) = values(service, document, {"x": x}).values()
    np.testing.assert_allclose(np.array(actual, float), function(x.copy()), rtol=1e-14)


def test_writing_where_others_would_see_it_or_not_is_refused():
    def stale(x):
        view = x[1:]
        x[1] = 3
        return view

    def reshaped(x):
        view = x.reshape(2, 2)
        view += 1
        return x

    for function, message in [(stale, "is a view of an array that was written to since"), (reshaped, "copy it first")]:
        with pytest.raises(TypeError, match=message):
            cotangent.trace(function, x=(4,))


def test_what_cannot_be_traced_says_so():
    for function, message in [
        (lambda x: 1.0 if x > 0 else 2.0, "has no value while it is traced"),
        (lambda x: float(x), "has no value"),
        (lambda x: np.fft.fft(x[None]), "numpy.fft.fft is not known"),
        (lambda x: np.linalg.eig(x[None, None]), "numpy.linalg.eig is not known"),
        (lambda x: np.vectorize(lambda v: v * 2)(x[None]), "cannot become an array"),
        (lambda x: np.add.reduceat(x[None], [0]), "numpy.add.reduceat is not known"),
        (lambda x: np.add(x, 1, out=np.zeros(())), "an array of numbers cannot hold"),
        (lambda x: np.sum(x[None], initial=3.0), "known with axis, keepdims and where only"),
        (lambda x: np.zeros(2).__iadd__(x), "an array of numbers cannot hold"),
        (lambda x: x[None][x[None] > 0], "depends on values"),
        (lambda x: np.nonzero(x[None]), "numpy.nonzero is not known"),
        (lambda x: x.astype(np.float32), "values of dtype float32 are not known"),
        (lambda x: np.asarray(x), "cannot become an array"),
        (lambda x: np.spacing(x), "numpy.spacing is not known"),
    ]:
        with pytest.raises(TypeError, match=message):
            cotangent.trace(function, x=())


def test_an_array_of_numbers_takes_no_node():
    def fill(x):
        y = np.zeros(2)
        y[0] = x
        return y

    with pytest.raises((TypeError, ValueError)) as told:
        cotangent.trace(fill, x=())
    assert "numpy.zeros_like of a traced array" in str(told.value.__cause__ or told.value)


def test_shared_values_are_one_node():
    document = cotangent.trace(lambda x: (lambda s: s * s + s)(np.sin(x)), x=())
    assert [node["op"] for node in document["nodes"]] == ["sin", "multiply", "add"]
    x = cotangent.input("x")
    y = x
    for _ in range(5000):
        y = y + 1
    assert len(cotangent.Graph().output("y", y).document()["nodes"]) == 5000


def test_operators_are_those_of_the_service(service):
    known = {operator["name"] for operator in service.call("operators")["operators"]}
    source = Path(cotangent.__file__).read_text()
    used = set(cotangent._SAME + cotangent._PAIRS + cotangent._TRUTHS)
    used |= set(cotangent._OTHERS.values()) | set(cotangent._OTHER_PAIRS.values()) | set(cotangent._REDUCTIONS.values())
    used |= {name for pair in re.findall(r'apply\("(\w+)"|(?:unary|binary|_square|_reduce)\("(\w+)"', source) for name in pair if name}
    assert used <= known
