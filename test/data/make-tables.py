"""Writes tables.json: values and derivatives of tables, order and windows by NumPy, SciPy and JAX.

    python -m venv /tmp/reference && /tmp/reference/bin/pip install numpy scipy "jax[cpu]"
    /tmp/reference/bin/python test/data/make-tables.py
"""

import json
import pathlib

import jax
import jax.numpy as jnp
import numpy as np
import scipy.interpolate

jax.config.update("jax_enable_x64", True)
random = np.random.default_rng(12)


def array(*shape):
    return np.round(random.uniform(-2, 2, shape), 3)


def indices(n, *shape):
    return random.integers(0, n, shape)


knots = np.array([-1.0, -0.2, 0.5, 1.7, 2.0])
heights = array(5)
points = np.array([-3.0, -0.9, 0.1, 1.1, 1.9, 4.0])


def conv(x, w, strides, padding, dilations=None, input_dilations=None, groups=1):
    spatial = len(strides)
    axes = "NCHWD"[: 2 + spatial]
    return jax.lax.conv_general_dilated(
        x, w, strides, padding, lhs_dilation=input_dilations, rhs_dilation=dilations,
        dimension_numbers=(axes, "OI" + axes[2:], axes), feature_group_count=groups)


def max_pool(x, window, strides, padding):
    lead = (1,) * (x.ndim - len(window))
    none = [(0, 0)] * (x.ndim - len(window))
    return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, lead + tuple(window), lead + tuple(strides), none + [tuple(p) for p in padding])


def avg_pool(x, window, strides, padding):
    lead = (1,) * (x.ndim - len(window))
    none = [(0, 0)] * (x.ndim - len(window))
    total = jax.lax.reduce_window(x, 0.0, jax.lax.add, lead + tuple(window), lead + tuple(strides), none + [tuple(p) for p in padding])
    return total / np.prod(window)


def gru(x, h, w, u, b, c):
    r0, z0, n0 = jnp.split(w @ x + b, 3)
    r1, z1, n1 = jnp.split(u @ h + c, 3)
    r, z = jax.nn.sigmoid(r0 + r1), jax.nn.sigmoid(z0 + z1)
    n = jnp.tanh(n0 + r * n1)
    return (1 - z) * n + z * h


def lstm(x, h, s, w, u, b, c):
    i, f, g, o = jnp.split(w @ x + b + u @ h + c, 4)
    cell = jax.nn.sigmoid(f) * s + jax.nn.sigmoid(i) * jnp.tanh(g)
    return jax.nn.sigmoid(o) * jnp.tanh(cell), cell


def layer_norm(x, weight, bias):
    centered = x - x.mean(-1, keepdims=True)
    return centered / jnp.sqrt((centered**2).mean(-1, keepdims=True) + 1e-5) * weight + bias


def spline(bc):
    """Differentiated by hand in fp: to which it is linear."""
    return lambda x, xp, fp: scipy.interpolate.CubicSpline(xp, fp, bc_type=bc)(x)


