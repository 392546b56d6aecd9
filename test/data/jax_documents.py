"""Programs of JAX as documents, by their jaxprs, with values and derivatives by JAX in float64.

A scan stays a scan, a `while_loop` a `while`, a `cond` a `cond` or `switch`, and what `as_operator` makes is the operator
that it names.
"""

import jax
import jax.extend

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import numpy as np
from jax import lax


# What JAX computes one way and the service by an operator with functions.

operators = {}


def as_operator(op, functions, attrs, compute):
    """A function of arrays that JAX computes as `compute`, and that stands in documents as an operator."""
    name = f"operator_{len(operators)}"
    operators[name] = (op, functions, attrs)

    def called(*xs):
        return compute(*xs)

    called.__name__ = name
    return jax.jit(called)


def tuple_of(x):
    return tuple(x) if isinstance(x, (list, tuple)) else (x,)


def grad_of(f, wrt=(0,)):
    by = wrt[0] if len(wrt) == 1 else tuple(wrt)
    return as_operator("grad", {"function": f}, {"wrt": list(wrt)}, lambda *xs: jax.grad(f, argnums=by)(*xs))


def hessian_of(f):
    return as_operator("hessian", {"function": f}, {"wrt": [0]}, lambda *xs: jax.hessian(f)(*xs))


def jacobian_of(f, wrt=0):
    return as_operator("jacobian", {"function": f}, {"wrt": [wrt]}, lambda *xs: jax.jacfwd(f, argnums=wrt)(*xs))


def jvp_of(f, wrt):
    def compute(*xs):
        count = len(xs) - len(wrt)
        primals, tangents = xs[:count], list(xs[count:])
        moving = [tangents[wrt.index(i)] if i in wrt else jnp.zeros_like(x) for i, x in enumerate(primals)]
        y, t = jax.jvp(f, primals, tuple(moving))
        return (*tuple_of(y), *tuple_of(t))

    return as_operator("jvp", {"function": f}, {"wrt": list(wrt)}, compute)


def vjp_of(f, count):
    def compute(*xs):
        y, back = jax.vjp(f, *xs[:count])
        return (*tuple_of(y), *back(xs[count] if len(xs) == count + 1 else tuple(xs[count:])))

    return as_operator("vjp", {"function": f}, {}, compute)


def map_of(f, constants):
    def compute(*xs):
        return jax.vmap(f, in_axes=[None] * constants + [0] * (len(xs) - constants))(*xs)

    return as_operator("map", {"function": f}, {"constants": constants}, compute)


def root_of(residual, op="root", attribute="residual", g=None):
    """Solved in earnest, then two steps of Newton from there, which have the derivatives of the solution up to the second."""

    def step(*xs):
        *given, x = xs
        r, j = residual(*given, x), jax.jacfwd(residual, argnums=len(given))(*given, x)
        return x - (r / j if jnp.ndim(r) == 0 else jnp.linalg.solve(j, r))

    def compute(*xs):
        *given, x = xs
        for _ in range(30):
            x = step(*given, x)
        x = lax.stop_gradient(x)
        return step(*given, step(*given, x))

    return as_operator(op, {attribute: g or residual}, {}, compute)


def fixed_point_of(g):
    return root_of(lambda *xs: g(*xs) - xs[-1], "fixed_point", "function", g)


def odeint_of(f, steps):
    """Classical Runge-Kutta steps between each two times."""

    def compute(*xs):
        *given, y, ts = xs

        def between(y, pair):
            h = (pair[1] - pair[0]) / steps

            def step(carry, _):
                t, y = carry
                a = f(*given, t, y)
                b = f(*given, t + h / 2, y + h / 2 * a)
                c = f(*given, t + h / 2, y + h / 2 * b)
                d = f(*given, t + h, y + h * c)
                return (t + h, y + h / 6 * (a + 2 * b + 2 * c + d)), None

            (_, y), _ = lax.scan(step, (pair[0], y), None, length=steps)
            return y, y

        _, rest = lax.scan(between, y, jnp.stack([ts[:-1], ts[1:]], 1))
        return jnp.concatenate([y[None], rest])

    return as_operator("odeint", {"function": f}, {"method": "rk4", "steps": steps}, compute)


