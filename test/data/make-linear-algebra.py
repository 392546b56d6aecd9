"""Writes linear-algebra.json: values and derivatives of linear algebra by NumPy, SciPy and JAX.

    python -m venv /tmp/reference && /tmp/reference/bin/pip install numpy scipy "jax[cpu]"
    /tmp/reference/bin/python test/data/make-linear-algebra.py
"""

import json
import pathlib

import jax
import jax.numpy as jnp
import jax.scipy.linalg as jsl
import numpy as np
import scipy.linalg as sl

jax.config.update("jax_enable_x64", True)
random = np.random.default_rng(11)


def matrix(*shape):
    return np.round(random.uniform(-2, 2, shape), 3)


def near(*shape):
    """Far from singular."""
    return matrix(*shape) + 3 * np.eye(*shape[-2:])


def definite(n):
    a = matrix(n, n)
    return np.round(a @ a.T + np.eye(n), 3)


def block_diag(*xs):
    return jsl.block_diag(*xs)


def signed(u, vt):
    """The largest component of each column of u positive."""
    at = jnp.argmax(jnp.abs(u), axis=-2)
    sign = jnp.sign(jnp.take_along_axis(u, at[..., None, :], axis=-2))
    return u * sign, vt * jnp.swapaxes(sign, -1, -2)


def eigh(x):
    values, vectors = jnp.linalg.eigh((x + x.T) / 2)
    return values, signed(vectors, vectors.T)[0]


def svd(x):
    u, s, vt = jnp.linalg.svd(x, full_matrices=False)
    u, vt = signed(u, vt)
    return u, s, vt