ONE_HOT = lambda i: jax.nn.one_hot(i, 4)
# Name, operands, attributes, the function; whether there are derivatives; the dtypes of operands that are not float64.
cases = [
    ("sort", [array(3, 4)], {}, lambda x: jnp.sort(x), True),
    ("sort", [array(3, 4)], {"axis": 0, "descending": True}, lambda x: jnp.sort(x, axis=0, descending=True), True),
    ("argsort", [array(3, 4)], {"axis": 0}, lambda x: jnp.argsort(x, axis=0), False),
    ("top_k", [array(2, 5)], {"k": 3}, lambda x: jax.lax.top_k(x, 3), True),
    ("median", [array(3, 4)], {"axis": 1}, lambda x: jnp.median(x, axis=1), True),
    ("quantile", [array(7)], {"q": 0.3}, lambda x: jnp.quantile(x, 0.3), True),
    ("quantile", [array(3, 5)], {"q": [0, 0.25, 1], "axis": -1, "keepdims": True},
     lambda x: jnp.quantile(x, jnp.array([0, 0.25, 1]), axis=-1, keepdims=True), True),
    ("searchsorted", [knots, np.array([-2.0, -0.2, 0.6, 9.0])], {}, lambda a, v: np.searchsorted(a, v), False),
    ("searchsorted", [knots, np.array([-2.0, -0.2, 0.6, 9.0])], {"side": "right"}, lambda a, v: np.searchsorted(a, v, "right"), False),
    ("interp", [points, knots, heights], {}, jnp.interp, True),
    ("cubic_spline", [points, knots, heights], {}, spline("not-a-knot"), False),
    ("cubic_spline", [points, knots, heights], {"bc": "natural"}, spline("natural"), False),
    ("cubic_spline", [points, knots[:3], heights[:3]], {}, spline("not-a-knot"), False),
    ("cubic_spline", [points, knots[:2], heights[:2]], {}, spline("not-a-knot"), False),
    ("cumulative_max", [array(3, 4)], {"axis": 1}, lambda x: jax.lax.cummax(x, 1), True),
    ("cumulative_min", [array(3, 4)], {"axis": 0}, lambda x: jax.lax.cummin(x, 0), True),
    ("cumulative_logsumexp", [array(3, 4) * 100], {"axis": 1}, lambda x: jax.lax.cumlogsumexp(x, 1), True),
    ("take_along_axis", [array(3, 4), indices(3, 2, 4)], {"axis": 0}, lambda x, i: jnp.take_along_axis(x, i, 0), True),
    ("put_along_axis", [array(3, 4), np.array([[0], [2], [1]]), array(3, 1)], {"axis": 1},
     lambda x, i, v: jnp.put_along_axis(x, i, v, 1, inplace=False), True),
    ("one_hot", [np.array([0, 3, 4])], {"n": 4}, ONE_HOT, False),
    ("bincount_weighted", [np.array([1, 0, 1, 3]), array(4)], {"length": 4}, lambda i, w: jnp.bincount(i, w, length=4), True),
    ("histogram", [array(20)], {"bins": 4}, lambda x: np.histogram(x, 4)[0], False),
    ("histogram", [array(20)], {"bins": 3, "range": [-1, 1]}, lambda x: np.histogram(x, 3, (-1, 1))[0], False),
    ("unfold", [array(7)], {"size": 3, "step": 2}, lambda x: jnp.stack([x[k:k + 3] for k in (0, 2, 4)]), True),
    ("conv", [array(2, 4, 7), array(6, 2, 3)], {"strides": [2], "padding": [[1, 2]], "dilations": [2], "groups": 2},
     lambda x, w: conv(x, w, (2,), ((1, 2),), (2,), None, 2), True),
    ("conv", [array(1, 2, 5, 6), array(3, 2, 2, 3)], {"padding": [[1, 0], [0, 1]], "input_dilations": [2, 1]},
     lambda x, w: conv(x, w, (1, 1), ((1, 0), (0, 1)), None, (2, 1)), True),
    ("conv", [array(1, 1, 3, 3, 3), array(2, 1, 2, 2, 2)], {}, lambda x, w: conv(x, w, (1, 1, 1), ((0, 0),) * 3), True),
    ("max_pool", [array(1, 2, 5, 5)], {"window": [2, 3], "strides": [1, 2], "padding": [[1, 0], [0, 1]]},
     lambda x: max_pool(x, (2, 3), (1, 2), ((1, 0), (0, 1))), True),
    ("avg_pool", [array(1, 2, 5, 5)], {"window": [2, 3], "strides": [1, 2], "padding": [[1, 0], [0, 1]]},
     lambda x: avg_pool(x, (2, 3), (1, 2), ((1, 0), (0, 1))), True),
    ("layer_norm", [array(2, 4), array(4), array(4)], {}, layer_norm, True),
    ("gru_cell", [array(2), array(3), array(9, 2), array(9, 3), array(9), array(9)], {}, gru, True),
    ("lstm_cell", [array(2), array(3), array(3), array(12, 2), array(12, 3), array(12), array(12)], {}, lstm, True),
]


def listed(x):
    return np.asarray(x, dtype=float).tolist()


def main():
    made = []
    for name, operands, attrs, f, is_differentiable in cases:
        several = lambda *xs, f=f: tuple(f(*xs)) if isinstance(f(*xs), (tuple, list)) else (f(*xs),)
        values = several(*operands)
        dtypes = ["int32" if np.issubdtype(np.asarray(x).dtype, np.integer) else "float64" for x in operands]
        case = {"op": name, "attrs": attrs, "dtypes": dtypes, "operands": [listed(x) for x in operands], "values": [listed(v) for v in values]}
        if is_differentiable:
            floats = [k for k, dtype in enumerate(dtypes) if dtype == "float64"]
            kept = [k for k, v in enumerate(values) if np.issubdtype(np.asarray(v).dtype, np.floating)]
            weights = [np.round(random.uniform(-1, 1, np.shape(values[k])), 3) for k in kept]
            def weighted(*chosen):
                xs = list(operands)
                for k, x in zip(floats, chosen):
                    xs[k] = x
                results = several(*xs)
                return sum(jnp.sum(w * results[k]) for w, k in zip(weights, kept))
            at = tuple(range(len(floats)))
            chosen = [operands[k] for k in floats]
            case["weights"] = [listed(w) for w in weights]
            case["gradient"] = [listed(g) for g in jax.grad(weighted, at)(*chosen)]
        made.append(case)
    path = pathlib.Path(__file__).parent / "tables.json"
    path.write_text("[\n" + ",\n".join(json.dumps(case) for case in made) + "\n]\n")


main()
