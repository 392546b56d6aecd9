"""Writes models.json: whole models of linear algebra with values, gradients and Hessians by JAX.

    python -m venv /tmp/reference && /tmp/reference/bin/pip install numpy "jax[cpu]"
    /tmp/reference/bin/python test/data/make-models.py
"""

import json
import pathlib

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
random = np.random.default_rng(21)


def gaussian_process(x, t, scale, length, noise):
    d = x - x.T
    k = scale**2 * jnp.exp(-(d**2) / (2 * length**2)) + noise**2 * jnp.eye(len(t))
    factor = jnp.linalg.cholesky(k)
    white = jax.scipy.linalg.solve_triangular(factor, t, lower=True)
    return -white @ white / 2 - jnp.sum(jnp.log(jnp.diagonal(factor))) - len(t) / 2 * jnp.log(2 * jnp.pi)


def kalman(z, q, r, a):
    transition = jnp.array([[1.0, a], [0.0, 1.0]])
    noise = q * jnp.array([[0.1, 0.02], [0.02, 0.3]])
    seen = jnp.array([[1.0, 0.0]])

    def step(carry, observed):
        mean, covariance = carry
        mean, covariance = transition @ mean, transition @ covariance @ transition.T + noise
        error, spread = observed - seen @ mean, seen @ covariance @ seen.T + r
        gain = jnp.linalg.solve(spread, seen @ covariance).T
        likelihood = -(jnp.linalg.slogdet(spread)[1] + error @ jnp.linalg.solve(spread, error) + jnp.log(2 * jnp.pi)) / 2
        return (mean + gain @ error, covariance - gain @ seen @ covariance), likelihood

    return jnp.sum(jax.lax.scan(step, (jnp.array([0.2, 1.0]), jnp.eye(2)), z)[1])


def laplace(A, n, p):
    w = jnp.zeros(A.shape[1])
    for _ in range(40):
        rate = jnp.exp(A @ w)
        w = w + jnp.linalg.solve(A.T @ (rate[:, None] * A) + p * jnp.eye(len(w)), A.T @ (n - rate) - p * w)
    rate = jnp.exp(A @ w)
    curvature = A.T @ (rate[:, None] * A) + p * jnp.eye(len(w))
    log_joint = n @ (A @ w) - jnp.sum(rate) - p / 2 * (w @ w) + len(w) / 2 * jnp.log(p)
    return log_joint - jnp.linalg.slogdet(curvature)[1] / 2


def least_squares(A, b, s):
    """Generalised: errors whose covariance falls off with the distance."""
    index = jnp.arange(len(b))
    covariance = jnp.exp(-jnp.abs(index[:, None] - index) / s)
    factor = jnp.linalg.cholesky(covariance)
    white_a, white_b = (jax.scipy.linalg.solve_triangular(factor, x, lower=True) for x in (A, b))
    x = jnp.linalg.solve(white_a.T @ white_a, white_a.T @ white_b)
    rest = white_b - white_a @ x
    return jnp.sum(x) + jnp.log(rest @ rest) + jnp.trace(jnp.linalg.inv(white_a.T @ white_a))


def truss(B, areas, lengths, load):
    displacement = jnp.linalg.solve(B.T @ ((areas / lengths)[:, None] * B), load)
    return load @ displacement


def rounded(*shape):
    return np.round(random.uniform(-1, 1, shape), 3)


def process_inputs(n):
    i = np.arange(n)
    x = np.round(0.1 * i + 0.03 * np.sin(i), 4)[:, None]
    return {"x": x, "t": np.round(np.sin(0.3 * i) + 0.1 * np.cos(7 * i), 4), "scale": 1.3, "length": 0.7, "noise": 0.2}


s = np.sqrt(0.5)
bars = np.array([[-1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1], [-s, s, 0, 0], [0, 0, s, s]])
counts = np.array([1.0, 2, 2, 5, 0, 3])
design = np.column_stack([np.ones(6), rounded(6)])
models = [
    ("gaussian process, 50", gaussian_process, process_inputs(50), ["scale", "length", "noise"]),
    ("gaussian process, 200", gaussian_process, process_inputs(200), ["scale", "length", "noise"]),
    ("Kalman filter", kalman, {"z": np.cumsum(rounded(40)), "q": 0.8, "r": 0.3, "a": 0.5}, ["q", "r", "a"]),
    ("Laplace approximation", laplace, {"A": design, "n": counts, "p": 0.4}, ["p"]),
    ("least squares with a covariance", least_squares, {"A": rounded(9, 3), "b": rounded(9), "s": 1.7}, ["b", "s"]),
    ("truss", truss, {"B": bars, "areas": np.array([1, 2, 1.5, 1, 0.5]), "lengths": np.array([1, 1, 1, 2**0.5, 2**0.5]),
                      "load": np.array([1.0, 0, 0, -2])}, ["areas", "load"]),
]


def main():
    made = []
    for name, function, inputs, wrt in models:
        names = list(inputs)
        at = tuple(names.index(key) for key in wrt)
        values = [jnp.asarray(x, dtype=float) for x in inputs.values()]
        gradient = jax.grad(function, at)(*values)
        hessian = jax.hessian(function, at)(*values)
        flat = lambda x: np.asarray(x).reshape(-1)
        blocks = [[np.asarray(hessian[i][j]).reshape(flat(gradient[i]).size, -1) for j in range(len(wrt))] for i in range(len(wrt))]
        made.append({
            "name": name,
            "inputs": {key: np.asarray(x, dtype=float).tolist() for key, x in inputs.items()},
            "wrt": wrt,
            "value": float(function(*values)),
            "gradient": np.concatenate([flat(g) for g in gradient]).tolist(),
            "hessian": np.block(blocks).tolist(),
        })
    path = pathlib.Path(__file__).parent / "models.json"
    path.write_text("[\n" + ",\n".join(json.dumps(model) for model in made) + "\n]\n")


main()
