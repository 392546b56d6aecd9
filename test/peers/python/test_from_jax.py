"""cotangent.from_jax makes graphs of functions of JAX, whose values and gradients are those of the functions."""

import sys
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import jax.scipy as jsp
import numpy as np
import pytest
from jax import lax

sys.path.insert(0, str(Path(__file__).parents[3] / "clients" / "python"))
import cotangent

RNG = np.random.default_rng(2)
N = RNG.normal
V, W = N(size=4), np.abs(N(size=4)) + 0.3
M = N(size=(3, 3))
A, B = N(size=(4, 3)), N(size=(3, 4))
SPD = M @ M.T + 2 * np.eye(3)
IMAGE, KERNEL = N(size=(2, 3, 6, 5)), N(size=(4, 3, 3, 2))


def newton_sqrt(a):
    step = lambda c: (0.5 * (c[0] + a / c[0]), c[1] + 1)
    return lax.while_loop(lambda c: jnp.logical_and(jnp.abs(c[0] ** 2 - a) > 1e-12, c[1] < 50), step, (a, 0))[0]


def rk4(y, mu):
    def slope(y):
        return jnp.stack([y[1], mu * (1 - y[0] ** 2) * y[1] - y[0]])

    def step(y, h):
        k1 = slope(y)
        k2 = slope(y + h / 2 * k1)
        k3 = slope(y + h / 2 * k2)
        k4 = slope(y + h * k3)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        return y, y[0]

    return lax.scan(step, y, jnp.full(20, 0.05))


def kalman(observations, q):
    def step(carry, y):
        mean, variance = carry
        variance = variance + q
        gain = variance / (variance + 0.5)
        mean = mean + gain * (y - mean)
        return (mean, (1 - gain) * variance), -0.5 * (y - mean) ** 2

    (_, variance), logs = lax.scan(step, (jnp.zeros(()), jnp.ones(())), observations)
    return jnp.sum(logs) + variance


def attention(q, k, v):
    return jax.nn.softmax(q @ k.T / jnp.sqrt(q.shape[-1]), axis=-1) @ v


def mlp(x, w1, w2):
    return jnp.tanh(jax.nn.relu(x @ w1) @ w2)


def nested(x):
    inner = lambda c, row: (c * 0.5 + jnp.sum(row), c)
    outer = lambda c, m: lax.scan(inner, c, m)
    return lax.scan(outer, 0.0, jnp.stack([x, x**2]))


@jax.custom_jvp
def smooth_abs(x):
    return jnp.abs(x)


smooth_abs.defjvp(lambda primals, tangents: (smooth_abs(primals[0]), jnp.tanh(5 * primals[0]) * tangents[0]))


@jax.custom_vjp
def clipped_identity(x):
    return x * 1.0


clipped_identity.defvjp(lambda x: (x * 1.0, x), lambda x, g: (jnp.where(jnp.abs(x) < 1, g, 0.0),))


@partial(jax.jit, static_argnums=1)
def power(x, n):
    return x**n


@jax.jit
def solve(a, b):
    # Not JAX's own, though it has its name.
    return a @ b


def hidden_markov(logits, transition):
    step = lambda alpha, row: (jax.nn.logsumexp(alpha[:, None] + transition, axis=0) + row, None)
    return jax.nn.logsumexp(lax.scan(step, logits[0], logits[1:])[0])


def conjugate_gradients(b):
    return jsp.sparse.linalg.cg(lambda v: SPD @ v, b, tol=1e-12)[0]


def long_function(x):
    for i in range(30):
        x = jnp.sin(x) + 0.01 * i * jnp.cos(x)
    return x


def twice_called(x):
    f = jax.jit(long_function)
    return f(x) + f(2 * x)


def binary_search(x):
    def step(_, bounds):
        low, high = bounds
        middle = (low + high) / 2
        return jnp.where(middle**3 < x, middle, low), jnp.where(middle**3 < x, high, middle)

    return lax.fori_loop(0, 40, step, (jnp.zeros(()), jnp.full((), 10.0)))[0] * 0 + x


