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
    lambda x: np.add.reduce(x, axis=1), lambda x: np.argmax(x, axis=1) * 1.0, lambda x: np.where((x > 0) & ~(x > 1), x, 0),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(SHAPES)))
def test_functions_and_methods(service, number):
    agree(service, SHAPES[number], {"x": N(size=(3, 4))})


def test_what_cannot_be_traced_says_so():
    for function, message in [
        (lambda x: 1.0 if x > 0 else 2.0, "has no value while it is traced"),
        (lambda x: float(x), "has no value"),
        (lambda x: np.sort(x[None]), "numpy.sort is not known"),
        (lambda x: np.asarray(x), "cannot become an array"),
        (lambda x: np.spacing(x), "numpy.spacing is not known"),
    ]:
        with pytest.raises(TypeError, match=message):
            cotangent.trace(function, x=())


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


def scanned(x, a):
    def step(carry, row):
        carry = carry * a + jnp.sin(row)
        return carry, jnp.sum(carry**2)

    last, trace = jax.lax.scan(step, jnp.zeros(3), x)
    return {"last": last, "trace": trace}


def branched(x):
    return jax.lax.cond(x[0] > 0, lambda v: jnp.sum(jnp.log(v)), lambda v: jnp.sum(v**2), jnp.abs(x) + 0.1)


def solved(a, b):
    matrix = a @ a.T + 2 * jnp.eye(3)
    return jnp.linalg.solve(matrix, b) @ b


def soft(x):
    return jax.nn.softmax(jax.nn.gelu(x) + jax.nn.softplus(x), axis=-1) * jax.scipy.special.logsumexp(x)


def solved_by_operator(a, b):
    matrix = a @ a.T + 2 * jnp.eye(3)
    solve = lambda mv, y: jnp.linalg.solve(matrix, y)
    return jax.lax.custom_linear_solve(lambda v: matrix @ v, b, solve, symmetric=True)


def rows(x):
    return x[jnp.array([2, 0, 1])] @ x[1] + jnp.cumsum(x[:, 0]) + jnp.where(x[:, 1] > 0, x[:, 1], 0) ** 3


def looped(x):
    return jax.lax.fori_loop(0, 4, lambda i, y: jnp.tanh(y) + 0.1 * i, x)


JAXED = [
    (scanned, {"x": N(size=(4, 3)), "a": 0.5}),
    (branched, {"x": N(size=3)}),
    (branched, {"x": -np.abs(N(size=3))}),
    (solved, {"a": N(size=(3, 3)), "b": N(size=3)}),
    (solved_by_operator, {"a": N(size=(3, 3)), "b": N(size=3)}),
    (soft, {"x": N(size=(2, 3))}),
    (rows, {"x": N(size=(3, 3))}),
    (looped, {"x": N(size=2)}),
]


@pytest.mark.parametrize("function, inputs", JAXED, ids=[f"{f.__name__}-{i}" for i, (f, _) in enumerate(JAXED)])
def test_functions_of_jax(service, function, inputs):
    document = cotangent.from_jax(function, **{name: np.shape(x) for name, x in inputs.items()})
    with jax.enable_x64(True):
        given = {name: jnp.asarray(x) for name, x in inputs.items()}
        agree(service, lambda **_: jax.tree.map(np.asarray, function(**given)), inputs, document)
        outputs = service.call("graph.put", graph=document)["outputs"]
        names = [output["name"] for output in outputs]
        seeds = {o["name"]: np.ones(o["shape"]).tolist() for o in outputs}
        sent = {name: np.asarray(x).tolist() for name, x in inputs.items()}
        got = service.call("vjp", graph=document, inputs=sent, seeds=seeds)["cotangents"]
        total = lambda given: sum(jnp.sum(y) for y in jax.tree.leaves(function(**given)))
        for name, expected in jax.grad(total)(given).items():
            np.testing.assert_allclose(np.array(got[name], float), expected, rtol=1e-9, atol=1e-11)
    assert names


def test_a_solve_in_jax_is_a_solve():
    for function in (solved, solved_by_operator):
        document = cotangent.from_jax(function, a=(3, 3), b=(3,))
        operators = {node["op"] for node in document["nodes"]}
        assert "solve" in operators and not operators & {"lu", "stop_gradient", "triangular_solve"}


def test_a_loop_without_end_is_refused():
    with pytest.raises(TypeError, match="while is not known"):
        cotangent.from_jax(lambda x: jax.lax.while_loop(lambda y: jnp.sum(y) < 10, lambda y: y * 2, x), x=(2,))