# From a jaxpr to a document.

plain = {
    "add": "add", "add_any": "add", "sub": "subtract", "mul": "multiply", "div": "divide", "neg": "negative",
    "sin": "sin", "cos": "cos", "tan": "tan", "asin": "asin", "acos": "acos", "atan": "atan", "atan2": "atan2",
    "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "exp": "exp", "exp2": "exp2", "expm1": "expm1", "log": "log",
    "log1p": "log1p", "sqrt": "sqrt", "square": "square", "logistic": "sigmoid", "erf": "erf", "lgamma": "lgamma",
    "pow": "pow", "max": "maximum", "min": "minimum", "abs": "abs", "sign": "sign", "floor": "floor", "ceil": "ceil",
    "gt": "greater", "lt": "less", "ge": "greater_equal", "le": "less_equal", "eq": "equal", "ne": "not_equal",
    "and": "logical_and", "or": "logical_or", "not": "logical_not", "rem": "fmod", "stop_gradient": "stop_gradient",
    "cholesky": "cholesky", "digamma": "digamma",
}  # fmt: skip
reductions = {"reduce_sum": "sum", "reduce_max": "max", "reduce_min": "min", "reduce_prod": "prod"}
cumulative = {
    "cumsum": "cumulative_sum", "cumprod": "cumulative_prod", "cummax": "cumulative_max", "cummin": "cumulative_min",
    "cumlogsumexp": "cumulative_logsumexp",
}  # fmt: skip
inlined = {"jit", "pjit", "closed_call", "core_call", "custom_jvp_call", "custom_vjp_call", "remat2", "checkpoint", "custom_vjp_call_jaxpr"}


def dtype_of(aval):
    kind = np.dtype(aval.dtype).kind
    return {"f": "float64", "i": "int32", "u": "int32", "b": "bool"}[kind]


def constant(value):
    array = np.asarray(value)
    dtype = dtype_of(array)
    if dtype == "float64":
        return spelled(array.tolist())
    if dtype == "bool":
        return array.tolist()
    return {"shape": list(array.shape), "dtype": "int32", "data": [int(x) for x in array.ravel()]}


def spelled(value):
    """Numbers as the wire has them."""
    if isinstance(value, list):
        return [spelled(part) for part in value]
    return value if np.isfinite(value) else {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}[str(value)]


def index(value):
    return constant(np.asarray(value, dtype=np.int32))


class Document:
    def __init__(self, limit):
        self.functions = {}
        self.limit = limit

    def function(self, jaxpr, consts, hint, rules=None):
        """The name of a function of a jaxpr; equal ones are one."""
        body = Body(self, jaxpr, consts)
        made = {
            "inputs": [{"name": name} for name in body.inputs],
            "nodes": body.nodes,
            "outputs": [{"name": f"o{i}", "node": node} for i, node in enumerate(body.outputs())],
            **(rules or {}),
        }
        for name, known in self.functions.items():
            if known == made:
                return name
        name = f"{hint}{len(self.functions)}"
        self.functions[name] = made
        return name