CASES = {
    # Elementwise.
    "elementary": (lambda x: jnp.exp(x) + jnp.sin(x) * jnp.cos(x) - jnp.tan(x / 3) + jnp.expm1(x) + jnp.exp2(x), {"x": V}),
    "logarithms": (lambda x: jnp.log(x) + jnp.log1p(x) + jnp.log2(x) + jnp.log10(x) + jnp.sqrt(x) + lax.rsqrt(x) + jnp.cbrt(x), {"x": W}),
    "hyperbolic": (lambda x: jnp.sinh(x) + jnp.arctanh(x / 9) + jnp.arcsinh(x) + jnp.arccosh(x**2 + 1.5) + jnp.cosh(x), {"x": V}),
    "angles": (lambda x, y: jnp.arctan2(x, y) + jnp.arcsin(x / 9) * jnp.arccos(x / 9) + jnp.hypot(x, y), {"x": V, "y": W}),
    "powers": (lambda x, y: x**y + x**3 + x**-2 + 2.0**y + jnp.float_power(x, 0.5), {"x": W, "y": V}),
    "rounding": (lambda x: jnp.floor(x) + jnp.ceil(x) * x + jnp.round(x) + jnp.trunc(x) + jnp.sign(x) * x + lax.round(x), {"x": 3 * V}),
    "remainders": (lambda x, y: x % y + jnp.fmod(x, y) + jnp.floor_divide(x, y), {"x": 5 * V, "y": W}),
    "extremes": (lambda x, y: jnp.maximum(x, y) + jnp.minimum(x, 0.1) + jnp.clip(x, -0.5, 0.5) + jnp.abs(y), {"x": V, "y": W}),
    "special": (lambda x: jsp.special.gammaln(x) + jsp.special.digamma(x) + jsp.special.erf(x) + jsp.special.erfc(x) + jsp.special.expit(x), {"x": W}),
    "more special": (lambda x: jsp.special.i0e(x) + jsp.special.i1e(x) + jsp.special.polygamma(2, x) + jsp.special.zeta(x + 2, 1.5), {"x": W}),
    "distribution": (lambda x: jsp.special.ndtr(x) + jsp.special.log_ndtr(x) + jsp.special.ndtri(jsp.special.ndtr(x)), {"x": V}),
    "gamma": (lambda x: jsp.special.gammainc(2.5, x) + jsp.special.betainc(2.0, 1.5, x / 9) + jsp.special.gammaincc(1.5, x), {"x": W}),
    "entropy": (lambda x: jsp.special.xlogy(x, x) + jsp.special.entr(x) + jsp.special.xlog1py(x, x), {"x": W}),
    "activations": (lambda x: jax.nn.relu(x) + jax.nn.gelu(x) + jax.nn.silu(x) + jax.nn.softplus(x) + jax.nn.elu(x) + jax.nn.selu(x) + jax.nn.leaky_relu(x), {"x": V}),
    "hard activations": (lambda x: jax.nn.hard_tanh(x) + jax.nn.relu6(3 * x) + jax.nn.mish(x) + jax.nn.log_sigmoid(x), {"x": V}),
    "finite": (lambda x: jnp.where(jnp.isfinite(x), x**2, 0.0) + jnp.nan_to_num(x), {"x": V}),
    "choice": (lambda x: jnp.where(x > 0, x, jnp.where(x < -1, -x, x**2)) + lax.select_n(x > 0, x, 2 * x), {"x": V}),
    "truths": (lambda x: jnp.where((x > 0) & ~(x > 1) | (x < -1), x, 0) * jnp.any(x > 0) + jnp.all(x < 9) * x, {"x": V}),
    "sinc": (lambda x: jnp.sinc(x) * jnp.logaddexp(x, 0.3), {"x": V}),
    # Reductions and accumulations.
    "reductions": (lambda x: jnp.sum(x, axis=0) + jnp.mean(x) + jnp.max(x, axis=1)[0] + jnp.min(x) + jnp.prod(x, axis=0) + jnp.var(x), {"x": A}),
    "logsumexp": (lambda x: jsp.special.logsumexp(x, axis=1) + jnp.std(x, axis=1) + jnp.linalg.norm(x, axis=1), {"x": A}),
    "softmax": (lambda x: jax.nn.softmax(x) * jax.nn.log_softmax(x, axis=0), {"x": A}),
    "accumulations": (lambda x: jnp.cumsum(x, axis=0) + jnp.cumprod(x, axis=1) + lax.cummax(x) + lax.cummin(x, reverse=True) + lax.cumlogsumexp(x), {"x": A}),
    "positions": (lambda x: x[jnp.argmax(x[:, 0])] + x[jnp.argmin(x[:, 1])] * jnp.count_nonzero(x > 0), {"x": A}),
    # Shapes and places.
    "shapes": (lambda x: jnp.transpose(x)[:, None].reshape(3, 2, 2) + jnp.swapaxes(x.reshape(2, 2, 3), 0, 2) * 2, {"x": A}),
    "joins": (lambda x: jnp.concatenate([x, x**2], 1) @ jnp.stack([x[0], x[1], x[2], x[3], x[0], x[1]]), {"x": A}),
    "tiles": (lambda x: jnp.tile(x, 2) + jnp.repeat(jnp.repeat(x, 2, axis=1), 1, axis=0) + jnp.broadcast_to(x[:, :1], (4, 6)), {"x": A}),
    "turns": (lambda x: jnp.flip(x, 0) + jnp.roll(x, 2) + x[::-1, ::-1] + jnp.rot90(x, 2), {"x": A}),
    "pads": (lambda x: jnp.pad(x, ((1, 2), (0, 1)), constant_values=0.5)[:4, :3] + lax.pad(x, 0.0, ((1, -4, 1), (-1, 1, 0))), {"x": A}),
    "modes of pads": (lambda x: jnp.pad(x, 1, mode="edge") + jnp.pad(x, 1, mode="reflect"), {"x": A}),
    "splits": (lambda x: jnp.split(x, 2)[0] * jnp.split(x, [2])[1] + jnp.diff(x, axis=0)[:2], {"x": A}),
    "indices": (lambda x: x[jnp.array([2, 0, 1]), 1] + x[jnp.array([0, 1, 3])][:, 0] + x[1:, 2] + x[-1, jnp.array([0, 0, 1])], {"x": A}),
    "computed indices": (lambda x: x[jnp.argsort(x[:, 0])][0] + x[jnp.clip(jnp.floor(jnp.abs(x[:, 1])).astype(int), 0, 3), 0].sum() + x[jnp.argmax(x[:, 2]), 1], {"x": A}),
    "taking": (lambda x: jnp.take(x, jnp.array([0, 3]), axis=0) + jnp.take_along_axis(x, jnp.argsort(x, axis=0), axis=0)[:2], {"x": A}),
    "triangles": (lambda x: jnp.tril(x) + jnp.triu(x, 1) * 2 + jnp.diag(jnp.diagonal(x)) + jnp.trace(x) + jnp.eye(3), {"x": M}),
    "writing": (lambda x: x.at[0].set(1.5).at[1:3, 0].add(x[:2, 1]).at[jnp.array([3, 3]), 1].add(2.0).at[2, 2].multiply(3.0), {"x": A}),
    "computed writing": (lambda x: x.at[jnp.argmax(x[:, 0])].set(0.5).at[jnp.argmin(x[:, 1]), 1].add(x[0, 0]), {"x": A}),
    "dynamic slices": (lambda x: lax.dynamic_slice(x, (jnp.argmax(x[:, 0]), 1), (2, 2)) + lax.dynamic_slice(x, (1, 0), (2, 2)), {"x": A}),
    "dynamic updates": (lambda x: lax.dynamic_update_slice(x, x[:2, :2] ** 2, (jnp.argmin(x[:, 0]), 1)), {"x": A}),
    "segments": (lambda x: jax.ops.segment_sum(x, jnp.array([0, 2, 0, 1]), 3) * jnp.bincount(jnp.array([0, 1, 1]), length=3)[:, None], {"x": A}),
    "sorting": (lambda x: jnp.sort(x, axis=0) + jnp.sort(x, axis=1, descending=True) + lax.top_k(x, 2)[0][:, :1] + jnp.median(x), {"x": A}),
    "quantiles": (lambda x: jnp.quantile(x, 0.3) + jnp.percentile(x, 70.0, axis=0), {"x": A}),
    "interpolation": (lambda x: jnp.interp(x, jnp.array([-3.0, -1.0, 0.5, 3.0]), jnp.array([0.0, 2.0, -1.0, 1.0])), {"x": V}),
    "polynomials": (lambda x: jnp.polyval(jnp.array([1.0, -2.0, 3.0]), x) + jnp.vander(x, 3)[:, 0], {"x": V}),
    "windows": (lambda x: lax.reduce_window(x, 0.0, lax.add, (2, 2), (1, 1), "SAME") + lax.reduce_window(x, -jnp.inf, lax.max, (2, 3), (1, 1), "SAME"), {"x": A}),
    "convolution": (lambda x, w: lax.conv_general_dilated(x, w, (1, 2), ((1, 0), (1, 1)), rhs_dilation=(2, 1)), {"x": IMAGE, "w": KERNEL}),
    "transposed convolution": (lambda x, w: lax.conv_general_dilated(x, w, (1, 1), ((0, 1), (1, 0)), lhs_dilation=(2, 2), dimension_numbers=("NHWC", "HWIO", "NHWC")), {"x": np.moveaxis(IMAGE, 1, -1), "w": np.transpose(KERNEL, (2, 3, 1, 0))}),
    "vectors' convolution": (lambda x, w: jnp.convolve(x, w, "full")[1:5] + jnp.correlate(x, w, "same"), {"x": V, "w": W[:3]}),
    # Products and matrices.
    "products": (lambda a, b: a @ b + jnp.einsum("ij,jk->ik", a, b) ** 2 + jnp.outer(a[:, 0], b[0]) + jnp.tensordot(a, b, 1) + jnp.dot(a, b), {"a": A, "b": B}),
    "batched products": (lambda a: jnp.einsum("bij,bkj->bik", a, a) + jnp.matmul(a, jnp.swapaxes(a, 1, 2)), {"a": N(size=(2, 3, 4))}),
    "kronecker": (lambda a, b: jnp.kron(a, b) * jnp.inner(a, a)[0, 0] + jnp.cross(a[0], a[1])[0] + jnp.vdot(a, a), {"a": A, "b": B}),
    "solve": (lambda a, b: jnp.linalg.solve(a, b) + jnp.linalg.inv(a) @ b, {"a": SPD, "b": N(size=3)}),
    "solve of many": (lambda a, b: jnp.linalg.solve(a, b), {"a": SPD, "b": N(size=(3, 2))}),
    "determinants": (lambda a: jnp.linalg.det(a) + jnp.linalg.slogdet(a)[1], {"a": SPD}),
    "a larger determinant": (lambda a: jnp.linalg.det(a @ a.T + jnp.eye(4)), {"a": A}),
    "cholesky": (lambda a, b: jsp.linalg.cho_solve(jsp.linalg.cho_factor((a + a.T) / 2), b) + jsp.linalg.solve_triangular(jnp.linalg.cholesky(a), b, lower=True), {"a": SPD, "b": N(size=3)}),
    "eigenvalues": (lambda a: jnp.linalg.eigh(a)[0] * jnp.abs(jnp.linalg.eigh(a)[1][0]) + jnp.linalg.eigvalsh(a), {"a": SPD}),
    "singular values": (lambda a: jnp.linalg.svd(a, full_matrices=False)[1] + jnp.linalg.svd(a, compute_uv=False), {"a": A}),
    "a projection": (lambda a: (lambda u, s, v: (u * s**2) @ u.T)(*jnp.linalg.svd(a, full_matrices=False)), {"a": A}),
    "qr": (lambda a: jnp.abs(jnp.linalg.qr(a)[1]) + jnp.linalg.qr(a)[0].T @ a, {"a": A}),
    "lu": (lambda a: jsp.linalg.lu(a)[2] + jsp.linalg.lu(a)[1] ** 2, {"a": M}),
    "positive definite solve": (lambda a, b: jsp.linalg.solve((a + a.T) / 2, b, assume_a="pos"), {"a": SPD, "b": N(size=3)}),
    "matrix functions": (lambda a: jnp.linalg.matrix_power(a, 3) + jnp.linalg.multi_dot([a, a, a]), {"a": M}),
    "pseudo-inverse": (lambda a: jnp.linalg.pinv(a), {"a": A}),
    "solve by an operator": (
        lambda a, b: lax.custom_linear_solve(
            lambda v: a @ v + 2 * v, b, lambda _, y: jnp.linalg.solve(a + 2 * jnp.eye(3), y), lambda _, y: jnp.linalg.solve(a.T + 2 * jnp.eye(3), y)
        ),
        {"a": M, "b": N(size=3)},
    ),
    "conjugate gradients": (conjugate_gradients, {"b": N(size=3)}),
    # Loops, branches, functions.
    "runge-kutta": (rk4, {"y": N(size=2), "mu": 1.5}),
    "kalman filter": (kalman, {"observations": V, "q": 0.3}),
    "hidden markov model": (hidden_markov, {"logits": A, "transition": M}),
    "scan in reverse": (lambda x: lax.scan(lambda c, r: (c * 0.5 + r, c), jnp.zeros(3), x, reverse=True), {"x": A}),
    "scan with constants": (lambda x, w: lax.scan(lambda c, r: (jnp.tanh(w @ c + r), jnp.sum(c)), jnp.zeros(3), x), {"x": A, "w": M}),
    "scan without rows": (lambda x: lax.scan(lambda c, _: (jnp.sin(c) + x, None), x, None, length=7)[0], {"x": V}),
    "nested scans": (nested, {"x": A}),
    "fori_loop": (lambda x: lax.fori_loop(0, 5, lambda i, y: jnp.tanh(y) * i + 0.1, x), {"x": V}),
    "counting loop": (lambda x: lax.fori_loop(0, 4, lambda i, y: y.at[i].set(jnp.sin(y[i - 1])), x), {"x": V}),
    "bisection": (binary_search, {"x": 2.0}),
    "map": (lambda x: lax.map(lambda r: jnp.sum(r**2) * r, x), {"x": A}),
    "vmap": (lambda x: jax.vmap(lambda r: lax.cond(jnp.sum(r) > 0, jnp.sin, jnp.cos, r))(x), {"x": A}),
    "cond": (lambda x: lax.cond(jnp.sum(x) > 0, lambda v: jnp.log(jnp.abs(v)), lambda v: v**2, x), {"x": V}),
    "the other branch": (lambda x: lax.cond(jnp.sum(x) > 99, lambda v: jnp.log(v), lambda v: v**2, x), {"x": V}),
    "switch": (lambda x: lax.switch(jnp.floor(jnp.abs(x[0])).astype(int), [jnp.sin, jnp.cos, lambda v: v**3], x), {"x": V}),
    "fixed switch": (lambda x: lax.switch(1, [jnp.sin, jnp.cos, jnp.tan], x), {"x": V}),
    "cond in scan": (lambda x: lax.scan(lambda c, r: (lax.cond(r[0] > 0, lambda: c + r, lambda: c * 0.5), c[0]), jnp.ones(3), x), {"x": A}),
    "custom_jvp": (lambda x: smooth_abs(x) * x, {"x": V}),
    "custom_vjp": (lambda x: clipped_identity(x) ** 2, {"x": V}),
    "custom rules in scan": (lambda x: lax.scan(lambda c, r: (smooth_abs(c + clipped_identity(r)), c), jnp.zeros(3), x), {"x": A}),
    "jit": (lambda x: power(x, 3) + power(x, 2), {"x": V}),
    "a function called solve": (lambda a, b: solve(a, b), {"a": M, "b": N(size=3)}),
    "long functions": (twice_called, {"x": V}),
    "checkpoint": (lambda x: jax.checkpoint(lambda y: jnp.sin(jnp.cos(y)))(x), {"x": V}),
    "stop_gradient": (lambda x: lax.stop_gradient(x) * x, {"x": V}),
    "attention": (attention, {"q": A, "k": A + 0.1, "v": A**2}),
    "perceptron": (mlp, {"x": A, "w1": N(size=(3, 5)), "w2": N(size=(5, 2))}),
    # Derivatives that JAX took.
    "grad": (jax.grad(lambda x: jnp.sum(jnp.sin(x) * x)), {"x": V}),
    "jacobian": (jax.jacrev(lambda x: jnp.tanh(A @ x[:3])), {"x": V}),
    "hessian": (jax.hessian(lambda x: jnp.sum(x**3) * x[0]), {"x": V}),
    "grad of a scan": (jax.grad(lambda x: jnp.sum(rk4(x, 1.2)[1])), {"x": N(size=2)}),
    "grad of a solve": (jax.grad(lambda b: jnp.sum(jnp.linalg.solve(jnp.asarray(SPD) + jnp.outer(b, b), b))), {"b": N(size=3)}),
    "hessian-vector product": (lambda x: jax.jvp(jax.grad(lambda y: jnp.sum(jnp.exp(y) * y[::-1])), (x,), (jnp.ones(4),))[1], {"x": V}),
    "integers": (lambda x: x * ((jnp.arange(4) * 7 + 3) % 5 // 2) + jnp.sum((x > 0).astype(int)) * x, {"x": V}),
}  # fmt: skip


def sent(inputs):
    return {name: np.asarray(x).tolist() for name, x in inputs.items()}


@pytest.mark.parametrize("name", CASES)
def test_values_and_gradients_are_jax_s(service, name):
    function, inputs = CASES[name]
    order, given = list(inputs), [np.asarray(x, float) for x in inputs.values()]
    leaves = lambda *values: tuple(map(jnp.asarray, jax.tree.leaves(function(*values))))
    with jax.enable_x64(True):
        named = lambda **by_name: leaves(*(by_name[key] for key in order))
        document = cotangent.from_jax(named, **{key: x.shape for key, x in zip(order, given)})
        # A round trip: what the service keeps is the same graph.
        put = service.call("graph.put", graph=document)
        kept = service.call("graph.get", graph=put["graph"])["document"]
        assert service.call("graph.put", graph=kept)["graph"] == put["graph"]
        generator = np.random.default_rng(3)
        seeds = {o["name"]: generator.normal(size=o["shape"]) for o in put["outputs"] if o["dtype"] == "float64"}

        @jax.jit
        def both(*values):
            made, pull = jax.vjp(leaves, *values)
            weights = [jnp.asarray(seeds.get(f"y{i}", 0)) for i in range(len(made))]
            zeros = lambda y: np.zeros(y.shape, jax.dtypes.float0)
            return made, pull(tuple(w if y.dtype == "float64" else zeros(y) for w, y in zip(weights, made)))

        made, slopes = both(*given)
    answer = service.call("vjp", graph=put["graph"], inputs=sent(dict(zip(order, given))), seeds=sent(seeds))
    for i, expected in enumerate(made):
        agree(answer["outputs"][f"y{i}"], expected, 1e-10)
    for key, expected in zip(order, slopes):
        agree(answer["cotangents"][key], expected, 1e-8)


def agree(actual, expected, tolerance):
    actual = np.reshape(np.array(actual, float), np.shape(expected))
    np.testing.assert_allclose(actual, np.asarray(expected, float), rtol=tolerance, atol=tolerance)


def operators(document):
    return {node["op"] for body in (document, *document.get("functions", {}).values()) for node in body["nodes"]}


STRUCTURES = {
    "scan": (lambda x: lax.scan(lambda c, r: (c + r, c), jnp.zeros(3), x), (400, 3)),
    "map": (lambda x: lax.map(jnp.sin, x), (400, 3)),
    "while": (lambda x: lax.while_loop(lambda y: jnp.sum(y) < 9, lambda y: y * 2, x), (3,)),
    "cond": (lambda x: lax.cond(x[0] > 0, jnp.sin, jnp.cos, x), (3,)),
    "switch": (lambda x: lax.switch(x[0].astype(int), [jnp.sin, jnp.cos, jnp.tan], x), (3,)),
    "solve": (lambda x: jnp.linalg.solve(x, x[0]), (3, 3)),
    "cholesky": (lambda x: jnp.linalg.cholesky(x), (3, 3)),
    "eigh": (lambda x: tuple(jnp.linalg.eigh(x)), (3, 3)),
    "slogdet": (lambda x: jnp.linalg.slogdet(x), (4, 4)),
    "call": (twice_called, (3,)),
}


@pytest.mark.parametrize("name", STRUCTURES)
def test_what_the_service_has_stays_what_it_is(name):
    function, shape = STRUCTURES[name]
    document = cotangent.from_jax(function, x=shape)
    assert name in operators(document)
    assert not operators(document) & {"stop_gradient", "lu", "triangular_solve"}
    assert len(document["nodes"]) < 20


def test_a_loop_of_unknown_length_is_differentiated_forward_and_with_a_limit_in_reverse(service):
    inputs, seeds = {"a": 2.0}, {"a": 1.0}
    document = cotangent.from_jax(newton_sqrt, a=())
    got = service.call("jvp", graph=document, inputs=inputs, seeds=seeds)
    agree(got["outputs"]["y"], np.sqrt(2), 1e-12)
    agree(got["tangents"]["y"], 0.5 / np.sqrt(2), 1e-12)
    bounded = cotangent.from_jax(newton_sqrt, while_limit=50, a=())
    agree(service.call("gradient", graph=bounded, inputs=inputs)["gradient"]["a"], 0.5 / np.sqrt(2), 1e-12)


def test_a_loop_of_many_points_lets_each_take_its_own_steps(service):
    roots = jax.vmap(newton_sqrt)
    document = cotangent.from_jax(roots, while_limit=50, a=(3,))
    got = service.call("jacobian", graph=document, inputs={"a": [2.0, 9.0, 1e4]}, mode="reverse")
    agree(got["outputs"]["y"], np.sqrt([2.0, 9.0, 1e4]), 1e-12)
    agree(got["jacobian"]["y"]["a"], np.diag(0.5 / np.sqrt([2.0, 9.0, 1e4])), 1e-12)


def test_rules_hold_to_the_third_order(service):
    document = cotangent.from_jax(lambda x: jnp.sinc(x), x=())
    third = {
        "functions": {"f": {name: document[name] for name in document if name != "functions"}, **document["functions"]},
        "inputs": document["inputs"],
        "nodes": [],
        "outputs": ["t3"],
    }
    last = "f"
    for order in (1, 2, 3):
        node = {"id": f"t{order}", "op": "grad", "args": ["x"], "attrs": {"function": last}}
        if order < 3:
            last = f"g{order}"
            third["functions"][last] = {"inputs": [{"name": "x"}], "nodes": [node], "outputs": [node["id"]]}
        else:
            third["nodes"].append(node)
    with jax.enable_x64(True):
        for x in (0.0, 0.7):
            expected = jax.grad(jax.grad(jax.grad(jnp.sinc)))(x)
            agree(service.call("evaluate", graph=third, inputs={"x": x})["outputs"]["t3"], expected, 1e-9)


REFUSALS = {
    "fft": lambda x: jnp.abs(jnp.fft.fft(x)),
    "single floats": lambda x: x.astype(jnp.float32).sum(),
    "bits": lambda x: x * (x.astype(int) & 3),
    "shifts": lambda x: x * (x.astype(int) << 2),
    "callbacks": lambda x: jax.pure_callback(lambda v: v, jax.ShapeDtypeStruct(x.shape, x.dtype), x),
    "general eigenvalues": lambda x: jnp.linalg.eigvals(jnp.outer(x, x)).real,
    "sort by two keys": lambda x: lax.sort((x, x), num_keys=2)[0],
    "maximum written at computed places": lambda x: x.at[x.astype(int)].max(1.0),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_not_known_is_refused_by_name(name):
    with pytest.raises(TypeError, match="known"):
        cotangent.from_jax(REFUSALS[name], x=(4,))


def test_pivots_of_a_factorization_are_refused_where_they_are_read():
    with pytest.raises(TypeError, match="pivots"):
        cotangent.from_jax(lambda x: lax.linalg.lu(x)[1] * 1.0, x=(3, 3))
