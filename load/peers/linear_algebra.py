"""Seconds of linear algebra in NumPy, SciPy and JAX, as JSON: `linear_algebra.py SECONDS SIZE…`."""

import json
import sys

import jax
import jax.numpy as jnp
import jax.scipy.linalg as jsl
import numpy as np
import scipy.linalg as sl
from peer import seconds_per_run

jax.config.update("jax_enable_x64", True)


def lu_sum(a):
    _, lower, upper = jsl.lu(a)
    return jnp.sum(lower) + jnp.sum(upper)


def qr_sum(a):
    q, r = jnp.linalg.qr(a)
    return jnp.sum(q) + jnp.sum(r)


def eigh_sum(a):
    values, vectors = jnp.linalg.eigh((a + a.T) / 2)
    return jnp.sum(values) + jnp.sum(vectors**3)


def svd_sum(a):
    u, s, vt = jnp.linalg.svd(a, full_matrices=False)
    return jnp.sum(u**3) + jnp.sum(s) + jnp.sum(vt**2 * u.T)


CASES = {
    "cholesky": (np.linalg.cholesky, lambda a: jnp.sum(jnp.linalg.cholesky(a))),
    "lu": (sl.lu, lu_sum),
    "solve": (lambda a: np.linalg.solve(a, np.ones(len(a))), lambda a: jnp.sum(jnp.linalg.solve(a, jnp.ones(len(a))))),
    "qr": (np.linalg.qr, qr_sum),
    "eigh": (np.linalg.eigh, eigh_sum),
    "svd": (lambda a: np.linalg.svd(a, full_matrices=False), svd_sum),
    "expm": (lambda a: sl.expm(a / len(a) ** 0.5), lambda a: jnp.sum(jsl.expm(a / len(a) ** 0.5))),
}
SYMMETRIC = ("cholesky", "eigh")
SHIFTED = ("cholesky", "solve")


def main():
    seconds = float(sys.argv[1])
    times = {}
    for name, (numpy_function, jax_function) in CASES.items():
        for size in map(int, sys.argv[2:]):
            print(f"NumPy and JAX: {name}, n = {size}", file=sys.stderr)
            a = np.random.default_rng(1).uniform(-1, 1, (size, size))
            if name in SYMMETRIC:
                a = (a + a.T) / 2
            if name in SHIFTED:
                a += size * np.eye(size)
            both = jax.jit(jax.value_and_grad(jax_function)).lower(jnp.asarray(a)).compile()
            given = jnp.asarray(a)
            times[f"{name} {size}"] = {
                "numpySeconds": seconds_per_run(lambda: numpy_function(a), seconds),
                "jaxSeconds": seconds_per_run(lambda: jax.block_until_ready(both(given)), seconds),
            }
    print(json.dumps(times))


main()
