"""The kernels in JAX: jit and vmap on one thread, in the faster of forward and reverse mode."""

import time

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import logsumexp as lse
from joints import JOINTS
from peer import seconds_per_run, serve

jax.config.update("jax_enable_x64", True)


def standard(x1, x2):
    return jnp.log(x1) + x1 * x2 - jnp.sin(x2)


def bundle(rotation, centre, focal, principal, distortion, x, weight, feature):
    theta = jnp.sqrt(rotation @ rotation)
    axis = rotation / theta
    moved = x - centre
    c = jnp.cos(theta)
    turned = c * moved + jnp.sin(theta) * jnp.cross(axis, moved) + (1 - c) * (axis @ moved) * axis
    p = turned[:2] / turned[2]
    r2 = p @ p
    radial = 1 + distortion[0] * r2 + distortion[1] * r2 * r2
    return weight * (focal * radial * p + principal - feature)


def mixture(alphas, means, logDiagonals, lowers, x):
    components, dimensions = means.shape
    columns, rows = np.triu_indices(dimensions, 1)
    lower = jnp.zeros((components, dimensions, dimensions)).at[:, rows, columns].set(lowers)
    diagonals = jnp.exp(logDiagonals)
    centred = x[:, None, :] - means
    whitened = diagonals * centred + jnp.einsum("kij,nkj->nki", lower, centred)
    exponents = alphas + jnp.sum(logDiagonals, axis=1) - 0.5 * jnp.sum(whitened**2, axis=2)
    likelihood = jnp.sum(lse(exponents, axis=1)) - len(x) * lse(alphas)
    return likelihood + 0.5 * (jnp.sum(diagonals**2) + jnp.sum(lowers**2))


def least_squares(a, b, x):
    return jnp.sum((a @ x - b) ** 2)


def lstm(w, u, b, x, targets):
    hidden = u.shape[1]
    h = c = jnp.zeros(hidden)
    loss = 0.0
    for t in range(len(x)):
        z = w @ x[t] + u @ h + b
        i, f, o = (jax.nn.sigmoid(z[k * hidden : (k + 1) * hidden]) for k in range(3))
        c = f * c + i * jnp.tanh(z[3 * hidden :])
        h = o * jnp.tanh(c)
        loss += jnp.sum((h - targets[t]) ** 2)
    return loss


def mlp(w1, b1, w2, b2, w3, b3, x, labels):
    h = jnp.tanh(jnp.tanh(x @ w1 + b1) @ w2 + b2)
    return -jnp.sum(labels * jax.nn.log_softmax(h @ w3 + b3)) / len(x)


def rosenbrock(x):
    return jnp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def arm(q):
    x, y, z = 0.0, 0.0, 0.107
    for i in reversed(range(7)):
        d, a, turns = JOINTS[i]
        c, s = jnp.cos(q[i]), jnp.sin(q[i])
        x, y, z = c * x - s * y + a, s * x + c * y, z + d
        y, z = (y, z) if turns == 0 else (-z, y) if turns > 0 else (z, -y)
    return jnp.stack([x, y, z])


def dense(a, x):
    return jnp.tanh(a @ x)


def lstm_scan(w, u, b, x, targets):
    hidden = u.shape[1]

    def cell(state, row):
        h, c = state
        seen, target = row
        z = w @ seen + u @ h + b
        i, f, o = (jax.nn.sigmoid(z[k * hidden : (k + 1) * hidden]) for k in range(3))
        c = f * c + i * jnp.tanh(z[3 * hidden :])
        h = o * jnp.tanh(c)
        return (h, c), jnp.sum((h - target) ** 2)

    zeros = jnp.zeros(hidden)
    return jnp.sum(jax.lax.scan(cell, (zeros, zeros), (x, targets))[1])