class Body:
    """The nodes of one jaxpr."""

    def __init__(self, document, jaxpr, consts, names=None):
        self.document = document
        self.nodes = []
        self.known = {}
        self.inputs = names or [f"x{i}" for i in range(len(jaxpr.invars))]
        self.known.update(zip(jaxpr.constvars, [constant(value) for value in consts]))
        self.known.update(zip(jaxpr.invars, self.inputs))
        self.jaxpr = jaxpr
        for equation in jaxpr.eqns:
            self.run(equation)

    def outputs(self):
        """Names of what is given back; constants are nodes of their own."""
        named = []
        for atom in self.jaxpr.outvars:
            value = self.value(atom)
            if not isinstance(value, str):
                value = self.add("reshape", [value], shape=list(atom.aval.shape))
            named.append(value)
        return named

    def value(self, atom):
        return constant(atom.val) if hasattr(atom, "val") else self.known[atom]

    def add(self, op, args, **attrs):
        name = f"n{len(self.nodes)}"
        self.nodes.append({"id": name, "op": op, "args": args, **({"attrs": attrs} if attrs else {})})
        return name

    def several(self, op, args, count, **attrs):
        name = self.add(op, args, **attrs)
        return [name] if count == 1 else [f"{name}:{i}" for i in range(count)]

    def inline(self, jaxpr, consts, args):
        known = dict(self.known)
        self.known.update(zip(jaxpr.constvars, [constant(value) for value in consts]))
        self.known.update(zip(jaxpr.invars, args))
        for equation in jaxpr.eqns:
            self.run(equation)
        results = [self.value(atom) for atom in jaxpr.outvars]
        self.known = known
        return results

    def run(self, equation):
        args = [self.value(atom) for atom in equation.invars]
        results = self.results(equation, args)
        self.known.update(zip(equation.outvars, results))

    def results(self, equation, args):
        name, params = equation.primitive.name, equation.params
        shapes = [atom.aval.shape for atom in equation.invars]
        out = equation.outvars[0].aval
        if name == "rem" and dtype_of(out) == "int32":
            return [self.add("cast", [self.add("fmod", args)], dtype="int32")]
        if name in plain:
            return [self.add(plain[name], args)]
        if name in reductions:
            return [self.add(reductions[name], args, axis=list(params["axes"]))]
        if name in ("reduce_or", "reduce_and"):
            picked = self.add("max" if name == "reduce_or" else "min", [self.add("cast", args, dtype="int32")], axis=list(params["axes"]))
            return [self.add("not_equal", [picked, 0])]
        if name in ("argmax", "argmin"):
            return [self.add(name, args, axis=params["axes"][0])]
        if name in cumulative:
            if params["reverse"]:
                flipped = self.add("flip", args, axis=params["axis"])
                return [self.add("flip", [self.add(cumulative[name], [flipped], axis=params["axis"])], axis=params["axis"])]
            return [self.add(cumulative[name], args, axis=params["axis"])]
        if name in ("jit", "pjit") and params["name"] in operators:
            return self.operator(*operators[params["name"]], equation, args)
        if name == "jit" and params["name"] == "solve":
            return [self.add("solve", args)]
        if name in inlined:
            inner = params.get("jaxpr") or params.get("call_jaxpr") or params.get("fun_jaxpr")
            consts = getattr(inner, "consts", [])
            return self.inline(getattr(inner, "jaxpr", inner), consts, args)
        return getattr(self, f"_{name.replace('-', '_')}")(equation, params, args, shapes, out)

    def operator(self, op, functions, attrs, equation, args):
        avals = [atom.aval for atom in equation.invars]
        held = {}
        for key, f in functions.items():
            given = avals
            if op == "map":
                first = attrs["constants"]
                given = [a if i < first else jax.ShapeDtypeStruct(a.shape[1:], a.dtype) for i, a in enumerate(avals)]
            elif op == "jvp":
                given = avals[: len(avals) - len(attrs["wrt"])]
            elif op == "vjp":
                given = avals[:-1]
            elif op == "odeint":
                *first, y, _ = avals
                given = [*first, jax.ShapeDtypeStruct((), y.dtype), y]
            rules = {}
            if op == "call" and hasattr(f, "rule"):
                mode, rule = f.rule
                of = [jax.ShapeDtypeStruct(a.shape, a.dtype) for a in given]
                moving = of if mode == "jvp" else [v.aval for v in equation.outvars]
                rules = {mode: self.traced(rule, [*of, *moving], "rule")}
            held[key] = self.traced(f, given, op, rules)
        return self.several(op, args, len(equation.outvars), **held, **attrs)

    def traced(self, f, avals, hint, rules=None):
        closed = jax.make_jaxpr(f)(*[jax.ShapeDtypeStruct(a.shape, a.dtype) for a in avals])
        return self.document.function(closed.jaxpr, closed.consts, hint, rules)

    def _scan(self, equation, params, args, shapes, out):
        body = params["jaxpr"]
        function = self.document.function(body.jaxpr, body.consts, "step")
        attrs = {"function": function, "constants": params["num_consts"], "carry": params["num_carry"], "length": params["length"]}
        if params["reverse"]:
            attrs["reverse"] = True
        return self.several("scan", args, len(equation.outvars), **attrs)

    def _while(self, equation, params, args, shapes, out):
        first, second = params["cond_nconsts"], params["body_nconsts"]
        condition, body = params["cond_jaxpr"], params["body_jaxpr"]
        own = [(condition, first, 0, "on"), (body, second, first, "step")]
        if condition.out_avals[0].shape:
            both = for_many_points(condition, body, first, second)
            own = [(one, first + second, 0, hint) for one, hint in zip(both, ("on", "step"))]
        held = [
            self.document.function(without_first(closed, count, at, first + second), closed.consts, hint)
            for closed, count, at, hint in own
        ]
        attrs = {"condition": held[0], "body": held[1], "constants": first + second}
        if self.document.limit:
            attrs["limit"] = self.document.limit
        name = self.add("while", args, **attrs)
        return [f"{name}:{i}" for i in range(len(equation.outvars))]

    def _cond(self, equation, params, args, shapes, out):
        branches = [self.document.function(b.jaxpr, b.consts, "branch") for b in params["branches"]]
        which, *operands = args
        if len(branches) == 2:
            attrs = {"then": branches[1], "else": branches[0]}
            return self.several("cond", [which, *operands], len(equation.outvars), **attrs)
        return self.several("switch", [which, *operands], len(equation.outvars), branches=branches)

    def _integer_pow(self, equation, params, args, shapes, out):
        return [self.add("pow", [args[0], params["y"]])]

    def _rsqrt(self, equation, params, args, shapes, out):
        return [self.add("reciprocal", [self.add("sqrt", args)])]

    def _select_n(self, equation, params, args, shapes, out):
        which, *cases = args
        if len(cases) != 2:
            raise NotImplementedError("select_n of more than two")
        return [self.add("where", [which, cases[1], cases[0]])]

    def _clamp(self, equation, params, args, shapes, out):
        low, x, high = args
        return [self.add("minimum", [self.add("maximum", [x, low]), high])]

    def _convert_element_type(self, equation, params, args, shapes, out):
        if dtype_of(equation.invars[0].aval) == dtype_of(out):
            return args
        return [self.add("cast", args, dtype=dtype_of(out))]

    def _broadcast_in_dim(self, equation, params, args, shapes, out):
        kept = [1] * len(out.shape)
        for axis, size in zip(params["broadcast_dimensions"], shapes[0]):
            kept[axis] = size
        x = args[0] if tuple(kept) == tuple(shapes[0]) else self.add("reshape", args[:1], shape=kept)
        return [x if tuple(kept) == out.shape else self.add("broadcast_to", [x], shape=list(out.shape))]

    def _reshape(self, equation, params, args, shapes, out):
        return [self.add("reshape", args[:1], shape=list(out.shape))]

    _squeeze = _expand_dims = _reshape

    def _copy(self, equation, params, args, shapes, out):
        return args

    _copy_p = _optimization_barrier = _copy

    def _transpose(self, equation, params, args, shapes, out):
        return [self.add("permute_dims", args, axes=list(params["permutation"]))]

    def _rev(self, equation, params, args, shapes, out):
        return [self.add("flip", args, axis=list(params["dimensions"]))]

    def _concatenate(self, equation, params, args, shapes, out):
        return [self.add("concat", args, axis=params["dimension"])]

    def _stack(self, equation, params, args, shapes, out):
        return [self.add("stack", args, axis=params["axis"])]

    def _iota(self, equation, params, args, shapes, out):
        line = self.add("cast", [self.add("arange", [], start=0, stop=params["shape"][params["dimension"]])], dtype=dtype_of(out))
        kept = [1] * len(out.shape)
        kept[params["dimension"]] = out.shape[params["dimension"]]
        return [self.add("broadcast_to", [self.add("reshape", [line], shape=kept)], shape=list(out.shape))]

    def _pad(self, equation, params, args, shapes, out):
        x, shape = args[0], list(shapes[0])
        for axis, (_, _, inside) in enumerate(params["padding_config"]):
            if not inside:
                continue
            x = self.add("expand_dims", [x], axis=axis + 1)
            x = self.add("pad", [x], pad_width=[[0, inside if i == axis + 1 else 0] for i in range(len(shape) + 1)])
            shape[axis] *= inside + 1
            x = self.add("reshape", [x], shape=shape[:])
            shape[axis] -= inside
            x = self.add("slice", [x], start=[0] * len(shape), stop=shape[:])
        # A negative width cuts off.
        widths = [[max(0, low), max(0, high)] for low, high, _ in params["padding_config"]]
        cuts = [(max(0, -low), size - max(0, -high)) for (low, high, _), size in zip(params["padding_config"], shape)]
        x = self.add("slice", [x], start=[low for low, _ in cuts], stop=[high for _, high in cuts])
        return [self.add("pad", [x], pad_width=widths, value=float(equation.invars[1].val))]

    def _xor(self, equation, params, args, shapes, out):
        return [self.add("not_equal", args)]

    def _is_finite(self, equation, params, args, shapes, out):
        return [self.add("equal", [self.add("subtract", [args[0], args[0]]), 0])]

    def _split(self, equation, params, args, shapes, out):
        axis, first, parts = params["axis"], 0, []
        for size in params["sizes"]:
            start, stop = [None] * len(shapes[0]), [None] * len(shapes[0])
            start[axis], stop[axis] = first, first + size
            parts.append(self.add("slice", args, start=start, stop=stop))
            first += size
        return parts

    def _slice(self, equation, params, args, shapes, out):
        attrs = {"start": list(params["start_indices"]), "stop": list(params["limit_indices"])}
        if params["strides"]:
            attrs["step"] = list(params["strides"])
        return [self.add("slice", args, **attrs)]

    def _dot_general(self, equation, params, args, shapes, out):
        (left, right), (left_batch, right_batch) = params["dimension_numbers"]
        letters = iter("abcdefghijklmnopqrstuvwxyz")
        a = [next(letters) for _ in shapes[0]]
        b = [None] * len(shapes[1])
        for i, j in [*zip(left_batch, right_batch), *zip(left, right)]:
            b[j] = a[i]
        b = [letter or next(letters) for letter in b]
        result = [a[i] for i in left_batch]
        result += [a[i] for i in range(len(a)) if i not in left_batch and i not in left]
        result += [b[i] for i in range(len(b)) if i not in right_batch and i not in right]
        return [self.add("einsum", args, equation=f"{''.join(a)},{''.join(b)}->{''.join(result)}")]

    def _dynamic_slice(self, equation, params, args, shapes, out):
        x, *starts = args
        for axis, (size, count, start) in enumerate(zip(shapes[0], params["slice_sizes"], starts)):
            if count < size:
                x = self.add("take", [x, self.rows(start, count, size)], axis=axis)
        return [x]

    def rows(self, start, count, size):
        """The numbers of some rows that begin at a computed one, kept within bounds."""
        first = self.add("minimum", [self.add("maximum", [start, index(0)]), index(size - count)])
        return self.add("add", [self.add("reshape", [first], shape=[1]), index(np.arange(count))])

    def _dynamic_update_slice(self, equation, params, args, shapes, out):
        x, value, *starts = args
        return [self.updated(x, value, list(shapes[0]), list(shapes[1]), starts, 0)]

    def updated(self, x, value, shape, counts, starts, axis):
        if axis == len(shape):
            return value
        if counts[axis] == shape[axis]:
            return self.updated(x, value, shape, counts, starts, axis + 1)
        rows = self.rows(starts[axis], counts[axis], shape[axis])
        part = self.add("take", [x, rows], axis=axis)
        inner = [*shape[:axis], counts[axis], *shape[axis + 1 :]]
        made = self.updated(part, value, inner, counts, starts, axis + 1)
        return self.add("put_add", [x, rows, self.add("subtract", [made, part])], axis=axis)

    def only(self, dims):
        """The axis that indices are of."""
        if len(dims) != 1:
            raise NotImplementedError("indices of several axes")
        return dims[0]

    def _gather(self, equation, params, args, shapes, out):
        numbers = params["dimension_numbers"]
        axis = self.only(numbers.start_index_map)
        if tuple(numbers.collapsed_slice_dims) != (axis,):
            raise NotImplementedError("gathered slices")
        rows = self.add("reshape", [args[1]], shape=list(shapes[1][:-1]))
        taken = self.add("take", [args[0], rows], axis=axis)
        rank = len(shapes[1]) - 1
        here = [i for i in range(len(out.shape)) if i not in numbers.offset_dims]
        order = [None] * len(out.shape)
        for k, i in enumerate(here):
            order[i] = axis + k
        offsets = [i for i in range(len(shapes[0]) - 1 + rank) if not axis <= i < axis + rank]
        for k, i in enumerate(numbers.offset_dims):
            order[i] = offsets[k]
        return [taken if order == sorted(order) else self.add("permute_dims", [taken], axes=order)]

    def scattered(self, equation, params, args, shapes):
        numbers = params["dimension_numbers"]
        axis = self.only(numbers.scatter_dims_to_operand_dims)
        if axis != 0 or tuple(numbers.inserted_window_dims) != (0,):
            raise NotImplementedError("scattered slices")
        return self.add("reshape", [args[1]], shape=list(shapes[1][:-1]))

    def _scatter_add(self, equation, params, args, shapes, out):
        rows = self.scattered(equation, params, args, shapes)
        return [self.add("put_add", [args[0], rows, args[2]], axis=0)]

    def _scatter(self, equation, params, args, shapes, out):
        rows = self.scattered(equation, params, args, shapes)
        part = self.add("take", [args[0], rows], axis=0)
        return [self.add("put_add", [args[0], rows, self.add("subtract", [args[2], part])], axis=0)]

    def _sort(self, equation, params, args, shapes, out):
        if len(args) != 1:
            raise NotImplementedError("sort of several")
        return [self.add("sort", args, axis=params["dimension"])]

    def _triangular_solve(self, equation, params, args, shapes, out):
        if not params["left_side"] or params["conjugate_a"]:
            raise NotImplementedError("triangular_solve on the right")
        attrs = {"lower": params["lower"], "transpose": params["transpose_a"], "unit_diagonal": params["unit_diagonal"]}
        return [self.add("triangular_solve", args, **attrs)]


