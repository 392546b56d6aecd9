"""tesseract-jax differentiates, compiles and maps graphs in JAX."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tesseract_core import Tesseract
from tesseract_jax import apply_tesseract

jax.config.update("jax_enable_x64", True)

GRAPH = {
    "inputs": [{"name": "b.x"}, {"name": "x", "shape": [3]}, {"name": "n", "dtype": "int32"}],
    "nodes": [
        {"id": "e", "op": "exp", "args": ["x"]},
        {"id": "z", "op": "sum", "args": ["e"]},
        {"id": "zb", "op": "multiply", "args": ["z", "b.x"]},
        {"id": "w", "op": "multiply", "args": ["x", "x"]},
    ],
    "outputs": [{"name": "a-y", "node": "zb"}, "w"],
}
X = jnp.array([0.1, -0.2, 0.3])


@pytest.fixture(scope="module")
def tesseract(service):
    service.put("jaxed", GRAPH)
    return Tesseract.from_url(f"{service.url}/tesseract/jaxed")


@pytest.fixture
def calls(tesseract, monkeypatch):
    """The endpoints that are called."""
    made = []
    client = tesseract._client
    run = client.run_tesseract
    monkeypatch.setattr(client, "run_tesseract", lambda endpoint, *a, **k: made.append(endpoint) or run(endpoint, *a, **k))
    return made


def ours(tesseract, **options):
    def scalar(x, b=2.0):
        return apply_tesseract(tesseract, {"x": x, "b.x": b, "n": 1}, **options)["a-y"]

    return scalar


def theirs(x, b=2.0):
    return b * jnp.sum(jnp.exp(x))


def same(actual, expected):
    assert actual.dtype == expected.dtype
    np.testing.assert_allclose(actual, expected, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("transform", [lambda f: f, jax.grad, jax.jacrev, jax.jacfwd])
@pytest.mark.parametrize("compiled", [False, True])
def test_transforms(tesseract, transform, compiled):
    both = [transform(f) for f in (ours(tesseract), theirs)]
    f, g = [jax.jit(h) if compiled else h for h in both]
    same(f(X), g(X))


def test_both_arguments(tesseract):
    b = jnp.asarray(1.5)
    for actual, expected in zip(jax.grad(ours(tesseract), (0, 1))(X, b), jax.grad(theirs, (0, 1))(X, b)):
        same(actual, expected)


def test_tangents_and_cotangents(tesseract):
    v = jnp.array([1.0, -1.0, 2.0])
    for actual, expected in zip(jax.jvp(ours(tesseract), (X,), (v,)), jax.jvp(theirs, (X,), (v,))):
        same(actual, expected)
    f = lambda x: apply_tesseract(tesseract, {"x": x, "b.x": 2.0, "n": 1})["w"]
    same(jax.vjp(f, X)[1](v)[0], 2 * X * v)
    same(jax.jacfwd(f)(X), jnp.diag(2 * X))


@pytest.mark.parametrize("compiled", [False, True])
def test_a_single_precision_array_has_a_cotangent_of_its_dtype(tesseract, compiled):
    f = jax.grad(ours(tesseract))
    x = X.astype(jnp.float32)
    actual = (jax.jit(f) if compiled else f)(x)
    assert actual.dtype == jnp.float32
    np.testing.assert_allclose(actual, jax.grad(theirs)(x), rtol=1e-6)


def test_a_step_of_optimisation(tesseract):
    f = jax.jit(jax.value_and_grad(ours(tesseract)))
    x = X
    for _ in range(5):
        value, slope = f(x)
        x = x - 0.1 * slope
    assert f(x)[0] < value


@pytest.mark.parametrize("method", ["sequential", "expand_dims", "broadcast_all", "auto_experimental"])
def test_maps(tesseract, method):
    points = jnp.arange(12.0).reshape(4, 3) / 10
    same(jax.vmap(ours(tesseract, vmap_method=method))(points), jax.vmap(theirs)(points))


def test_a_map_over_many_points_is_one_call(tesseract, calls):
    points = jnp.arange(48.0).reshape(16, 3) / 50
    f = ours(tesseract, vmap_method="broadcast_all")
    same(jax.vmap(f)(points), jax.vmap(theirs)(points))
    assert calls.count("apply") == 1
    same(jax.vmap(jax.grad(f))(points), jax.vmap(jax.grad(theirs))(points))
    assert calls.count("vector_jacobian_product") == 1


def test_a_map_in_a_map(tesseract):
    grid = jnp.arange(24.0).reshape(2, 4, 3) / 30
    both = jnp.array([1.0, 3.0])
    f = ours(tesseract, vmap_method="broadcast_all")
    twice = lambda g: jax.vmap(jax.vmap(g, (0, None)), (0, 0))
    same(twice(f)(grid, both), twice(theirs)(grid, both))


def test_derivatives_of_maps_product_by_product(tesseract):
    points = jnp.arange(12.0).reshape(4, 3) / 10
    f = ours(tesseract, vmap_method="broadcast_all", materialize_jacobian=False)
    for jacobian in (jax.jacfwd, jax.jacrev):
        same(jax.vmap(jacobian(f))(points), jax.vmap(jacobian(theirs))(points))