def lorenz(start, sigma, rho, beta):
    step = 0.002

    def slope(state):
        x, y, z = state
        return jnp.stack([sigma * (y - x), x * (rho - z) - y, x * y - beta * z])

    def advance(state, _):
        k1 = slope(state)
        k2 = slope(state + step / 2 * k1)
        k3 = slope(state + step / 2 * k2)
        k4 = slope(state + step * k3)
        return state + step / 6 * (k1 + k4 + 2 * (k2 + k3)), None

    return jnp.sum(jax.lax.scan(advance, start, None, length=2000)[0] ** 2)


def kalman(transition, observation, process, noise, z):
    states = len(transition)

    def update(state, seen):
        mean, covariance = state
        mean = transition @ mean
        covariance = transition @ covariance @ transition.T + process
        surprise = seen - observation @ mean
        hp = observation @ covariance
        s = hp @ observation.T + noise
        weighed = jnp.linalg.solve(s, surprise)
        gain = jnp.linalg.solve(s, hp)
        lost = jnp.linalg.slogdet(s)[1] + surprise @ weighed
        return (mean + hp.T @ weighed, covariance - hp.T @ gain), lost

    return -0.5 * jnp.sum(jax.lax.scan(update, (jnp.zeros(states), jnp.eye(states)), z)[1])


FUNCTIONS = {
    "standard": standard,
    "bundle": bundle,
    "mixture": mixture,
    "logsumexp": lse,
    "least-squares": least_squares,
    "lstm": lstm,
    "mlp": mlp,
    "rosenbrock": rosenbrock,
    "arm": arm,
    "dense": dense,
    "lstm-scan": lstm_scan,
    "lorenz": lorenz,
    "kalman": kalman,
}


class Prepared:
    """A kernel compiled for its inputs."""

    def __init__(self, kernel):
        self.points = kernel.get("points")
        names = list(kernel["inputs"])
        self.arguments = [jnp.asarray(kernel["inputs"][name]) for name in names]
        wrt = tuple(names.index(name) for name in kernel["wrt"])
        function = FUNCTIONS[kernel["name"]]
        self.run_primal, *_ = self.compile(function)
        candidates = {}
        if kernel["derivative"] == "jacobian":
            both = with_value(function)
            candidates["forward"] = flipped(jax.jacfwd(both, wrt, has_aux=True))
            candidates["reverse"] = flipped(jax.jacrev(both, wrt, has_aux=True))
        if kernel["derivative"] == "gradient" or kernel["name"] == "standard":
            candidates["reverse"] = jax.value_and_grad(function, wrt)
        compiled = {mode: self.compile(candidate) for mode, candidate in candidates.items()}
        times = {mode: seconds_per_run(self.runner(run), 0.1) for mode, (run, *_) in compiled.items()}
        self.mode = min(times, key=times.get)
        self.both, self.compile_ms, self.first_ms = compiled[self.mode]
        self.primal = self.runner(self.run_primal)
        self.derivative = self.runner(self.both)

    def compile(self, function):
        if self.points is not None:
            function = jax.vmap(function)
        start = time.perf_counter()
        compiled = jax.jit(function).lower(*self.arguments).compile()
        compiled_at = time.perf_counter()
        self.runner(compiled)()
        return compiled, 1000 * (compiled_at - start), 1000 * (time.perf_counter() - start)

    def runner(self, compiled):
        arguments = self.arguments

        def run():
            return jax.block_until_ready(compiled(*arguments))

        return run

    def answer(self):
        value, derivative = self.derivative()
        points = self.points or 1
        rows = np.asarray(value).size // points
        blocks = [np.asarray(block).reshape(points, rows, -1) for block in derivative]
        return value, np.concatenate(blocks, axis=2)


def with_value(function):
    """The function with its result twice."""

    def run(*args):
        value = function(*args)
        return value, value

    return run


def flipped(function):
    """The function with its two results exchanged."""

    def run(*args):
        derivative, value = function(*args)
        return value, derivative

    return run


serve(Prepared)