# Name, operands, attributes, the function of JAX, and the value by LAPACK where that is another library's.
cases = [
    ("cholesky", [definite(4)], {}, jnp.linalg.cholesky, np.linalg.cholesky),
    ("cholesky", [definite(3)], {"upper": True}, lambda a: jnp.linalg.cholesky(a).T, lambda a: np.linalg.cholesky(a).T),
    ("triangular_solve", [near(4, 4), matrix(4)], {"lower": True}, lambda a, b: jsl.solve_triangular(a, b, lower=True), None),
    ("triangular_solve", [near(3, 3), matrix(3, 2)], {"transpose": True}, lambda a, b: jsl.solve_triangular(a, b, trans=1), None),
    ("triangular_solve", [near(3, 3), matrix(3, 2)], {"lower": True, "unit_diagonal": True},
     lambda a, b: jsl.solve_triangular(a, b, lower=True, unit_diagonal=True), None),
    ("solve", [matrix(4, 4), matrix(4)], {}, jnp.linalg.solve, np.linalg.solve),
    ("solve", [matrix(2, 3, 3), matrix(3, 2)], {}, jnp.linalg.solve, np.linalg.solve),
    ("solve", [matrix(2, 1, 3, 3), matrix(3, 3, 2)], {}, jnp.linalg.solve, np.linalg.solve),
    ("inv", [matrix(4, 4)], {}, jnp.linalg.inv, np.linalg.inv),
    ("det", [matrix(4, 4)], {}, jnp.linalg.det, np.linalg.det),
    ("slogdet", [matrix(2, 3, 3)], {}, lambda a: tuple(jnp.linalg.slogdet(a)), np.linalg.slogdet),
    ("lu", [matrix(4, 4)], {}, jsl.lu, sl.lu),
    ("lu", [matrix(4, 3)], {}, jsl.lu, sl.lu),
    ("lu", [matrix(3, 4)], {}, jsl.lu, sl.lu),
    ("qr", [matrix(4, 4)], {}, jnp.linalg.qr, np.linalg.qr),
    ("qr", [matrix(5, 3)], {}, jnp.linalg.qr, np.linalg.qr),
    ("lstsq", [matrix(5, 3), matrix(5)], {}, lambda a, b: jnp.linalg.lstsq(a, b)[0], lambda a, b: np.linalg.lstsq(a, b)[0]),
    ("lstsq", [matrix(4, 2), matrix(4, 2)], {}, lambda a, b: jnp.linalg.lstsq(a, b)[0], lambda a, b: np.linalg.lstsq(a, b)[0]),
    ("pinv", [matrix(4, 3)], {}, jnp.linalg.pinv, np.linalg.pinv),
    ("pinv", [matrix(2, 4)], {}, jnp.linalg.pinv, np.linalg.pinv),
    ("matrix_power", [matrix(3, 3)], {"n": 5}, lambda a: jnp.linalg.matrix_power(a, 5), None),
    ("matrix_power", [near(3, 3)], {"n": -3}, lambda a: jnp.linalg.matrix_power(a, -3), None),
    ("expm", [matrix(3, 3)], {}, jsl.expm, sl.expm),
    ("expm", [matrix(3, 3) * 6], {}, jsl.expm, sl.expm),
    ("expm", [matrix(3, 3) * 0.01], {}, jsl.expm, sl.expm),
    ("eigh", [matrix(4, 4)], {}, eigh, None),
    ("eigvalsh", [definite(4)], {}, jnp.linalg.eigvalsh, np.linalg.eigvalsh),
    ("svd", [matrix(4, 3)], {}, svd, None),
    ("svd", [matrix(3, 3)], {}, svd, None),
    ("svd", [matrix(2, 4)], {}, svd, None),
    ("svdvals", [matrix(4, 3)], {}, lambda a: jnp.linalg.svd(a, compute_uv=False), lambda a: np.linalg.svd(a, compute_uv=False)),
    *[("matrix_norm", [matrix(3, 4)], {"ord": ord if abs(ord) < 9 else ("Infinity" if ord > 0 else "-Infinity")},
       lambda a, ord=ord: jnp.linalg.norm(a, ord), lambda a, ord=ord: np.linalg.norm(a, ord)) for ord in (1, -1, 2, -2, np.inf, -np.inf)],
    ("matrix_norm", [matrix(3, 4)], {"ord": "nuc"}, lambda a: jnp.linalg.norm(a, "nuc"), lambda a: np.linalg.norm(a, "nuc")),
    ("matrix_norm", [matrix(3, 4)], {}, lambda a: jnp.linalg.norm(a), np.linalg.norm),
    *[("vector_norm", [matrix(5)], {"ord": ord}, lambda a, ord=ord: jnp.linalg.norm(a, ord), lambda a, ord=ord: np.linalg.norm(a, ord))
      for ord in (1, 2, 3, 2.5, 0)],
    ("matrix_rank", [np.outer(np.arange(1.0, 4), np.arange(1.0, 4))], {}, jnp.linalg.matrix_rank, np.linalg.matrix_rank),
    ("kron", [matrix(2, 3), matrix(3, 2)], {}, jnp.kron, np.kron),
    ("block_diag", [matrix(2, 3), matrix(1, 2), matrix(2, 2)], {}, block_diag, sl.block_diag),
    ("diag", [matrix(3)], {"offset": -1}, lambda x: jnp.diag(x, -1), lambda x: np.diag(x, -1)),
]


def listed(x):
    return np.asarray(x, dtype=float).tolist()


def main():
    made = []
    for name, operands, attrs, f, lapack in cases:
        several = lambda *xs, f=f: tuple(f(*xs)) if isinstance(f(*xs), (tuple, list)) else (f(*xs),)
        values = (lapack or f)(*operands)
        values = values if isinstance(values, tuple) else (values,)
        weights = [np.round(random.uniform(-1, 1, np.shape(v)), 3) for v in values]
        case = {"op": name, "attrs": attrs, "operands": [listed(x) for x in operands], "values": [listed(v) for v in values]}
        if name != "matrix_rank":
            weighted = lambda *xs: sum(jnp.sum(w * v) for w, v in zip(weights, several(*xs)))
            at = tuple(range(len(operands)))
            case["weights"] = [listed(w) for w in weights]
            case["gradient"] = [listed(g) for g in jax.grad(weighted, at)(*operands)]
            v = [np.round(random.uniform(-1, 1, np.shape(x)), 3) for x in operands]
            case["direction"] = [listed(x) for x in v]
            product = jax.jvp(jax.grad(weighted, at), operands, v)[1]
            # What JAX cannot is left to differences of gradients.
            case["hvp"] = [listed(g) for g in product] if all(np.isfinite(np.asarray(g)).all() for g in product) else None
        made.append(case)
    path = pathlib.Path(__file__).parent / "linear-algebra.json"
    path.write_text("[\n" + ",\n".join(json.dumps(case) for case in made) + "\n]\n")


main()
