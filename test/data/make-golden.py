"""Writes golden.json: graphs of the wire format with values and derivatives computed by JAX in float64.

    pip install jax && python test/data/make-golden.py [part of a case's name]...

With parts of names only those cases are made anew.

Each case is a function of tensors that record themselves: run once on arrays it leaves the graph behind, run under
JAX's transforms it is what JAX differentiates. Cases of other origin that the file already holds are kept: those without
"made" in front. Where the service fixes by rule a value that JAX does not give (a kink, a product with an exact zero),
that value is set by hand and the case says so in "note"; so it is where JAX's own formula has lost its digits.
"""

import json
import math
import pathlib
import sys

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import jax.scipy.special as special
import numpy as np

INF = math.inf
NAN = math.nan


def spread_like(axis):
    return None if axis is None else tuple(axis) if isinstance(axis, (list, tuple)) else axis


def number(x):
    """Operands of arithmetic are float64, whatever was sent."""
    x = jnp.asarray(x)
    return x if x.dtype == jnp.float64 else x.astype(jnp.float64)


def elementwise(f):
    return lambda *xs, **attrs: f(*map(number, xs), **attrs)


def reduction(f):
    return lambda x, axis=None, keepdims=False, **attrs: f(
        number(x), axis=spread_like(axis), keepdims=keepdims, **attrs
    )


def logsumexp(x, axis, keepdims):
    if x.size == 0:
        return jnp.full(jnp.sum(x, axis=axis, keepdims=keepdims).shape, -INF)
    return special.logsumexp(x, axis=axis, keepdims=keepdims)


def take(x, i, axis=0):
    return jnp.take(x, jnp.asarray(i).astype(jnp.int32), axis=axis, mode="fill")


def put_add(t, i, v, axis=0):
    i = jnp.asarray(i).astype(jnp.int32)
    return t.at[(slice(None),) * (axis % t.ndim) + (i,)].add(v, mode="drop")


def slice_of(x, start, stop, step=None):
    return x[tuple(slice(a, b, c) for a, b, c in zip(start, stop, step or [1] * x.ndim))]


def diagonal(x, offset=0):
    return jnp.diagonal(x, offset, axis1=-2, axis2=-1)


def truth(x):
    return jnp.asarray(x) != 0


def where(c, x, y):
    return jnp.where(truth(c), x, y)


UNARY = {
    "negative": lambda x: -x, "reciprocal": lambda x: 1 / x, "square": jnp.square, "sqrt": jnp.sqrt, "abs": jnp.abs,
    "sign": jnp.sign, "exp": jnp.exp, "expm1": jnp.expm1, "exp2": jnp.exp2, "log": jnp.log, "log1p": jnp.log1p,
    "log2": jnp.log2, "log10": jnp.log10, "sin": jnp.sin, "cos": jnp.cos, "tan": jnp.tan, "asin": jnp.arcsin,
    "acos": jnp.arccos, "atan": jnp.arctan, "sinh": jnp.sinh, "cosh": jnp.cosh, "tanh": jnp.tanh, "asinh": jnp.arcsinh,
    "acosh": jnp.arccosh, "atanh": jnp.arctanh, "erf": special.erf, "erfc": special.erfc, "lgamma": special.gammaln,
    "digamma": special.digamma, "sigmoid": jax.nn.sigmoid, "softplus": jax.nn.softplus, "relu": jax.nn.relu,
    "gelu": lambda x: jax.nn.gelu(x, approximate=False), "silu": jax.nn.silu, "floor": jnp.floor, "ceil": jnp.ceil,
    "round": jnp.round, "trunc": jnp.trunc, "stop_gradient": jax.lax.stop_gradient,
}  # fmt: skip

BINARY = {
    "add": jnp.add, "subtract": jnp.subtract, "multiply": jnp.multiply, "divide": jnp.divide, "pow": jnp.power,
    "maximum": jnp.maximum, "minimum": jnp.minimum, "remainder": jnp.remainder, "hypot": jnp.hypot,
    "logaddexp": jnp.logaddexp, "atan2": jnp.arctan2, "equal": jnp.equal, "not_equal": jnp.not_equal, "less": jnp.less,
    "less_equal": jnp.less_equal, "greater": jnp.greater, "greater_equal": jnp.greater_equal, "matmul": jnp.matmul,
    "outer": jnp.outer,
}  # fmt: skip

OPERATORS = {
    **{name: elementwise(f) for name, f in {**UNARY, **BINARY}.items()},
    "clip": elementwise(lambda x, min=None, max=None: jnp.clip(x, min, max)),
    "polygamma": elementwise(lambda x, n: special.polygamma(n, x)),
    "logical_and": lambda x, y: truth(x) & truth(y),
    "logical_or": lambda x, y: truth(x) | truth(y),
    "logical_not": lambda x: ~truth(x),
    "where": where,
    "sum": reduction(jnp.sum), "prod": reduction(jnp.prod), "mean": reduction(jnp.mean), "max": reduction(jnp.max),
    "min": reduction(jnp.min), "logsumexp": reduction(logsumexp),
    "var": reduction(lambda x, axis, keepdims, correction=0: jnp.var(x, axis, keepdims=keepdims, ddof=correction)),
    "std": reduction(lambda x, axis, keepdims, correction=0: jnp.std(x, axis, keepdims=keepdims, ddof=correction)),
    "norm": reduction(lambda x, axis, keepdims: jnp.sqrt(jnp.sum(x * x, axis, keepdims=keepdims))),
    "argmax": lambda x, axis=None, keepdims=False: jnp.argmax(x, axis, keepdims=keepdims).astype(jnp.int32),
    "argmin": lambda x, axis=None, keepdims=False: jnp.argmin(x, axis, keepdims=keepdims).astype(jnp.int32),
    "cumulative_sum": lambda x, axis=0: jnp.cumsum(number(x), axis),
    "cumulative_prod": lambda x, axis=0: jnp.cumprod(number(x), axis),
    "vecdot": elementwise(lambda x, y, axis=-1: jnp.vecdot(x, y, axis=axis)),
    "tensordot": elementwise(lambda x, y, axes=2: jnp.tensordot(x, y, axes)),
    "einsum": lambda *xs, equation: jnp.einsum(equation, *map(number, xs)),
    "cross": elementwise(lambda x, y, axis=-1: jnp.cross(x, y, axis=axis)),
    "reshape": lambda x, shape: jnp.reshape(x, shape),
    "broadcast_to": lambda x, shape: jnp.broadcast_to(x, shape),
    "permute_dims": lambda x, axes: jnp.transpose(x, axes),
    "matrix_transpose": lambda x: jnp.swapaxes(x, -1, -2),
    "expand_dims": lambda x, axis=0: jnp.expand_dims(x, spread_like(axis)),
    "squeeze": lambda x, axis: jnp.squeeze(x, spread_like(axis)),
    "concat": lambda *xs, axis=0: jnp.concatenate(xs, axis),
    "stack": lambda *xs, axis=0: jnp.stack(xs, axis),
    "flip": lambda x, axis=None: jnp.flip(x, spread_like(axis)),
    "roll": lambda x, shift, axis=None: jnp.roll(x, spread_like(shift), spread_like(axis)),
    "tile": lambda x, repetitions: jnp.tile(x, repetitions),
    "pad": lambda x, pad_width, value=0: jnp.pad(x, pad_width, constant_values=value),
    "slice": slice_of,
    "take": take,
    "put_add": put_add,
    "diagonal": diagonal,
    "tril": lambda x, k=0: jnp.tril(x, k),
    "triu": lambda x, k=0: jnp.triu(x, k),
    "trace": lambda x, offset=0: jnp.sum(diagonal(x, offset), -1),
    "arange": lambda start, stop, step=1: jnp.arange(start, stop, step, dtype=jnp.float64),
    "full": lambda shape, value: jnp.full(shape, value, None if isinstance(value, bool) else jnp.float64),
    "eye": lambda n: jnp.eye(n),
    "softmax": lambda x, axis=-1: jax.nn.softmax(x, axis),
    "log_softmax": lambda x, axis=-1: jax.nn.log_softmax(x, axis),
}  # fmt: skip