def without_first(closed, count, at, constants):
    """A jaxpr of `count` constants and carries, as one of all `constants` and carries, its own being those from `at`."""
    jaxpr = closed.jaxpr
    own, carries = jaxpr.invars[:count], jaxpr.invars[count:]
    fresh = [object() for _ in range(constants)]
    fresh[at : at + count] = own
    return Shown(jaxpr, [*fresh, *carries])


def for_many_points(condition, body, first, second):
    """Condition and body of a batched loop, of all of its operands: points that are done stay as they are."""

    def parts(xs):
        (on,) = jax.extend.core.jaxpr_as_fun(condition)(*xs[:first], *xs[first + second :])
        return on, jax.extend.core.jaxpr_as_fun(body)(*xs[first:])

    def step(*xs):
        on, new = parts(xs)
        along = lambda x: jnp.reshape(on, (*on.shape, *[1] * (x.ndim - on.ndim)))
        return [jnp.where(along(x), x, old) for x, old in zip(new, xs[first + second :])]

    types = [*condition.in_avals[:first], *body.in_avals]
    made = lambda f: jax.make_jaxpr(f)(*[jax.ShapeDtypeStruct(x.shape, x.dtype) for x in types])
    return made(lambda *xs: jnp.max(parts(xs)[0].astype(float)) > 0), made(step)