class Recorder:
    """Applies operators to tensors and keeps the nodes."""

    def __init__(self):
        self.nodes = []
        self.used = set()

    def __getattr__(self, op):
        if op not in OPERATORS:
            raise AttributeError(op)
        return lambda *args, **attrs: self.apply(op, args, attrs)

    def apply(self, op, args, attrs):
        node = {"id": f"n{len(self.nodes) + 1}", "op": op, "args": [self.argument(x) for x in args]}
        if attrs:
            node["attrs"] = attrs
        self.nodes.append(node)
        self.used.add(op)
        return Tensor(self, node["id"], OPERATORS[op](*[self.value(x) for x in args], **attrs))

    def argument(self, x):
        return x.name if isinstance(x, Tensor) else nested(x)

    def value(self, x):
        return x.value if isinstance(x, Tensor) else jnp.asarray(np.asarray(x, dtype=None if np.size(x) else float))


class Tensor:
    def __init__(self, recorder, name, value):
        self.recorder, self.name, self.value = recorder, name, value

    @property
    def shape(self):
        return list(self.value.shape)

    def __add__(self, y):
        return self.recorder.add(self, y)

    def __radd__(self, x):
        return self.recorder.add(x, self)

    def __sub__(self, y):
        return self.recorder.subtract(self, y)

    def __rsub__(self, x):
        return self.recorder.subtract(x, self)

    def __mul__(self, y):
        return self.recorder.multiply(self, y)

    def __rmul__(self, x):
        return self.recorder.multiply(x, self)

    def __truediv__(self, y):
        return self.recorder.divide(self, y)

    def __rtruediv__(self, x):
        return self.recorder.divide(x, self)

    def __pow__(self, y):
        return self.recorder.pow(self, y)

    def __matmul__(self, y):
        return self.recorder.matmul(self, y)

    def __neg__(self):
        return self.recorder.negative(self)

    def __getitem__(self, i):
        """One element, or row, as a slice and a squeeze."""
        n = self.value.ndim
        row = self.recorder.slice(self, start=[i] + [0] * (n - 1), stop=[i + 1 or None] + [None] * (n - 1))
        return self.recorder.squeeze(row, axis=0)


def nested(x):
    """A tensor in JSON: the special numbers as strings, whole numbers short, the sign of zero kept."""
    if isinstance(x, (list, tuple)):
        return [nested(y) for y in x]
    if isinstance(x, (np.ndarray, jax.Array)):
        if 0 in x.shape:
            return np.zeros(x.shape[: x.shape.index(0) + 1]).tolist()
        return nested(np.asarray(x).tolist())
    if isinstance(x, bool) or isinstance(x, int):
        return x
    x = float(x)
    if math.isnan(x):
        return "NaN"
    if math.isinf(x):
        return "Infinity" if x > 0 else "-Infinity"
    return int(x) if x.is_integer() and abs(x) < 1e15 and (x or math.copysign(1, x) > 0) else x


def finite(x):
    if isinstance(x, dict):
        return all(finite(y) for y in x.values())
    if isinstance(x, list):
        return all(finite(y) for y in x)
    return not isinstance(x, str)


PATH = pathlib.Path(__file__).parent / "golden.json"
MARK = "made: "
ONLY = sys.argv[1:]
BEFORE = {c["name"]: c for c in json.loads(PATH.read_text())} if PATH.exists() else {}
CASES = []
USED = set()


def case(
    name,
    inputs,
    f,
    *,
    tolerance=1e-10,
    absolute=None,
    reason=None,
    note=None,
    fix=None,
    reference=None,
    slopes=None,
    second=True,
):
    """Adds a case. `f(o, *tensors)` gives a tensor, or a dict of them. `tolerance` is relative, and `absolute` is for
    numbers that would be 0 but for rounding; `reason` says why they are not the usual ones. `reference` replaces what
    JAX differentiates; `slopes` gives, for outputs that are elementwise in all inputs, a function of floats and its
    partial derivatives in JAX's place; `fix` edits the expectations by hand."""
    arrays = {
        k: np.asarray(v, dtype=None if np.asarray(v).dtype in (np.int32, np.bool_) else np.float64)
        for k, v in inputs.items()
    }
    dtypes = {k: {"int32": "int32", "bool": "bool"}.get(v.dtype.name, "float64") for k, v in arrays.items()}
    floats = [k for k in arrays if dtypes[k] == "float64"]

    def run(recorder, values):
        result = f(recorder, *[Tensor(recorder, k, values[k]) for k in arrays])
        return result if isinstance(result, dict) else {"y": result}

    recorder = Recorder()
    result = run(recorder, {k: jnp.asarray(v) for k, v in arrays.items()})
    USED.update(recorder.used)
    if ONLY and not any(part in name for part in ONLY):
        CASES.append(BEFORE[MARK + name])
        return
    graph = {
        "inputs": [
            {
                "name": k,
                **({"shape": list(v.shape)} if v.shape else {}),
                **({"dtype": dtypes[k]} if dtypes[k] != "float64" else {}),
            }
            for k, v in arrays.items()
        ],
        "nodes": recorder.nodes,
        "outputs": [k if k == t.name else {"name": k, "node": t.name} for k, t in result.items()],
    }

    def function(xs, keep):
        values = {**{k: jnp.asarray(v) for k, v in arrays.items()}, **xs}
        if reference:
            made = reference(*values.values())
            made = made if isinstance(made, dict) else {"y": made}
        else:
            made = {k: t.value for k, t in run(Recorder(), values).items()}
        return {k: v for k, v in made.items() if keep(v)}

    is_float = lambda v: v.dtype == jnp.float64
    xs = {k: jnp.asarray(arrays[k]) for k in floats}
    outputs = function(xs, lambda v: True)
    differentiable = lambda ts: function(ts, is_float)
    ys = differentiable(xs)
    rng = np.random.default_rng([ord(c) for c in name])
    seeds = {k: jnp.asarray(np.round(rng.standard_normal(v.shape), 6)) for k, v in xs.items()}
    cotangents = {k: jnp.asarray(np.round(rng.standard_normal(v.shape), 6)) for k, v in ys.items()}
    _, tangents = jax.jvp(differentiable, (xs,), (seeds,))
    _, pull = jax.vjp(differentiable, xs)
    expect = {
        "outputs": outputs,
        "jvp": {"seeds": seeds, "tangents": tangents},
        "vjp": {"seeds": cotangents, "cotangents": pull(cotangents)[0]},
        "jacobian": jacobian(differentiable, xs),
    }
    if second and len(ys) == 1 and next(iter(ys.values())).shape == ():
        expect["hessian"] = jacobian(lambda ts: jax.grad(lambda us: next(iter(differentiable(us).values())))(ts), xs)
    expect = to_json(by_slopes(slopes, arrays, seeds, cotangents, expect) if slopes else expect)
    expect = in_order(expect, list(result), list(arrays))
    if fix:
        fix(expect)
    CASES.append({
        "name": MARK + name,
        **({"note": note} if note else {}),
        "graph": graph,
        "inputs": to_json(arrays),
        "tolerance": tolerance,
        **({"absolute": absolute} if absolute else {}),
        **({"reason": reason} if reason else {}),
        "finite": finite(expect),
        "expect": expect,
    })  # fmt: skip


def jacobian(f, xs):
    if all(x.size for x in jax.tree.leaves(xs)) and all(y.size for y in jax.tree.leaves(f(xs))):
        return jax.jacrev(f)(xs)
    # JAX has no Jacobian of nothing.
    return {
        j: {
            k: jnp.zeros(y.shape + x.shape) if 0 in y.shape + x.shape else jax.jacrev(lambda x: f({**xs, k: x})[j])(x)
            for k, x in xs.items()
        }
        for j, y in f(xs).items()
    }