class Shown:
    """A jaxpr with other inputs."""

    def __init__(self, jaxpr, invars):
        self.invars, self.constvars, self.eqns, self.outvars = invars, jaxpr.constvars, jaxpr.eqns, jaxpr.outvars


def document_of(f, inputs, limit):
    names = list(inputs)
    arrays = [np.asarray(x, dtype=None if np.asarray(x).dtype.kind != "f" else np.float64) for x in inputs.values()]
    arrays = [a.astype(np.int32) if a.dtype.kind == "i" else a for a in arrays]
    closed = jax.make_jaxpr(f)(*arrays)
    document = Document(limit)
    body = Body(document, closed.jaxpr, closed.consts, names)
    outputs = body.outputs()
    declared = [
        {"name": name, "shape": list(a.shape), **({} if a.dtype.kind == "f" else {"dtype": dtype_of(a)})}
        for name, a in zip(names, arrays)
    ]
    shown = [{"name": f"y{i}", "node": node} for i, node in enumerate(outputs)]
    return {"functions": document.functions, "inputs": declared, "nodes": body.nodes, "outputs": shown}, arrays


# Second derivatives by so many numbers are written.
second_max = 16


def case_of(name, f, inputs, limit=None, tolerance=1e-10):
    """A function at a point: its document, its value and derivatives. `limit` is that of its `while` loops."""
    graph, arrays = document_of(f, inputs, limit)
    floats = [i for i, a in enumerate(arrays) if a.dtype.kind == "f"]
    several = lambda *xs: jax.tree.leaves(f(*xs))
    outputs = [np.asarray(y) for y in jax.jit(several)(*arrays)]
    moving = [k for k, y in enumerate(outputs) if y.dtype.kind == "f"]
    smooth = lambda *xs: [several(*xs)[k] for k in moving]
    blocks = dict(zip(moving, jax.jit(jax.jacfwd(smooth, argnums=floats))(*arrays)))
    names = list(inputs)
    case = {
        "name": name,
        "graph": graph,
        "inputs": {n: told(a) for n, a in zip(names, arrays)},
        "tolerance": tolerance,
        "expect": {
            "outputs": {f"y{k}": told(y) for k, y in enumerate(outputs)},
            "jacobian": {f"y{k}": {names[i]: told(blocks[k][j]) for j, i in enumerate(floats)} for k in moving},
        },
    }
    if not limit:
        # Both modes of JAX have to agree, or its own numbers are in doubt.
        reverse = jax.jit(jax.jacrev(smooth, argnums=floats))(*arrays)
        for k, rows in zip(moving, reverse):
            for j, block in enumerate(rows):
                np.testing.assert_allclose(block, blocks[k][j], rtol=1e-7, atol=1e-11)
    if sum(arrays[i].size for i in floats) <= second_max and outputs[moving[0]].shape == ():
        scalar = lambda *xs: several(*xs)[moving[0]]
        second = jax.jit(jax.jacfwd(jax.jacfwd(scalar, argnums=floats), argnums=floats))(*arrays)
        case["expect"]["hessian"] = {
            names[i]: {names[j]: told(second[a][b]) for b, j in enumerate(floats)} for a, i in enumerate(floats)
        }
    return case


def told(array):
    """A tensor as the wire has it, floats to 13 digits."""
    array = np.asarray(array)
    if array.dtype.kind != "f":
        return array.tolist()
    if not np.all(np.isfinite(array)):
        raise ValueError("not finite")
    return np.vectorize(lambda x: float(f"{x:.12e}") + 0.0, otypes=[float])(array).tolist() if array.size else array.tolist()