def by_slopes(slopes, arrays, seeds, cotangents, expect):
    """Expectations without JAX, which has no subnormal numbers and no products where zero absorbs."""
    product = lambda a, b: 0.0 if a == 0 or b == 0 else a * b
    points = list(zip(*[v.tolist() for v in arrays.values()]))
    names = list(arrays)
    values = {j: np.array([f(*p) for p in points]) for j, (f, *_) in slopes.items()}
    partials = {j: {k: [g(*p) for p in points] for k, g in zip(names, gs)} for j, (_, *gs) in slopes.items()}
    pairs = lambda t, slope: [product(a, b) for a, b in zip(np.asarray(t).tolist(), slope)]
    return {
        "outputs": {**expect["outputs"], **values},
        "jvp": {
            "seeds": seeds,
            "tangents": {j: np.sum([pairs(seeds[k], gs[k]) for k in names], 0) for j, gs in partials.items()},
        },
        "vjp": {
            "seeds": cotangents,
            "cotangents": {k: np.sum([pairs(cotangents[j], partials[j][k]) for j in partials], 0) for k in names},
        },
        "jacobian": {j: {k: diagonal_matrix(gs[k]) for k in names} for j, gs in partials.items()},
    }


def diagonal_matrix(d):
    return np.array([[x if i == j else 0.0 for j in range(len(d))] for i, x in enumerate(d)])


def to_json(x):
    return {k: to_json(v) for k, v in x.items()} if isinstance(x, dict) else nested(x)


def in_order(expect, outputs, inputs):
    """JAX sorts the keys of a dict; they are put back in the order of the graph."""
    pick = lambda x, names: {k: x[k] for k in names if k in x}
    matrix = lambda x, rows: {k: pick(x[k], inputs) for k in rows if k in x}
    jvp, vjp = expect["jvp"], expect["vjp"]
    return {
        "outputs": pick(expect["outputs"], outputs),
        "jvp": {"seeds": pick(jvp["seeds"], inputs), "tangents": pick(jvp["tangents"], outputs)},
        "vjp": {"seeds": pick(vjp["seeds"], outputs), "cotangents": pick(vjp["cotangents"], inputs)},
        "jacobian": matrix(expect["jacobian"], outputs),
        **({"hessian": matrix(expect["hessian"], inputs)} if "hessian" in expect else {}),
    }


def sample(seed, *shape, scale=1.0, shift=0.0):
    return np.round(np.random.default_rng(seed).standard_normal(shape) * scale + shift, 4)


# Mechanics


def two_body(o, r):
    """Acceleration in a central field with an oblate planet's J2 term."""
    distance = o.norm(r)
    z2 = o.square(r[2] / distance)
    oblate = 1.5 * 0.01 * o.reciprocal(distance**2.0)
    factor = o.stack(1.0 + oblate * (1.0 - 5.0 * z2), 1.0 + oblate * (1.0 - 5.0 * z2), 1.0 + oblate * (3.0 - 5.0 * z2))
    return -(r / distance**3.0) * factor


case("two-body acceleration with oblateness", {"r": [1.1, -0.4, 0.7]}, two_body)


def kepler(o, mean_anomaly, eccentricity):
    e = mean_anomaly + eccentricity * o.sin(mean_anomaly)
    for _ in range(8):
        e = e - (e - eccentricity * o.sin(e) - mean_anomaly) / (1.0 - eccentricity * o.cos(e))
    true = 2.0 * o.atan2(o.sqrt(1.0 + eccentricity) * o.sin(e / 2.0), o.sqrt(1.0 - eccentricity) * o.cos(e / 2.0))
    return {"eccentric": e, "true": true, "radius": 1.0 - eccentricity * o.cos(e)}


case("Kepler's equation by eight steps of Newton", {"M": 0.9, "e": 0.6}, kepler)
case("Kepler's equation, nearly parabolic", {"M": 2.2, "e": 0.97}, lambda o, m, e: kepler(o, m, e)["true"])


def elements_of_orbit(o, r, v):
    mu = 398600.4418
    h = o.cross(r, v)
    energy = o.vecdot(v, v) / 2.0 - mu / o.norm(r)
    e = o.cross(v, h) / mu - r / o.norm(r)
    return {
        "semimajor": -mu / (2.0 * energy),
        "eccentricity": o.norm(e),
        "inclination": o.acos(h[2] / o.norm(h)),
        "node": o.atan2(h[0], -h[1]),
    }


case(
    "orbital elements from a state vector",
    {"r": [6524.834, 6862.875, 6448.296], "v": [4.901327, 5.533756, -1.976341]},
    elements_of_orbit,
    note="the Jacobian mixes magnitudes from 1e-9 to 1e4",
)


def leapfrog(o, r, v):
    for _ in range(3):
        v = v - 0.05 * r / o.sum(r * r) ** 1.5
        r = r + 0.1 * v
        v = v - 0.05 * r / o.sum(r * r) ** 1.5
    return o.sum(v * v) / 2.0 - 1.0 / o.norm(r)


case("vis-viva energy after leapfrog steps", {"r": [1.0, 0.1], "v": [-0.1, 0.9]}, leapfrog)


def arm(o, q):
    """Position of a planar arm's hand on a turning base, by rotation matrices."""

    def turn(a):
        c, s = o.cos(a), o.sin(a)
        return o.stack(o.stack(c, -s), o.stack(s, c))

    hand = o.full(shape=[2], value=0.0)
    frame = o.eye(n=2)
    for i, length in enumerate([1.0, 0.8, 0.5]):
        frame = frame @ turn(q[i + 1])
        hand = hand + frame @ [length, 0.0]
    return o.stack(o.cos(q[0]) * hand[0], o.sin(q[0]) * hand[0], hand[1])


case("robot arm", {"q": [0.3, 0.7, -1.1, 0.4]}, arm, absolute=1e-15, reason="a stretched link cancels")


def project(o, rotation, translation, focal, points, seen):
    """Bundle adjustment's residual: Rodrigues' rotation, perspective, two terms of radial distortion."""
    angle = o.norm(rotation)
    axis = rotation / angle
    c, s = o.cos(angle), o.sin(angle)
    along = points @ axis
    axes = o.broadcast_to(axis, shape=points.shape)
    turned = points * c + o.cross(axes, points) * s + o.outer(along, axis) * (1.0 - c)
    moved = turned + translation
    flat = o.slice(moved, start=[0, 0], stop=[None, 2]) / o.slice(moved, start=[0, 2], stop=[None, 3])
    r2 = o.sum(flat * flat, axis=1, keepdims=True)
    residual = focal * flat * (1.0 + r2 * (-0.1 + 0.02 * r2)) - seen
    return residual


case(
    "projection with Rodrigues rotation",
    {"w": [0.2, -0.3, 0.1], "t": [0.1, 0.2, 5.0], "f": 500.0, "p": sample(1, 2, 3), "s": sample(2, 2, 2, scale=50)},
    project,
)


def lorenz(o, u):
    def slope(u):
        x, y, z = u[0], u[1], u[2]
        return o.stack(10.0 * (y - x), x * (28.0 - z) - y, x * y - 8 / 3 * z)

    for _ in range(4):
        a = slope(u)
        b = slope(u + 0.005 * a)
        c = slope(u + 0.005 * b)
        d = slope(u + 0.01 * c)
        u = u + 0.01 / 6 * (a + 2.0 * b + 2.0 * c + d)
    return u


case("Lorenz attractor, four steps of Runge and Kutta", {"u": [1.0, 1.5, 20.0]}, lorenz)


def springs(o, x, k):
    """Energy of a chain of springs at rest length 1, fixed at both ends."""
    ends = o.concat([0.0], x, [6.0])
    gap = o.slice(ends, start=[1], stop=[None]) - o.slice(ends, start=[0], stop=[-1])
    return 0.5 * o.vecdot(k, o.square(gap - 1.0)) + 9.81 * o.sum(o.softplus(-x))


case("spring and mass chain", {"x": [0.9, 2.2, 2.8, 4.5], "k": [1.0, 2.0, 3.0, 2.0, 1.0]}, springs)


def heat(o, u):
    for _ in range(3):
        u = u + 0.2 * (o.roll(u, shift=1, axis=0) - 2.0 * u + o.roll(u, shift=-1, axis=0))
    padded = o.pad(u, pad_width=[[1, 1]], value=0.5)
    n = u.shape[0]
    left, right = o.slice(padded, start=[0], stop=[n]), o.slice(padded, start=[2], stop=[n + 2])
    return u + 0.1 * (left - 2.0 * u + right) - 0.01 * u**3.0


case("heat equation by stencils", {"u": sample(3, 7)}, heat)


def burgers(o, u):
    """A grid in two dimensions, advected and diffused."""
    dx = 0.5 * (o.roll(u, shift=-1, axis=1) - o.roll(u, shift=1, axis=1))
    both = o.roll(u, shift=[1, -2], axis=[0, 1]) + o.roll(u, shift=2)
    return o.mean(o.square(u * dx + 0.1 * both - u))


case("grid moved in two directions", {"u": sample(4, 3, 4)}, burgers)

# Learning


def mixture(o, x, means, log_weights, log_scales):
    d = x.shape[1]
    difference = o.expand_dims(x, axis=1) - o.expand_dims(means)
    scaled = difference / o.exp(log_scales)
    exponent = -0.5 * o.sum(scaled * scaled, axis=-1) - o.sum(log_scales, axis=1)
    return o.mean(o.logsumexp(exponent + o.log_softmax(log_weights), axis=1)) - d / 2 * math.log(2 * math.pi)


case(
    "Gaussian mixture",
    {"x": sample(5, 4, 2), "m": sample(6, 3, 2), "w": sample(7, 3), "s": sample(8, 3, 2, scale=0.3)},
    mixture,
    absolute=1e-15,
    reason="responsibilities cancel in the second derivatives, in JAX's as in ours",
)


def lstm(o, x, h, c, w, u, b):
    for t in range(x.shape[0]):
        gates = w @ x[t] + u @ h + b
        i, f, g, out = (o.slice(gates, start=[2 * k], stop=[2 * k + 2]) for k in range(4))
        c = o.sigmoid(f) * c + o.sigmoid(i) * o.tanh(g)
        h = o.sigmoid(out) * o.tanh(c)
    return {"h": h, "c": c}


case(
    "LSTM over three steps",
    {
        "x": sample(9, 3, 2),
        "h": sample(10, 2),
        "c": sample(11, 2),
        "w": sample(12, 8, 2),
        "u": sample(13, 8, 2),
        "b": sample(14, 8),
    },
    lstm,
)


def attention(o, x, wq, wk, wv):
    q, k, v = x @ wq, x @ wk, x @ wv
    scores = o.matmul(q, o.matrix_transpose(k)) / math.sqrt(3)
    causal = o.tril(o.full(shape=[4, 4], value=True))
    return o.softmax(o.where(causal, scores, -INF)) @ v


case(
    "causal attention head",
    {"x": sample(15, 4, 3), "q": sample(16, 3, 3), "k": sample(17, 3, 3), "v": sample(18, 3, 2)},
    attention,
)


def heads(o, q, k, v):
    scores = o.einsum(q, k, equation="bqhd,bkhd->bhqk") * 0.5
    return o.einsum(o.softmax(scores), v, equation="bhqk,bkhd->bqhd")


case(
    "attention with two heads",
    {"q": sample(19, 1, 3, 2, 2), "k": sample(20, 1, 2, 2, 2), "v": sample(21, 1, 2, 2, 2)},
    heads,
)


def layer_norm(o, x, gain, bias):
    centered = x - o.mean(x, axis=-1, keepdims=True)
    return centered / o.sqrt(o.var(x, axis=-1, keepdims=True) + 1e-5) * gain + bias


case("layer norm", {"x": sample(22, 2, 5), "g": sample(23, 5), "b": sample(24, 5)}, layer_norm)


def logistic(o, w, b):
    x = sample(25, 6, 3).tolist()
    y = [1, 0, 1, 1, 0, 0]
    logits = o.matmul(x, w) + b
    return o.mean(o.softplus(logits) - logits * y) + 0.05 * o.vecdot(w, w)


case("logistic regression", {"w": sample(26, 3), "b": 0.3}, logistic)


def classifier(o, x, w1, b1, w2, labels):
    hidden = o.gelu(x @ w1 + b1)
    logits = o.log_softmax(hidden @ w2, axis=1)
    picked = o.diagonal(o.take(logits, labels, axis=1))
    return -o.mean(picked)


case(
    "classifier with labels as int32",
    {
        "x": sample(27, 3, 2),
        "w1": sample(28, 2, 4),
        "b1": sample(29, 4),
        "w2": sample(30, 4, 3),
        "labels": np.array([2, 0, -2], np.int32),
    },
    classifier,
)


def embedding(o, table, indices, w):
    """Rows looked up, some of them twice, summed by segment."""
    rows = o.silu(o.take(table, indices, axis=0) @ w)
    return o.put_add([[0.0, 0.0], [0.0, 0.0]], [0, 1, 1, 0], rows, axis=0)


case(
    "embedding looked up with repeats",
    {"table": sample(31, 4, 3), "i": np.array([1, -1, 1, 3], np.int32), "w": sample(32, 3, 2)},
    embedding,
)


def convolution(o, x, kernel):
    """By indices: every window of the signal is taken."""
    windows = o.take(x, [[i + j for j in range(3)] for i in range(5)], axis=-1)
    return o.relu(o.tensordot(windows, kernel, axes=1))


case("convolution by take", {"x": sample(33, 2, 7), "k": [0.5, -1.0, 0.25]}, convolution)

# Finance, optimisation


def black_scholes(o, s, k, t, r, sigma):
    normal = lambda x: 0.5 * o.erfc(-x / math.sqrt(2))
    d1 = (o.log(s / k) + (r + 0.5 * sigma * sigma) * t) / (sigma * o.sqrt(t))
    d2 = d1 - sigma * o.sqrt(t)
    return s * normal(d1) - k * o.exp(-r * t) * normal(d2)


case("Black and Scholes, with all Greeks", {"s": 100.0, "k": 105.0, "t": 0.75, "r": 0.03, "sigma": 0.22}, black_scholes)
case(
    "Black and Scholes, far out of the money",
    {"s": 40.0, "k": 105.0, "t": 0.25, "r": 0.03, "sigma": 0.22},
    black_scholes,
)


def ackley(o, x):
    n = x.shape[0]
    bowl = -20.0 * o.exp(-0.2 * o.sqrt(o.sum(x * x) / float(n)))
    waves = o.exp(o.mean(o.cos(2 * math.pi * x)))
    return bowl - waves + 20.0 + math.e


case("Ackley", {"x": [0.5, -1.2, 2.1]}, ackley)
case("Rastrigin", {"x": [0.5, -1.2, 2.1]}, lambda o, x: 30.0 + o.sum(x**2.0 - 10.0 * o.cos(2 * math.pi * x)))
case(
    "Rosenbrock in its minimum",
    {"x": [1.0, 1.0, 1.0, 1.0]},
    lambda o, x: o.sum(
        100.0 * o.square(o.slice(x, start=[1], stop=[4]) - o.square(o.slice(x, start=[0], stop=[3])))
        + o.square(1.0 - o.slice(x, start=[0], stop=[3]))
    ),
)


def beale(o, x, y):
    return o.square(1.5 - x + x * y) + o.square(2.25 - x + x * y**2.0) + o.square(2.625 - x + x * y**3.0)


case("Beale", {"x": 1.2, "y": -0.7}, beale)


def horner(o, x):
    y = o.add(x, 0.0)
    for k in range(500):
        y = y * x + (0.5 if k % 3 else -0.25)
    return y


case("polynomial by Horner, a chain of 1001 nodes", {"x": 0.97}, horner)


def deep(o, x):
    for k in range(120):
        x = o.sin(x + 0.1) if k % 2 else o.tanh(1.3 * x)
    return o.sum(x)


case("deep chain of sines and tangents", {"x": [0.3, -0.9]}, deep)


def fan(o, x):
    """Each node is read twice or more: over 2^40 paths."""
    for _ in range(40):
        x = (x + x) / 2.0 + 0.0 * x
    return x * x


case("two to the forty paths", {"x": 1.7}, fan)


def logistic_map(o, x, r):
    for _ in range(30):
        x = r * x * (1.0 - x)
    return x


case("logistic map, chaotic", {"x": 0.3, "r": 3.7}, logistic_map)

# Operators, family by family

X = {"x": [0.3, -0.7, 1.6], "y": [1.1, 0.4, -2.3]}


def each(*names, **attrs):
    return lambda o, *xs: {name: getattr(o, name)(*xs, **attrs) for name in names}


case("arithmetic of one operand", {"x": [0.3, -0.7, 1.6]}, each("negative", "reciprocal", "square", "abs", "sign"))
case(
    "arithmetic of two operands",
    X,
    each("add", "subtract", "multiply", "divide", "maximum", "minimum", "hypot", "logaddexp", "atan2"),
)
case("remainder in four quadrants", {"x": [7.5, -7.5, 7.5, -7.5], "y": [2.0, 2.0, -2.0, -2.0]}, each("remainder"))
case("exponentials", {"x": [0.3, -0.7, 1.6]}, each("exp", "expm1", "exp2"))
case("logarithms", {"x": [0.3, 1.7, 42.0]}, each("log", "log1p", "log2", "log10", "sqrt"))
case("trigonometry", {"x": [0.3, -0.7, 2.6]}, each("sin", "cos", "tan", "atan", "sinh", "cosh", "tanh", "asinh"))
case("inverse functions on the unit interval", {"x": [0.3, -0.7, 0.05]}, each("asin", "acos", "atanh"))
case("acosh", {"x": [1.1, 2.0, 30.0]}, each("acosh"))
case("activations", {"x": [0.3, -0.7, 3.6, -12.0]}, each("sigmoid", "softplus", "relu", "gelu", "silu"))
case("error functions", {"x": [0.3, -0.7, 2.6, -4.0]}, each("erf", "erfc"))
case("gamma functions", {"x": [0.3, 1.5, 12.0, 0.01]}, each("lgamma", "digamma"))
case("gamma functions left of zero", {"x": [-0.3, -1.5, -4.75]}, lambda o, x: o.lgamma(x))
case(
    "polygamma of orders 0 to 5",
    {"x": [0.2, 1.5, 9.0]},
    lambda o, x: {f"p{n}": o.polygamma(x, n=n) for n in range(6)},
)
case(
    "rounding, with derivative zero",
    {"x": [0.5, 1.5, 2.5, -0.5, -1.7]},
    lambda o, x: {name: getattr(o, name)(x) * x for name in ["floor", "ceil", "round", "trunc"]},
)
case(
    "comparisons and logic",
    {"x": [1.0, 2.0, 3.0], "y": [2.0, 2.0, 2.0]},
    lambda o, x, y: {
        **each("equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "logical_and")(o, x, y),
        "or": o.logical_or(o.less(x, y), 0.0),
        "not": o.logical_not(x),
        "count": o.sum(o.less(x, y)) * x,
    },
    note="bool and int32 outputs have no derivatives",
)
case(
    "mask as bool input",
    {"m": np.array([[True, False, True]]), "x": [[1.5, 2.5, 3.5]], "y": [[0.5], [2.0]]},
    lambda o, m, x, y: o.sum(o.where(m, x * y, o.exp(y)) + 2.0 * o.logical_not(m), axis=0),
)
case(
    "integers in arithmetic",
    {"n": np.array([1, -2, 3], np.int32), "x": [0.5, 1.5, -2.0]},
    lambda o, n, x: {"power": x**n, "ratio": n / x, "same": n},
    note="an int32 output that is an input",
)


def reductions(o, x):
    return {
        "sum": o.sum(x, axis=-1),
        "kept": o.sum(x, axis=[0, 2], keepdims=True),
        "mean": o.mean(x, axis=1),
        "prod": o.prod(x, axis=[-1, 0]),
        "max": o.max(x, axis=-2),
        "min": o.min(x),
        "logsumexp": o.logsumexp(x, axis=[0, -1], keepdims=True),
        "norm": o.norm(x, axis=0),
        "nothing": o.sum(x, axis=[]),
    }


case("reductions over several axes", {"x": sample(40, 2, 3, 2)}, reductions)
case(
    "variance with correction",
    {"x": sample(41, 2, 4)},
    lambda o, x: {
        "var": o.var(x, axis=-1, correction=1),
        "std": o.std(x, axis=0, keepdims=True),
        "all": o.std(x, correction=2),
        "half": o.var(x, correction=0.5),
    },
)
case(
    "cumulative sums and products along either axis",
    {"x": sample(42, 2, 3)},
    lambda o, x: {
        "s0": o.cumulative_sum(x, axis=0),
        "s1": o.cumulative_sum(x, axis=-1),
        "p0": o.cumulative_prod(x, axis=0),
        "p1": o.cumulative_prod(x, axis=1),
    },
)
case("cumulative product of a curve", {"x": sample(43, 5)}, lambda o, x: o.sum(o.cumulative_prod(x) ** 2.0))
case("products with one zero", {"x": [2.0, 0.0, -3.0, 0.5]}, lambda o, x: o.prod(x) + o.sum(o.square(o.prod(x))))
case("product with two zeros", {"x": [2.0, 0.0, -3.0, 0.0]}, lambda o, x: o.prod(x))
case("product with three zeros", {"x": [0.0, 0.0, -3.0, 0.0]}, lambda o, x: o.prod(x))
case(
    "product of a matrix with zeros",
    {"x": [[0.0, 2.0, 3.0], [4.0, 0.0, 0.0]]},
    lambda o, x: o.prod(x, axis=1, keepdims=True),
)
case("cumulative product through zeros", {"x": [2.0, 0.0, -3.0, 0.0, 5.0]}, lambda o, x: o.cumulative_prod(x))
case(
    "sum of a cumulative product through zeros",
    {"x": [2.0, 0.0, -3.0, 0.0, 5.0]},
    lambda o, x: o.sum(o.cumulative_prod(x) * [1.0, 2.0, 3.0, 4.0, 5.0]),
)


case(
    "products of vectors and matrices",
    {"a": sample(44, 2, 3), "b": sample(45, 3, 4), "u": sample(46, 3), "v": sample(47, 4)},
    lambda o, a, b, u, v: {
        "matrix": a @ b,
        "row": u @ b,
        "column": b @ v,
        "inner": u @ o.slice(v, start=[1], stop=[4]),
        "outer": o.outer(u, v),
        "vecdot": o.vecdot(a, u),
        "trace": o.trace(o.matrix_transpose(a) @ a, offset=1),
    },
)
case(
    "matrix product with broadcast leading axes",
    {"a": sample(48, 2, 1, 2, 3), "b": sample(49, 2, 3, 1)},
    lambda o, a, b: a @ b,
)
case(
    "matrix product of a stack and a vector",
    {"a": sample(50, 2, 2, 3), "v": sample(51, 3), "w": sample(52, 2)},
    lambda o, a, v, w: {"av": a @ v, "wa": w @ a},
)
case(
    "einsum of four operands",
    {"a": sample(53, 2, 3), "b": sample(54, 3, 2), "c": sample(55, 2), "d": sample(56, 2, 2)},
    lambda o, a, b, c, d: o.einsum(a, b, c, d, equation="ij, jk, k, ki -> i"),
)
case(
    "einsum with diagonals and implicit output",
    {"a": sample(57, 3, 3), "b": sample(58, 3, 2)},
    lambda o, a, b: {
        "trace": o.einsum(a, equation="ii"),
        "diagonal": o.einsum(a, equation="ii->i"),
        "implicit": o.einsum(b, a, equation="ba,bc"),
        "summed": o.einsum(a, b, equation="ii,jk->k"),
        "scaled": o.einsum(a, 2.0, equation="ij,->ji"),
    },
)
case(
    "tensordot over named axes",
    {"a": sample(59, 2, 3, 2), "b": sample(60, 2, 2, 3)},
    lambda o, a, b: {
        "two": o.tensordot(a, b, axes=[[1, -1], [2, 0]]),
        "last": o.tensordot(a, o.permute_dims(b, axes=[2, 0, 1])),
        "none": o.sum(o.tensordot(a, b, axes=0), axis=[0, 1, 2, 3]),
    },
)
case(
    "cross products along an axis",
    {"a": sample(61, 3, 2), "b": sample(62, 3, 1)},
    lambda o, a, b: o.cross(a, o.tile(b, repetitions=[1, 2]), axis=0),
)
case(
    "triple product",
    {"a": sample(63, 3), "b": sample(64, 3), "c": sample(65, 3)},
    lambda o, a, b, c: o.vecdot(a, o.cross(b, c)),
)


def structures(o, x, s):
    return {
        "reshape": o.reshape(x, shape=[-1, 2]),
        "broadcast": o.broadcast_to(o.expand_dims(s, axis=[0, -1]), shape=[2, 1, 2]),
        "permuted": o.permute_dims(o.reshape(x, shape=[1, 2, 3]), axes=[-1, 0, 1]),
        "squeezed": o.squeeze(o.reshape(x, shape=[1, 6, 1]), axis=[0, -1]),
        "concat": o.concat(x, o.matrix_transpose(o.reshape(x, shape=[3, 2])), x, axis=-1),
        "stack": o.stack(x, x, axis=-1),
        "flip": o.flip(x),
        "flip1": o.flip(x, axis=-1),
        "roll": o.roll(x, shift=-4),
        "tile": o.tile(s, repetitions=[2, 1, 2]),
        "pad": o.pad(x, pad_width=[[1, 0], [0, 2]], value=-1.5),
        "backward": o.slice(x, start=[None, -1], stop=[None, -4], step=[1, -2]),
        "clamped": o.slice(x, start=[-9, 1], stop=[9, 99]),
    }


case("structure of a matrix", {"x": sample(66, 2, 3), "s": sample(67, 1)}, structures)
case(
    "triangles and diagonals",
    {"x": sample(68, 2, 3, 3)},
    lambda o, x: {
        "l": o.tril(x, k=-1),
        "u": o.triu(x, k=1),
        "d": o.diagonal(x, offset=-1),
        "t": o.trace(x),
    },
)
case(
    "indices of every rank",
    {"x": sample(69, 3, 2), "i": np.array([[2, 0], [-1, 2]], np.int32), "k": np.array(1, np.int32)},
    lambda o, x, i, k: {
        "rows": o.take(x, i, axis=0),
        "row": o.take(x, k, axis=0),
        "columns": o.take(x, [1, 1, 0], axis=-1),
        "added": o.put_add(x, [0, 0, 2], [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], axis=0),
    },
)
case(
    "put_add in all its operands",
    {"t": sample(70, 2, 3), "v": sample(71, 2, 4), "i": np.array([1, 1, -3, 2], np.int32)},
    lambda o, t, v, i: o.square(o.put_add(t, i, v, axis=1)),
)
case(
    "indices outside, computed",
    {"x": [1.0, 2.0, 3.0], "i": np.array([0, 3, -4], np.int32)},
    lambda o, x, i: {"taken": o.take(x, i), "put": o.put_add(x, i, x * x)},
    note="an index outside has no derivative, where JAX has NaN times what is absorbed",
)


case(
    "argmax feeding take",
    {"x": [[1.0, 5.0, 5.0], [7.0, 2.0, 3.0]]},
    lambda o, x: {
        "best": o.take(o.reshape(x, shape=[-1]), o.argmax(x)),
        "rows": o.diagonal(o.take(x, o.argmax(x, axis=1), axis=1)),
        "where": o.argmin(x, axis=0, keepdims=True),
    },
)
case(
    "constants of every kind",
    {"x": [1.0, 2.0, 3.0]},
    lambda o, x: (
        x * o.arange(start=1.0, stop=7.0, step=2.5) + o.full(shape=[3], value=2.0) @ o.eye(n=3) + [0.5, 1.5, 2.5]
    ),
)
case(
    "softmax of big logits",
    {"x": [[1000.0, 999.0, -1000.0], [-5e2, 1e300, 0.0]]},
    lambda o, x: {
        "soft": o.softmax(x),
        "log": o.log_softmax(x, axis=1),
        "first": o.log_softmax(o.slice(x, start=[0, 0], stop=[1, None]), axis=0),
    },
)
case(
    "unused input, input as output, one output twice",
    {"x": [1.0, 2.0], "unused": [3.0, 4.0, 5.0], "s": 2.0},
    lambda o, x, unused, s: {"x": x, "again": x, "product": s * x, "s": s},
)
case(
    "one operand in every place",
    {"x": [0.6, 1.2]},
    lambda o, x: o.stack(x * x, x / x, x - x, x**x, o.maximum(x, x), o.hypot(x, x), o.atan2(x, x), o.logaddexp(x, x)),
    absolute=1e-15,
    reason="the derivative of x/x cancels",
)
case(
    "a constant output", {"x": [0.6, 1.2]}, lambda o, x: {"c": o.multiply([2.0, 3.0], 2.0), "y": o.stop_gradient(x) * x}
)
case("a gradient stopped in an exponent", {"x": 1.3}, lambda o, x: x ** o.stop_gradient(x) + o.stop_gradient(o.sin(x)))

# Shapes

case(
    "broadcasting over five axes",
    {"a": sample(80, 2, 1, 1, 2, 1), "b": sample(81, 3, 1, 2), "c": 0.7},
    lambda o, a, b, c: o.sum(a * b / (c + o.square(b)), axis=[0, -2]),
)
case(
    "a scalar and a vector of one",
    {"s": 0.4, "v": [0.9]},
    lambda o, s, v: {"sv": s * v, "s": o.sum(s / v), "v": o.reshape(v, shape=[])},
)
case(
    "nothing summed, multiplied and joined",
    {"e": np.zeros([0]), "m": np.zeros([3, 0]), "x": [1.5, 2.5]},
    lambda o, e, m, x: {
        "sum": o.sum(e),
        "prod": o.prod(e),
        "logsumexp": o.logsumexp(m, axis=1),
        "joined": o.concat(e, x * x, e),
        "rows": o.sum(o.exp(m), axis=1),
        "columns": o.sum(o.exp(m), axis=0),
        "product": m @ o.reshape(e, shape=[0, 2]),
        "sine": o.sin(e),
    },
)
case(
    "means of nothing",
    {"e": np.zeros([0]), "m": np.zeros([2, 0])},
    lambda o, e, m: {
        "mean": o.mean(e),
        "var": o.var(m, axis=1),
        "std": o.std(e),
        "kept": o.mean(m, axis=0, keepdims=True),
        "norm": o.norm(m, axis=1),
    },
    fix=lambda e: e["jvp"].update(tangents={"mean": 0, "var": [0, 0], "std": 0, "kept": [[]], "norm": [0, 0]}),
    note="nothing moves, so the tangents are 0 even where the value is NaN",
)
case(
    "slices down to nothing",
    {"x": [1.0, 2.0, 3.0]},
    lambda o, x: {
        "none": o.square(o.slice(x, start=[2], stop=[1])),
        "sum": o.sum(o.slice(x, start=[3], stop=[None])) + o.sum(x),
        "tiled": o.tile(x, repetitions=[2, 0]),
        "taken": o.take(x, np.zeros([0], np.int32)),
    },
)
case(
    "empty softmax and cumulative sums",
    {"m": np.zeros([2, 0])},
    lambda o, m: {
        "soft": o.softmax(m, axis=0),
        "sum": o.cumulative_sum(m, axis=1),
        "prod": o.cumulative_prod(m, axis=0),
    },
)

# Kinks

case(
    "ties of a maximum share",
    {"x": [3.0, 1.0, 3.0, 3.0], "y": [3.0, 2.0, 1.0, 3.0]},
    lambda o, x, y: {"max": o.max(x), "min": o.min(-y), "maximum": o.maximum(x, y), "minimum": o.minimum(x, y)},
)
case(
    "ties in rows",
    {"x": [[2.0, 2.0, 1.0], [0.0, -0.0, 0.0]]},
    lambda o, x: {"max": o.max(x, axis=1), "min": o.min(x, axis=-1, keepdims=True)},
)
case(
    "clip at its bounds",
    {"x": [-2.0, -1.0, 0.0, 1.0, 2.0]},
    lambda o, x: {"both": o.clip(x, min=-1, max=1), "low": o.clip(x, min=0), "high": o.clip(x, max=0.0)},
)
case(
    "kinks at zero",
    {"x": [0.0, -0.0, 1.0]},
    each("abs", "sign", "relu"),
    slopes={
        "abs": (abs, lambda x: float(np.sign(x))),
        "sign": (lambda x: float(np.sign(x)), lambda x: 0.0),
        "relu": (lambda x: max(x, 0.0), lambda x: float(x > 0)),
    },
    note="the slope of abs at 0 is 0; JAX has 1",
)
case(
    "square root at zero",
    {"x": [0.0, 4.0, -0.0]},
    lambda o, x: o.sqrt(x),
    slopes={"y": (math.sqrt, lambda x: 0.5 / math.sqrt(x) if x else INF)},
    note="an exact zero absorbs the infinite slope",
)


def zero_hypot(o, x, y):
    return {"hypot": o.hypot(x, y), "atan2": o.atan2(x, y)}


@jax.custom_jvp
def safe_norm(x):
    return jnp.sqrt(jnp.sum(x * x))


@safe_norm.defjvp
def _(primals, tangents):
    (x,), (dx,) = primals, tangents
    n = jnp.sqrt(jnp.sum(x * x))
    return n, jnp.where(n == 0, 0.0, jnp.sum(x * dx) / jnp.where(n == 0, 1.0, n))


def zero_of(f):
    """f with derivative 0 at (0, 0)."""

    def safe(x, y):
        away = (x != 0) | (y != 0)
        return jnp.where(away, f(jnp.where(away, x, 1.0), jnp.where(away, y, 1.0)), 0.0)

    return safe


case(
    "hypot and atan2 in the origin",
    {"x": [0.0, 3.0, 0.0], "y": [0.0, 4.0, 2.0]},
    zero_hypot,
    reference=lambda x, y: {"hypot": zero_of(jnp.hypot)(x, y), "atan2": zero_of(jnp.arctan2)(x, y)},
    note="derivatives in the origin are 0 by rule; JAX has NaN",
)
case("norm of zeros", {"x": [0.0, 0.0]}, lambda o, x: o.norm(x), reference=safe_norm, note="0 by rule", second=False)
case(
    "std of equal numbers",
    {"x": [2.0, 2.0, 2.0]},
    lambda o, x: o.std(x),
    reference=lambda x: safe_norm(x - jnp.mean(x)) / math.sqrt(3),
    note="0 by rule",
    second=False,
)


case(
    "powers of negative bases",
    {"x": [-2.0, -2.0, -0.5, 3.0]},
    lambda o, x: {"v": x ** [3.0, -2.0, 2.0, -1.0], "square": x**2.0, "cube": x**3.0, "inverse": x**-1.0},
)
case(
    "powers of zero",
    {"x": [0.0, -0.0, 2.0, -3.0]},
    lambda o, x: {"v0": x ** [0.0, 0.0, 0.0, 0.0], "p0": x**0.0, "p1": x**1.0, "p2": x**2.0, "p3": x**3.0},
    slopes={
        "v0": (lambda x: 1.0, lambda x: 0.0),
        "p0": (lambda x: 1.0, lambda x: 0.0),
        "p1": (lambda x: x, lambda x: 1.0),
        "p2": (lambda x: x * x, lambda x: 2.0 * x),
        "p3": (lambda x: x**3.0, lambda x: 3.0 * x**2.0),
    },
    note="x^0 has derivative 0 for every x; JAX has NaN at 0",
)
case(
    "powers in their exponent",
    {"x": [2.0, 0.5, 3.0], "y": [3.0, -1.5, 0.0]},
    lambda o, x, y: x**y,
)
case(
    "powers in their exponent at zero",
    {"x": [0.0, 0.0, 0.0, 1.0], "y": [2.0, 0.5, 0.0, 0.0]},
    lambda o, x, y: x**y,
    slopes={
        "y": (
            lambda x, y: x**y,
            lambda x, y: 0.0 if y == 0 else INF if x == 0 and y < 1 else y * x ** (y - 1.0),
            lambda x, y: 0.0,
        )
    },
    note="the exponent's derivative at x = 0 is 0",
)
case(
    "where guards what is not finite",
    {"x": [-1.0, 0.0, 4.0]},
    lambda o, x: {
        "root": o.where(o.greater(x, 0.0), o.sqrt(x), 0.0),
        "log": o.where(o.greater(x, 0.0), o.log(x), x),
        "ratio": o.where(o.equal(x, 0.0), 1.0, o.sin(x) / x),
    },
    reference=lambda x: {
        "root": jnp.where(x > 0, jnp.sqrt(jnp.where(x > 0, x, 1.0)), 0.0),
        "log": jnp.where(x > 0, jnp.log(jnp.where(x > 0, x, 1.0)), x),
        "ratio": jnp.where(x == 0, 1.0, jnp.sin(x) / jnp.where(x == 0, 1.0, x)),
    },
    note="zero absorbs, so the untaken branch contributes 0; JAX needs the operand guarded too",
)


def scaled_hypot(x, y):
    scale = jax.lax.stop_gradient(jnp.exp2(jnp.floor(jnp.log2(jnp.maximum(jnp.abs(x), jnp.abs(y))) / 2)))
    a, b = x / scale / scale, y / scale / scale
    return jnp.sqrt(a * a + b * b) * scale * scale


@jax.custom_jvp
def scaled_atan2(y, x):
    return jnp.arctan2(y, x)


@scaled_atan2.defjvp
def _(primals, tangents):
    (y, x), (dy, dx) = primals, tangents
    h = scaled_hypot(y, x)
    return jnp.arctan2(y, x), x / h / h * dy - y / h / h * dx


# Extremes


def float_exp(x):
    return float(np.exp(x))


def logistic_function(x):
    return 1.0 / (1.0 + float_exp(-x))


def ratio(a):
    """a/x in floats, infinite where it overflows."""
    return lambda x: float(np.divide(a, x))


case("divide far from one", {"x": [1e300, 1e-150, 3.0, -1e150], "y": [1e-5, 1e70, 1e150, 1e140]}, lambda o, x, y: x / y)
case(
    "hypot far from one",
    {"x": [3e200, 3e-200, 1e300], "y": [4e200, 4e-200, 1.0]},
    lambda o, x, y: o.hypot(x, y),
    reference=lambda x, y: scaled_hypot(x, y),
    note="JAX's derivative of hypot overflows",
)


case(
    "norm far from one",
    {"x": [[3e200, 4e200, 0.0], [3e-200, 4e-200, 1e-300]]},
    lambda o, x: o.norm(x, axis=1),
    reference=lambda x: (lambda s: jnp.sqrt(jnp.sum((x / s) ** 2, 1)) * s[:, 0])(jnp.array([[1e200], [1e-200]])),
    note="JAX's squares overflow",
)
case(
    "logarithms far from one",
    {"x": [1e-300, 1e300, 5e-324, 1e-310]},
    each("log", "log2", "log10", "log1p", "sqrt"),
    slopes={
        "log": (math.log, ratio(1.0)),
        "log2": (math.log2, ratio(math.log2(math.e))),
        "log10": (math.log10, ratio(math.log10(math.e))),
        "log1p": (math.log1p, lambda x: 1.0 / (1.0 + x)),
        "sqrt": (math.sqrt, lambda x: 0.5 / math.sqrt(x)),
    },
    note="JAX takes subnormal numbers for 0",
)
case(
    "exponentials near their limits",
    {"x": [709.0, -707.0, -700.0, 1e-300]},
    each("exp", "expm1", "exp2"),
    slopes={
        "exp": (math.exp, math.exp),
        "expm1": (math.expm1, math.exp),
        "exp2": (lambda x: 2.0**x, lambda x: math.log(2.0) * 2.0**x),
    },
    note="JAX has expm1(x) + 1 for the slope of expm1, without digits left here, and takes subnormal numbers for 0",
)
case(
    "exponentials beyond their limits",
    {"x": [710.0, -800.0]},
    each("exp", "expm1", "sinh", "cosh"),
    slopes={
        "exp": (float_exp, float_exp),
        "expm1": (lambda x: float_exp(x) - 1.0, float_exp),
        "sinh": (
            lambda x: math.copysign(INF, x) if abs(x) > 711 else math.sinh(x),
            lambda x: INF if abs(x) > 711 else math.cosh(x),
        ),
        "cosh": (
            lambda x: INF if abs(x) > 711 else math.cosh(x),
            lambda x: math.copysign(INF, x) if abs(x) > 711 else math.sinh(x),
        ),
    },
    note="JAX has zero times infinity off the diagonal",
)
case("logsumexp far from zero", {"x": [1e4, 1e4 + 1, -1e4]}, lambda o, x: o.logsumexp(x))
case("logsumexp with minus infinity", {"x": [-INF, 0.5, 1.5]}, lambda o, x: o.logsumexp(x))
case(
    "logistic functions at 700",
    {"x": [700.0, -700.0, 40.0, -40.0]},
    each("sigmoid", "softplus", "silu"),
    slopes={
        "sigmoid": (logistic_function, lambda x: logistic_function(x) * logistic_function(-x)),
        "softplus": (lambda x: max(x, 0.0) + math.log1p(math.exp(-abs(x))), logistic_function),
        "silu": (
            lambda x: x * logistic_function(x),
            lambda x: logistic_function(x) * (1.0 + x * logistic_function(-x)),
        ),
    },
    note="JAX's s (1 - s) has no digits left here",
)
case("Gaussian units at 30", {"x": [30.0, -30.0, 6.0, -6.0]}, each("gelu"))
case(
    "logaddexp far apart",
    {"x": [800.0, -800.0, 1e300], "y": [-800.0, -801.0, 1e300]},
    each("logaddexp"),
    slopes={
        "logaddexp": (
            lambda x, y: max(x, y) + math.log1p(float_exp(-abs(x - y))),
            lambda x, y: logistic_function(x - y),
            lambda x, y: logistic_function(y - x),
        )
    },
    note="JAX's exp(x - logaddexp(x, y)) is 1 where both are 1e300",
)
case(
    "tanh between 15 and 20",
    {"x": [15.0, -18.0, 20.0, 300.0]},
    each("tanh"),
    slopes={"tanh": (math.tanh, lambda x: 1.0 / math.cosh(x) ** 2)},
    note="JAX's 1 - tanh² has no digits left here",
)
case("hyperbolic functions of large arguments", {"x": [300.0, -300.0, 20.0]}, each("sinh", "cosh", "asinh"))
case("inverse hyperbolic functions far out", {"x": [1e150, 1e8, 3.0]}, each("asinh", "acosh"))
case("arcs near one", {"x": [0.999999, -0.9999999999, 1e-9]}, each("asin", "acos", "atanh"))
case("log1p and expm1 near their edges", {"x": [-0.999999, 1e-12, -1e-17]}, each("log1p", "expm1"))
case(
    "atan2 in all quadrants",
    {"y": [1.0, 1.0, -1.0, -1.0, 0.0, -0.0, 1e-200], "x": [1.0, -1.0, 1.0, -1.0, -2.0, -2.0, 1e-200]},
    lambda o, y, x: o.atan2(y, x),
    reference=lambda y, x: scaled_atan2(y, x),
    note="JAX's derivative underflows for tiny operands",
)


case("tails of the error function", {"x": [5.5, 10.0, 26.0, -6.0]}, each("erf", "erfc"))
case("gamma functions far out", {"x": [1e-10, 171.5, 1e6, 1e12]}, each("lgamma", "digamma"))
case("polygamma far out", {"x": [0.001, 50.0, 1e5]}, lambda o, x: {f"p{n}": o.polygamma(x, n=n) for n in [1, 2, 5]})
case("trigonometry of large arguments", {"x": [1e3, -1e6, 1e10]}, each("sin", "cos", "tan"))
case(
    "subnormal numbers",
    {"x": [1e-310, 2e-308, 5e-324]},
    lambda o, x: {"double": x * 2.0, "square": x * 1e300, "root": o.sqrt(x), "absolute": o.abs(-x)},
    slopes={
        "double": (lambda x: x * 2.0, lambda x: 2.0),
        "square": (lambda x: x * 1e300, lambda x: 1e300),
        "root": (math.sqrt, lambda x: 0.5 / math.sqrt(x)),
        "absolute": (abs, lambda x: 1.0),
    },
    note="JAX takes subnormal numbers for 0",
)

# What is not a number

case(
    "what is not finite passes through",
    {"x": [NAN, INF, -INF]},
    lambda o, x: {"linear": 2.0 * x + 1.0, "tanh": o.tanh(x), "atan": o.atan(x), "exp": o.exp(x), "square": x * x},
    slopes={
        "linear": (lambda x: 2.0 * x + 1.0, lambda x: 2.0),
        "tanh": (math.tanh, lambda x: 0.0 if math.isinf(x) else NAN),
        "atan": (math.atan, lambda x: 0.0 if math.isinf(x) else NAN),
        "exp": (float_exp, float_exp),
        "square": (lambda x: x * x, lambda x: 2.0 * x),
    },
    note="JAX has zero times infinity off the diagonal",
)
case(
    "comparisons with what is not a number",
    {"x": [NAN, 1.0, INF], "y": [1.0, NAN, INF]},
    lambda o, x, y: {
        "less": o.less(x, y),
        "equal": o.equal(x, y),
        "differs": o.not_equal(x, x),
        "where": o.where(x, 2.0, y),
    },
)
case(
    "maxima of what is not a number",
    {"x": [NAN, 1.0, 2.0], "y": [1.0, 3.0, NAN]},
    lambda o, x, y: {"maximum": o.maximum(x, y), "minimum": o.minimum(x, y)},
    slopes={
        "maximum": (
            lambda x, y: x + y if x != x or y != y else max(x, y),
            *[lambda x, y: NAN if x + y != x + y else 0.0, lambda x, y: NAN if x + y != x + y else 1.0],
        ),
        "minimum": (
            lambda x, y: x + y if x != x or y != y else min(x, y),
            *[lambda x, y: NAN if x + y != x + y else 1.0, lambda x, y: NAN if x + y != x + y else 0.0],
        ),
    },
    note="a NaN operand makes both derivatives NaN; JAX has 0",
)
case("argmax finds the first that is not a number", {"x": [2.0, NAN, 5.0, NAN]}, lambda o, x: o.take(x, o.argmax(x)))


missing = set(OPERATORS) - USED
assert not missing, f"operators in no case: {missing}"

kept = [c for c in BEFORE.values() if not c["name"].startswith(MARK)]
lines = [json.dumps(c, separators=(",", ":"), ensure_ascii=False, allow_nan=False) for c in kept + CASES]
PATH.write_text("[\n" + ",\n".join(lines) + "\n]\n")
print(len(kept), "kept,", len(CASES), "made,", PATH.stat().st_size, "bytes")
