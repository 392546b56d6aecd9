"""Builds graphs for Cotangent from Python: by operators, from functions of NumPy, and from functions of JAX.

    import cotangent

    def f(x, a):
        return np.sum(np.exp(-a * x**2))

    document = cotangent.trace(f, x=(3,), a=())

`trace` calls the function with nodes in place of arrays. They know their shapes, and NumPy's operators, functions and
methods as far as the service has them; whatever else is asked of them is an error that says so. Branches and loops of
Python run while tracing, as they do for jax.jit. One file, which needs NumPy alone; `from_jax` needs JAX too.
"""

import builtins
import itertools
import operator

import numpy as np

__all__ = ["Graph", "Node", "apply", "from_jax", "input", "trace"]


class Node:
    """A value of a graph: an input, or an operator applied to operands."""

    __array_priority__ = 1000
    __slots__ = ("op", "args", "attrs", "shape", "dtype", "name", "result")

    def __init__(self, op, args=(), attrs=None, shape=(), dtype="float64", name=None, result=None):
        self.op, self.args, self.attrs = op, tuple(args), dict(attrs or {})
        self.shape, self.dtype, self.name, self.result = tuple(shape), dtype, name, result

    ndim = property(lambda self: len(self.shape))
    size = property(lambda self: int(np.prod(self.shape, dtype=int)))
    T = property(lambda self: transpose(self))
    mT = property(lambda self: apply("matrix_transpose", [self], shape=_swapped(self.shape)))

    def __repr__(self):
        return f"<{self.name or self.op} of shape {self.shape}>"

    def __len__(self):
        if not self.shape:
            raise TypeError("a scalar has no length")
        return self.shape[0]

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __bool__(self):
        raise TypeError(f"{self!r} has no value while it is traced: use numpy.where in place of a branch on it")

    def __float__(self):
        raise TypeError(f"{self!r} has no value while it is traced: math's functions need numbers, use numpy's")

    __int__ = __index__ = __float__

    def __array__(self, *_, **__):
        raise TypeError(f"{self!r} cannot become an array of NumPy: a function is called that Cotangent does not know")

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        options.pop("dtype", None)
        if method == "reduce" and ufunc.__name__ in _REDUCTIONS:
            axis = options.get("axis", 0)
            return _reduce(_REDUCTIONS[ufunc.__name__], inputs[0], axis, options.get("keepdims", False))
        known = _UFUNCS.get(ufunc.__name__)
        if method != "__call__" or known is None or options:
            raise TypeError(f"numpy.{ufunc.__name__}{'' if method == '__call__' else '.' + method} is not known here")
        return known(*inputs)

    def __array_function__(self, function, _, args, options):
        known = _FUNCTIONS.get(function)
        if known is None:
            raise TypeError(f"{function.__module__}.{function.__name__} is not known here")
        return known(*args, **options)

    def __getitem__(self, index):
        return _item(self, index)

    def __neg__(self):
        return unary("negative", self)

    def __pos__(self):
        return self

    def __abs__(self):
        return unary("abs", self)

    def __matmul__(self, other):
        return matmul(self, other)

    def __rmatmul__(self, other):
        return matmul(other, self)

    def astype(self, dtype):
        if np.dtype(dtype).kind != "f":
            raise TypeError("a node stays of floats: only float dtypes are taken")
        return self

    def sum(self, axis=None, keepdims=False):
        return _reduce("sum", self, axis, keepdims)

    def mean(self, axis=None, keepdims=False):
        return _reduce("mean", self, axis, keepdims)

    def prod(self, axis=None, keepdims=False):
        return _reduce("prod", self, axis, keepdims)

    def max(self, axis=None, keepdims=False):
        return _reduce("max", self, axis, keepdims)

    def min(self, axis=None, keepdims=False):
        return _reduce("min", self, axis, keepdims)

    def var(self, axis=None, ddof=0, keepdims=False):
        return _reduce("var", self, axis, keepdims, correction=ddof)

    def std(self, axis=None, ddof=0, keepdims=False):
        return _reduce("std", self, axis, keepdims, correction=ddof)

    def cumsum(self, axis=None):
        return _cumulative("cumulative_sum", self, axis)

    def reshape(self, *shape):
        return reshape(self, shape[0] if len(shape) == 1 and not isinstance(shape[0], int) else shape)

    def ravel(self):
        return reshape(self, (-1,))

    flatten = ravel

    def transpose(self, *axes):
        return transpose(self, axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes or None)

    def dot(self, other):
        return dot(self, other)

    def clip(self, min=None, max=None):
        return clip(self, min, max)


def _shape(x):
    return x.shape if isinstance(x, Node) else np.shape(x)


def _swapped(shape):
    return (*shape[:-2], shape[-1], shape[-2])


def _axis(axis, rank):
    if not -rank <= axis < rank:
        raise ValueError(f"axis {axis} is out of bounds for {rank} axes")
    return int(axis) % rank


def _axes(axis, rank):
    return tuple(range(rank)) if axis is None else tuple(_axis(a, rank) for a in np.atleast_1d(axis))


def apply(op, args, attrs=None, *, shape, dtype="float64", results=None):
    """Applies an operator of the service; `shape` is the result's, or with `results` a shape for each of several."""
    attrs = {name: value for name, value in (attrs or {}).items() if value is not None}
    if results is None:
        return Node(op, args, attrs, shape, dtype)
    whole = Node(op, args, attrs)
    return tuple(Node(None, [whole], shape=each, result=i) for i, each in enumerate(results))


def unary(op, x):
    """Applies an operator to each element."""
    return apply(op, [x], shape=_shape(x))


def binary(op, x, y, dtype="float64"):
    """Applies an operator to each pair of elements, broadcasting."""
    return apply(op, [x, y], shape=np.broadcast_shapes(_shape(x), _shape(y)), dtype=dtype)


def input(name, shape=(), dtype="float64"):
    """An input of a graph."""
    return Node(None, shape=(shape,) if isinstance(shape, int) else shape, dtype=dtype, name=name)


class Graph:
    """A graph while it is built: inputs in order, outputs by name."""

    def __init__(self):
        self.inputs, self.outputs = [], {}

    def input(self, name, shape=(), dtype="float64"):
        self.inputs.append(input(name, shape, dtype))
        return self.inputs[-1]

    def output(self, name, node):
        self.outputs[name] = node
        return self

    def document(self):
        """The graph as the service takes it."""
        nodes, constants, known = [], [], {}
        used = {node.name for node in self.inputs}
        names = (name for name in (f"v{i}" for i in itertools.count(1)) if name not in used)

        def reference(arg):
            if isinstance(arg, Node):
                if arg.result is not None:
                    return f"{known[id(arg.args[0])]}:{arg.result}"
                return arg.name or known[id(arg)]
            array = np.asarray(arg)
            if array.ndim == 0:
                return _plain(array)
            name = next(names)
            constants.append({"name": name, "value": _plain(array)})
            return name

        def visit(root):
            pending = [root]
            while pending:
                node = pending[-1]
                if not isinstance(node, Node) or node.name or id(node) in known:
                    pending.pop()
                    continue
                waiting = [a for a in node.args if isinstance(a, Node) and not a.name and id(a) not in known]
                if waiting:
                    pending.extend(reversed(waiting))
                    continue
                pending.pop()
                if node.result is not None:
                    known[id(node)] = None
                    continue
                name = next(names)
                entry = {"id": name, "op": node.op, "args": [reference(a) for a in node.args]}
                if node.attrs:
                    entry["attrs"] = node.attrs
                nodes.append(entry)
                known[id(node)] = name

        outputs = []
        for name, node in self.outputs.items():
            value = node if isinstance(node, Node) else broadcast_to(np.asarray(node, float), np.shape(node))
            visit(value)
            outputs.append({"name": name, "node": reference(value)})
        inputs = [{"name": i.name, "shape": list(i.shape), "dtype": i.dtype} for i in self.inputs]
        document = {"inputs": inputs, "nodes": nodes, "outputs": outputs}
        return {**document, "constants": constants} if constants else document


def _plain(array):
    if array.dtype.kind == "b":
        return array.tolist()
    flat = [x if np.isfinite(x) else str(x).replace("inf", "Infinity").replace("nan", "NaN") for x in array.ravel().tolist()]
    if array.ndim == 0:
        return flat[0]
    dtype = "int32" if array.dtype.kind in "iu" else "float64"
    return {"shape": list(array.shape), "dtype": dtype, "data": flat}


def trace(function, **shapes):
    """The graph of a function of NumPy, called with inputs of these names and shapes."""
    graph = Graph()
    result = function(**{name: graph.input(name, shape) for name, shape in shapes.items()})
    return _with_outputs(graph, result).document()


def _with_outputs(graph, result):
    if isinstance(result, dict):
        named = result
    elif isinstance(result, (tuple, list)):
        named = {f"y{i}": value for i, value in enumerate(result)}
    else:
        named = {"y": result}
    for name, value in named.items():
        graph.output(name, value)
    return graph


def _reduce(op, x, axis=None, keepdims=False, **attrs):
    axes = _axes(axis, x.ndim)
    kept = [1 if i in axes else n for i, n in enumerate(x.shape) if keepdims or i not in axes]
    dtype = "int32" if op.startswith("arg") else "float64"
    given = None if axis is None else list(axes) if np.ndim(axis) else axes[0]
    return apply(op, [x], {"axis": given, "keepdims": keepdims or None, **attrs}, shape=kept, dtype=dtype)


def _reduction(op):
    def reduce(a, axis=None, dtype=None, out=None, keepdims=False, **options):
        if dtype is not None or out is not None or options.get("where", np._NoValue) is not np._NoValue:
            raise TypeError(f"numpy.{op} is known with axis and keepdims only")
        return _reduce(op, a, axis, keepdims is True)

    return reduce


def _spread(op):
    def reduce(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False):
        return _reduce(op, a, axis, keepdims is True, correction=ddof)

    return reduce


def _position(op):
    def position(a, axis=None, out=None, keepdims=False):
        return _reduce(op, a, axis, keepdims is True)

    return position


def _cumulative(op, x, axis=None, dtype=None, out=None):
    if axis is None:
        x, axis = reshape(x, (-1,)), 0
    return apply(op, [x], {"axis": _axis(axis, x.ndim)}, shape=x.shape)


def matmul(a, b):
    """The matrix product."""
    return apply("matmul", [a, b], shape=_product_shape(_shape(a), _shape(b)))


def _product_shape(a, b):
    if not a or not b:
        raise ValueError("matmul takes no scalars")
    left, right = (1, *a) if len(a) == 1 else a, (*b, 1) if len(b) == 1 else b
    if left[-1] != right[-2]:
        raise ValueError(f"matmul of shapes {a} and {b}")
    rows, columns = left[-2:-1] if len(a) > 1 else (), right[-1:] if len(b) > 1 else ()
    return (*np.broadcast_shapes(left[:-2], right[:-2]), *rows, *columns)


def dot(a, b, out=None):
    """NumPy's dot."""
    if not _shape(a) or not _shape(b):
        return binary("multiply", a, b)
    if len(_shape(b)) <= 2 and len(_shape(a)) <= 2:
        return matmul(a, b)
    return tensordot(a, b, ([-1], [-2 if len(_shape(b)) > 1 else -1]))


def tensordot(a, b, axes=2):
    """A contraction over some axes of both."""
    ranks = len(_shape(a)), len(_shape(b))
    if isinstance(axes, int):
        pair = list(range(ranks[0] - axes, ranks[0])), list(range(axes))
    else:
        pair = tuple([_axis(i, rank) for i in np.atleast_1d(side)] for side, rank in zip(axes, ranks))
    free = [[n for i, n in enumerate(_shape(x)) if i not in side] for x, side in zip((a, b), pair)]
    return apply("tensordot", [a, b], {"axes": [list(side) for side in pair]}, shape=free[0] + free[1])


def einsum(equation, *operands, **options):
    """Einstein's sum."""
    if options.get("out") is not None:
        raise TypeError("numpy.einsum is known without out")
    shape = np.einsum(equation, *(np.zeros(_shape(x)) for x in operands)).shape
    return apply("einsum", operands, {"equation": equation}, shape=shape)


def inner(a, b):
    """NumPy's inner product."""
    return tensordot(a, b, ([-1], [-1])) if _shape(a) and _shape(b) else binary("multiply", a, b)


def outer(a, b, out=None):
    """All products of two vectors' elements."""
    a, b = reshape(a, (-1,)), reshape(b, (-1,))
    return apply("outer", [a, b], shape=(*_shape(a), *_shape(b)))


def cross(a, b, axis=-1):
    """The vector product, of vectors of three."""
    shape = np.broadcast_shapes(_shape(a), _shape(b))
    return apply("cross", [a, b], {"axis": axis}, shape=shape)


def where(condition, x=None, y=None):
    """One of two, element by element."""
    if x is None or y is None:
        raise TypeError("numpy.where is known with three arguments: shapes cannot depend on values")
    shape = np.broadcast_shapes(_shape(condition), _shape(x), _shape(y))
    return apply("where", [condition, x, y], shape=shape)


def clip(a, a_min=None, a_max=None, out=None, **bounds):
    """Values between two bounds."""
    low, high = bounds.get("min", a_min), bounds.get("max", a_max)
    if any(isinstance(bound, Node) or np.ndim(bound) for bound in (low, high) if bound is not None):
        a = a if low is None else binary("maximum", a, low)
        return a if high is None else binary("minimum", a, high)
    attrs = {"min": None if low is None else float(low), "max": None if high is None else float(high)}
    return apply("clip", [a], attrs, shape=_shape(a))


def reshape(a, shape=None, order="C", **options):
    """Another shape of the same elements."""
    shape = options.get("newshape", shape)
    if order != "C":
        raise TypeError("numpy.reshape is known in C's order only")
    sizes = [int(n) for n in np.atleast_1d(shape)]
    if -1 in sizes:
        rest = int(np.prod([n for n in sizes if n != -1], dtype=int))
        sizes[sizes.index(-1)] = int(np.prod(_shape(a), dtype=int)) // rest
    if np.prod(sizes, dtype=int) != np.prod(_shape(a), dtype=int):
        raise ValueError(f"cannot reshape {_shape(a)} to {tuple(sizes)}")
    return a if tuple(sizes) == _shape(a) else apply("reshape", [a], {"shape": sizes}, shape=sizes)


def broadcast_to(array, shape, subok=False):
    """The array repeated along new axes and those of length 1."""
    shape = [shape] if isinstance(shape, int) else [int(n) for n in shape]
    return apply("broadcast_to", [array], {"shape": shape}, shape=shape)


def transpose(a, axes=None):
    """Axes in another order."""
    rank = len(_shape(a))
    order = list(range(rank))[::-1] if axes is None else [_axis(i, rank) for i in axes]
    if order == list(range(rank)):
        return a
    return apply("permute_dims", [a], {"axes": order}, shape=[_shape(a)[i] for i in order])


def moveaxis(a, source, destination):
    """Moves axes to other places."""
    sources, places = _axes(source, a.ndim), _axes(destination, a.ndim)
    order = [i for i in range(a.ndim) if i not in sources]
    for place, i in sorted(zip(places, sources)):
        order.insert(place, i)
    return transpose(a, order)


def swapaxes(a, axis1, axis2):
    """Two axes in each other's place."""
    order = list(range(a.ndim))
    i, j = _axis(axis1, a.ndim), _axis(axis2, a.ndim)
    order[i], order[j] = order[j], order[i]
    return transpose(a, order)


def expand_dims(a, axis):
    """New axes of length 1."""
    rank = len(_shape(a)) + len(np.atleast_1d(axis))
    places = _axes(axis, rank)
    rest = iter(_shape(a))
    return reshape(a, [1 if i in places else next(rest) for i in range(rank)])


def squeeze(a, axis=None):
    """Without axes of length 1."""
    places = [i for i, n in enumerate(a.shape) if n == 1] if axis is None else _axes(axis, a.ndim)
    return reshape(a, [n for i, n in enumerate(a.shape) if i not in places])


def concatenate(arrays, axis=0, **options):
    """Arrays one behind another."""
    if axis is None:
        arrays, axis = [reshape(a, (-1,)) for a in arrays], 0
    shapes = [_shape(a) for a in arrays]
    axis = _axis(axis, len(shapes[0]))
    shape = list(shapes[0])
    shape[axis] = builtins.sum(s[axis] for s in shapes)
    return apply("concat", list(arrays), {"axis": axis}, shape=shape)


def stack(arrays, axis=0, **options):
    """Arrays side by side, along a new axis."""
    shape = list(_shape(arrays[0]))
    axis = _axis(axis, len(shape) + 1)
    return apply("stack", list(arrays), {"axis": axis}, shape=[*shape[:axis], len(arrays), *shape[axis:]])


def _joined(axis_of, least):
    def join(arrays, **options):
        raised = [reshape(a, least(_shape(a))) for a in arrays]
        return concatenate(raised, axis_of(len(_shape(raised[0]))))

    return join


def flip(m, axis=None):
    """Backwards along some axes."""
    return apply("flip", [m], {"axis": None if axis is None else list(_axes(axis, m.ndim))}, shape=m.shape)


def roll(a, shift, axis=None):
    """Elements moved round."""
    attrs = {"shift": np.asarray(shift).tolist(), "axis": None if axis is None else np.asarray(axis).tolist()}
    return apply("roll", [a], attrs, shape=a.shape)


def tile(a, reps):
    """The array repeated."""
    reps = [int(n) for n in np.atleast_1d(reps)]
    return apply("tile", [a], {"repetitions": reps}, shape=np.tile(np.empty(_shape(a)), reps).shape)


def pad(array, pad_width, mode="constant", constant_values=0):
    """A border of one value."""
    if mode != "constant" or np.ndim(constant_values):
        raise TypeError("numpy.pad is known with one constant value")
    widths = np.broadcast_to(pad_width, (array.ndim, 2)).tolist()
    shape = [n + before + after for n, (before, after) in zip(array.shape, widths)]
    return apply("pad", [array], {"pad_width": widths, "value": float(constant_values)}, shape=shape)


def diff(a, n=1, axis=-1):
    """Differences of neighbours."""
    for _ in range(n):
        index = [slice(None)] * a.ndim
        later, earlier = list(index), list(index)
        later[axis], earlier[axis] = slice(1, None), slice(None, -1)
        a = binary("subtract", a[tuple(later)], a[tuple(earlier)])
    return a


def take(a, indices, axis=None, **options):
    """Elements by number along an axis."""
    if axis is None:
        a, axis = reshape(a, (-1,)), 0
    axis = _axis(axis, a.ndim)
    indices = indices if isinstance(indices, Node) else np.asarray(indices)
    shape = (*a.shape[:axis], *_shape(indices), *a.shape[axis + 1 :])
    return apply("take", [a, indices], {"axis": axis}, shape=shape)


def _item(x, index):
    index = index if isinstance(index, tuple) else (index,)
    count = builtins.sum(i is not None and i is not Ellipsis for i in index)
    if Ellipsis not in [i for i in index if not isinstance(i, (Node, np.ndarray, list))]:
        index = (*index, Ellipsis)
    at = next(k for k, i in enumerate(index) if i is Ellipsis)
    index = (*index[:at], *[slice(None)] * (x.ndim - count), *index[at + 1 :])
    start, stop, step, shape, final, arrays = [], [], [], [], [], []
    rest = iter(x.shape)
    for i in index:
        if i is None:
            final.append(1)
            continue
        n = next(rest)
        if isinstance(i, (Node, np.ndarray, list)):
            arrays.append((len(shape), len(final), i))
            i = slice(None)
        if isinstance(i, slice):
            first, last, by = i.indices(n)
            length = len(range(first, last, by))
            final.append(length)
        else:
            first, by, length = _axis(operator.index(i), n), 1, 1
            last = first + 1
        start.append(first)
        stop.append(None if last < 0 else last)
        step.append(by)
        shape.append(length)
    whole = all(s is not None and first == 0 and s == n and by == 1 for first, s, by, n in zip(start, stop, step, x.shape))
    y = x if whole else apply("slice", [x], {"start": start, "stop": stop, "step": step}, shape=shape)
    y = reshape(y, final) if tuple(final) != y.shape else y
    if len(arrays) > 1:
        raise TypeError("one array of indices is known, not several")
    for _, place, indices in arrays:
        if not isinstance(indices, Node) and np.asarray(indices).dtype.kind == "b":
            indices = np.nonzero(indices)[0]
        y = take(y, indices, place)
    return y


def norm(x, ord=None, axis=None, keepdims=False):
    """The 2-norm of vectors, or Frobenius's of matrices."""
    if ord not in (None, 2, "fro") or (ord == 2 and axis is None and x.ndim == 2):
        raise TypeError("numpy.linalg.norm is known of vectors with ord 2 and of matrices with Frobenius's")
    return _reduce("norm", x, axis, keepdims)


def solve(a, b):
    """Solutions of linear systems."""
    return apply("solve", [a, b], shape=np.broadcast_shapes(_shape(a)[:-2], ()) + _shape(b)[len(_shape(a)) - 2 :] if len(_shape(b)) > 1 else _shape(b))


def _square(op, rank):
    return lambda a: apply(op, [a], shape=_shape(a)[:-2] if rank == 0 else _shape(a))


def slogdet(a):
    """The sign and the logarithm of the magnitude of a determinant."""
    return apply("slogdet", [a], shape=(), results=[_shape(a)[:-2]] * 2)


def eigh(a, UPLO="L"):
    """Eigenvalues and eigenvectors of a symmetric matrix."""
    return apply("eigh", [a], shape=(), results=[_shape(a)[:-1], _shape(a)])


def _constant(value):
    return lambda a, *_, **__: np.full(_shape(a), value, dtype=float)


def _diag(v, k=0):
    if v.ndim == 1:
        n = v.shape[0] + abs(k)
        return apply("diag", [v], {"offset": k}, shape=(n, n))
    return diagonal(v, k)


def diagonal(a, offset=0, axis1=0, axis2=1):
    """A diagonal of a matrix."""
    if a.ndim != 2 or (axis1, axis2) != (0, 1):
        raise TypeError("numpy.diagonal is known of matrices")
    return apply("diagonal", [a], {"offset": offset}, shape=np.diagonal(np.empty(a.shape), offset).shape)


_REDUCTIONS = {"add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min"}

_SAME = """abs sign sqrt cbrt square reciprocal negative exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh tanh
floor ceil trunc logical_not sinc erf erfc erfinv erfcinv ndtr ndtri log_ndtr i0e i1e j0 j1 exprel""".split()
_PAIRS = "add subtract multiply divide maximum minimum hypot logaddexp remainder fmod floor_divide xlogy xlog1py gammainc gammaincc zeta".split()
_TRUTHS = "equal not_equal less less_equal greater greater_equal logical_and logical_or".split()
_OTHERS = {
    "absolute": "abs", "fabs": "abs", "rint": "round", "arcsin": "asin", "arccos": "acos", "arctan": "atan",
    "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh", "gammaln": "lgamma", "psi": "digamma",
    "expit": "sigmoid", "log_expit": "log_sigmoid", "invert": "logical_not",
}  # fmt: skip
_OTHER_PAIRS = {
    "true_divide": "divide", "power": "pow", "float_power": "pow", "mod": "remainder", "arctan2": "atan2",
    "betaln": "lbeta", "bitwise_and": "logical_and", "bitwise_or": "logical_or",
}  # fmt: skip


def _unary(op, dtype="float64"):
    return lambda x: apply(op, [x], shape=_shape(x), dtype=dtype)


def _binary(op, dtype="float64"):
    return lambda x, y: binary(op, x, y, dtype)


_UFUNCS = {
    **{name: _unary(name) for name in _SAME},
    **{name: _unary(op) for name, op in _OTHERS.items()},
    **{name: _binary(name) for name in _PAIRS},
    **{name: _binary(op) for name, op in _OTHER_PAIRS.items()},
    **{name: _binary(name, "bool") for name in _TRUTHS},
    "positive": lambda x: x,
    "conjugate": lambda x: x,
    "matmul": matmul,
    "deg2rad": lambda x: binary("multiply", x, np.pi / 180),
    "radians": lambda x: binary("multiply", x, np.pi / 180),
    "rad2deg": lambda x: binary("multiply", x, 180 / np.pi),
    "degrees": lambda x: binary("multiply", x, 180 / np.pi),
    "isnan": lambda x: binary("not_equal", x, x, "bool"),
    "logit": lambda x: binary("subtract", unary("log", x), unary("log1p", unary("negative", x))),
    "betainc": lambda a, b, x: apply("betainc", [a, b, x], shape=np.broadcast_shapes(_shape(a), _shape(b), _shape(x))),
}

_FUNCTIONS = {
    np.sum: _reduction("sum"), np.prod: _reduction("prod"), np.mean: _reduction("mean"),
    np.max: _reduction("max"), np.amax: _reduction("max"), np.min: _reduction("min"), np.amin: _reduction("min"),
    np.var: _spread("var"), np.std: _spread("std"), np.argmax: _position("argmax"), np.argmin: _position("argmin"),
    np.cumsum: lambda a, axis=None, **o: _cumulative("cumulative_sum", a, axis),
    np.cumprod: lambda a, axis=None, **o: _cumulative("cumulative_prod", a, axis),
    np.dot: dot, np.vdot: lambda a, b: dot(reshape(a, (-1,)), reshape(b, (-1,))), np.inner: inner, np.outer: outer,
    np.tensordot: tensordot, np.einsum: einsum, np.cross: cross, np.where: where, np.clip: clip,
    np.reshape: reshape, np.ravel: lambda a, order="C": reshape(a, (-1,)), np.transpose: transpose,
    np.moveaxis: moveaxis, np.swapaxes: swapaxes, np.expand_dims: expand_dims, np.squeeze: squeeze,
    np.broadcast_to: broadcast_to, np.concatenate: concatenate, np.stack: stack,
    np.vstack: _joined(lambda rank: 0, lambda s: s if len(s) > 1 else (1, *s) if s else (1, 1)),
    np.hstack: _joined(lambda rank: 0 if rank == 1 else 1, lambda s: s or (1,)),
    np.flip: flip, np.roll: roll, np.tile: tile, np.pad: pad, np.diff: diff, np.take: take,
    np.diagonal: diagonal, np.diag: _diag, np.trace: lambda a, offset=0, **o: _reduce("sum", diagonal(a, offset)),
    np.tril: lambda m, k=0: apply("tril", [m], {"k": k}, shape=m.shape),
    np.triu: lambda m, k=0: apply("triu", [m], {"k": k}, shape=m.shape),
    np.kron: lambda a, b: apply("kron", [a, b], shape=np.kron(np.empty(_shape(a)), np.empty(_shape(b))).shape),
    np.round: lambda a, decimals=0, out=None: _rounded(a, decimals), np.sinc: _unary("sinc"),
    np.zeros_like: _constant(0), np.ones_like: _constant(1),
    np.full_like: lambda a, fill_value, **o: np.full(_shape(a), fill_value, dtype=float),
    np.shape: _shape, np.ndim: lambda a: a.ndim, np.size: lambda a, axis=None: a.size if axis is None else a.shape[axis],
    np.copy: lambda a, **o: a, np.real: lambda a: a,
    np.linalg.norm: norm, np.linalg.solve: solve, np.linalg.inv: _square("inv", 2), np.linalg.det: _square("det", 0),
    np.linalg.cholesky: _square("cholesky", 2), np.linalg.slogdet: slogdet, np.linalg.eigh: eigh,
    np.linalg.eigvalsh: lambda a, UPLO="L": apply("eigvalsh", [a], shape=_shape(a)[:-1]),
}  # fmt: skip


def _rounded(a, decimals):
    if decimals:
        raise TypeError("numpy.round is known without decimals")
    return unary("round", a)


def _method(ufunc, reflected=False):
    if reflected:
        return lambda self, other: getattr(np, ufunc)(other, self)
    return lambda self, other: getattr(np, ufunc)(self, other)


for _name, _ufunc in {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "true_divide", "pow": "power", "mod": "remainder",
    "floordiv": "floor_divide",
}.items():  # fmt: skip
    setattr(Node, f"__{_name}__", _method(_ufunc))
    setattr(Node, f"__r{_name}__", _method(_ufunc, True))
for _name, _ufunc in {
    "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal", "eq": "equal", "ne": "not_equal",
    "and": "logical_and", "or": "logical_or",
}.items():  # fmt: skip
    setattr(Node, f"__{_name}__", _method(_ufunc))
Node.__hash__ = object.__hash__
Node.__invert__ = lambda self: np.logical_not(self)


def from_jax(function, **shapes):
    """The graph of a function of JAX, by its jaxpr, called with arrays of these names and shapes.

    A scan is unrolled, a cond becomes a choice between both of its branches, of which the one not taken counts for nothing,
    not in derivatives either. A loop that runs until something holds has no fixed length, and is refused.
    """
    import jax

    graph = Graph()
    nodes = [graph.input(name, shape) for name, shape in shapes.items()]
    with jax.enable_x64(True):
        arguments = {node.name: jax.ShapeDtypeStruct(node.shape, "float64") for node in nodes}
        order = list(shapes)
        closed, shown = jax.make_jaxpr(lambda *given: function(**dict(zip(order, given))), return_shape=True)(
            *[arguments[name] for name in order]
        )
        results = _run_jaxpr(closed.jaxpr, closed.consts, nodes)
        structure = jax.tree.structure(shown)
    return _with_outputs(graph, jax.tree.unflatten(structure, results)).document()


_SCAN_STEPS_MAX = 1000


def _run_jaxpr(jaxpr, constants, arguments):
    known = dict(zip(jaxpr.constvars, map(_held, constants)))
    known.update(zip(jaxpr.invars, arguments))

    def value(atom):
        return _held(atom.val) if hasattr(atom, "val") else known[atom]

    for equation in jaxpr.eqns:
        operands = [value(atom) for atom in equation.invars]
        results = _jax_equation(equation, operands)
        known.update(zip(equation.outvars, results if isinstance(results, (list, tuple)) else [results]))
    return [value(atom) for atom in jaxpr.outvars]


def _held(value):
    return value if isinstance(value, Node) else np.asarray(value)


def _jax_equation(equation, operands):
    name, params = equation.primitive.name, equation.params
    shape = equation.outvars[0].aval.shape
    inner = params.get("jaxpr") or params.get("call_jaxpr") or params.get("fun_jaxpr")
    if name in ("jit", "pjit") and params["name"] in _JAX_LINALG:
        # As a whole: inside there is a factorization that JAX does not differentiate through.
        found = _JAX_LINALG[params["name"]](operands, [v.aval.shape for v in equation.outvars])
        if found is not None:
            return found
    if name == "custom_linear_solve":
        return _jax_solve(params, operands)
    if name == "scan":
        return _jax_scan(params, operands)
    if name == "cond":
        return _jax_cond(params, operands)
    if inner is not None and name != "while":
        constants = getattr(inner, "consts", ())
        return _run_jaxpr(getattr(inner, "jaxpr", inner), constants, operands)
    if not any(isinstance(x, Node) for x in operands):
        return _bound(equation, operands)
    known = _JAX.get(name)
    if known is None:
        raise TypeError(f"JAX's primitive {name} is not known here")
    return known(operands, params, shape)


def _bound(equation, operands):
    """What an equation gives whose operands are all constants."""
    found = equation.primitive.bind(*operands, **equation.params)
    return [np.asarray(x) for x in found] if equation.primitive.multiple_results else [np.asarray(found)]


def _jax_scan(params, operands):
    constants, carried = params["num_consts"], params["num_carry"]
    length, body = params["length"], params["jaxpr"]
    if length > _SCAN_STEPS_MAX:
        raise TypeError(f"a scan of {length} steps is too long to be unrolled: {_SCAN_STEPS_MAX} are allowed")
    fixed, carry, columns = operands[:constants], operands[constants : constants + carried], operands[constants + carried :]
    rows = []
    for step in reversed(range(length)) if params["reverse"] else range(length):
        items = [x[step] for x in columns]
        results = _run_jaxpr(body.jaxpr, body.consts, [*fixed, *carry, *items])
        carry = results[:carried]
        rows.append(results[carried:])
    rows = rows[::-1] if params["reverse"] else rows
    return [*carry, *[_stacked(column) for column in zip(*rows)]]


def _stacked(items):
    return stack(list(items)) if any(isinstance(x, Node) for x in items) else np.stack(items)


def _jax_cond(params, operands):
    index, *arguments = operands
    results = [_run_jaxpr(branch.jaxpr, branch.consts, arguments) for branch in params["branches"]]
    if not isinstance(index, Node):
        return results[int(np.clip(index, 0, len(results) - 1))]
    chosen = results[-1]
    for number in reversed(range(len(results) - 1)):
        # Whatever is out of range takes the nearest branch.
        test = binary("less_equal", index, number, "bool")
        chosen = [where(test, one, other) for one, other in zip(results[number], chosen)]
    return chosen


def _jax_solve(params, operands):
    matvec = params["jaxprs"].matvec
    count = params["const_lengths"].matvec
    right = operands[builtins.sum(params["const_lengths"]) :]
    if len(right) != 1:
        raise TypeError("a linear solve of several right sides is not known here")
    (b,) = right
    n = int(np.prod(_shape(b), dtype=int))
    # The matrix of the map, column by column: so derivatives go through it, and through no factorization.
    columns = []
    for unit in np.eye(n).reshape(n, *_shape(b)):
        (column,) = _run_jaxpr(matvec.jaxpr, matvec.consts, [*operands[:count], unit])
        columns.append(reshape(column, (-1,)) if isinstance(column, Node) else np.ravel(column))
    return [reshape(solve(stack(columns, 1), reshape(b, (-1,))), _shape(b))]


def _linalg_solve(operands, shapes):
    a, b = operands
    if len(_shape(a)) != 2 or len(_shape(b)) > 2:
        return None
    return [apply("solve", [a, b], shape=shapes[0])]


def _linalg(op):
    return lambda operands, shapes: [apply(op, operands[:1], shape=shapes[0])] if len(operands) == 1 else None


_JAX_LINALG = {
    "solve": _linalg_solve,
    "_solve": _linalg_solve,
    "inv": _linalg("inv"),
    "det": _linalg("det"),
    "_det": _linalg("det"),
    "cholesky": _linalg("cholesky"),
    "logsumexp": lambda operands, shapes: None,
}


def _jax_plain(op, dtype="float64"):
    return lambda operands, params, shape: apply(op, operands, shape=shape, dtype=dtype)


def _jax_reduce(op):
    return lambda operands, params, shape: apply(op, operands, {"axis": list(params["axes"])}, shape=shape)


def _jax_cumulative(op):
    def cumulative(operands, params, shape):
        (x,) = operands
        axis = params["axis"]
        y = flip(x, axis) if params["reverse"] else x
        y = apply(op, [y], {"axis": axis}, shape=shape)
        return flip(y, axis) if params["reverse"] else y

    return cumulative


def _jax_broadcast(operands, params, shape):
    (x,) = operands
    places = params["broadcast_dimensions"]
    lengths = [1] * len(shape)
    for place, length in zip(places, _shape(x)):
        lengths[place] = length
    return broadcast_to(reshape(x, lengths) if isinstance(x, Node) else np.reshape(x, lengths), shape)


def _jax_dot(operands, params, shape):
    a, b = operands
    (left, right), (batch_left, batch_right) = params["dimension_numbers"]
    letters = iter("abcdefghijklmnopqrstuvwxyz")
    names = [[None] * len(_shape(x)) for x in operands]
    for pairs in (zip(batch_left, batch_right), zip(left, right)):
        for i, j in pairs:
            names[0][i] = names[1][j] = next(letters)
    names = [[name or next(letters) for name in side] for side in names]
    shared = [names[0][i] for i in batch_left]
    kept = [n for i, n in enumerate(names[0]) if i not in (*left, *batch_left)]
    kept += [n for j, n in enumerate(names[1]) if j not in (*right, *batch_right)]
    equation = f"{''.join(names[0])},{''.join(names[1])}->{''.join(shared + kept)}"
    return apply("einsum", [a, b], {"equation": equation}, shape=shape)


def _jax_slice(operands, params, shape):
    strides = params["strides"] or [1] * len(params["start_indices"])
    bounds = {"start": list(params["start_indices"]), "stop": list(params["limit_indices"]), "step": list(strides)}
    return apply("slice", operands, bounds, shape=shape)


def _jax_dynamic_slice(operands, params, shape):
    x, *starts = operands
    if any(isinstance(start, Node) for start in starts):
        raise TypeError("a slice whose start is computed is not known here")
    lengths = params["slice_sizes"]
    firsts = [int(np.clip(s, 0, n - size)) for s, n, size in zip(starts, x.shape, lengths)]
    stops = [first + size for first, size in zip(firsts, lengths)]
    return apply("slice", [x], {"start": firsts, "stop": stops}, shape=shape)


def _jax_gather(operands, params, shape):
    x, indices = operands
    numbers = params["dimension_numbers"]
    axes = numbers.start_index_map
    sizes = params["slice_sizes"]
    is_rows = len(axes) == 1 and numbers.collapsed_slice_dims == axes and not numbers.operand_batching_dims
    if not is_rows or any(size != n for i, (size, n) in enumerate(zip(sizes, _shape(x))) if i != axes[0]):
        raise TypeError("a gather other than of whole rows along one axis is not known here")
    numbers = indices[..., 0] if isinstance(indices, Node) else np.asarray(indices)[..., 0]
    y = take(x if isinstance(x, Node) else _lifted(x), numbers, axes[0])
    offsets, rank = params["dimension_numbers"].offset_dims, len(shape)
    # `take` puts what is gathered where the axis was; JAX says where the others go.
    gathered = [i for i in range(rank) if i not in offsets]
    taken = list(range(axes[0], axes[0] + len(_shape(numbers))))
    rest = [i for i in range(rank) if i not in taken]
    order = [None] * rank
    for place, axis in zip([*gathered, *offsets], [*taken, *rest]):
        order[place] = axis
    return transpose(y, order)


def _lifted(x):
    return broadcast_to(np.asarray(x, float), np.shape(x))


def _jax_pad(operands, params, shape):
    x, value = operands
    widths = params["padding_config"]
    if isinstance(value, Node) or any(before < 0 or after < 0 or between for before, after, between in widths):
        raise TypeError("a pad that cuts, spreads, or has a computed value is not known here")
    attrs = {"pad_width": [[before, after] for before, after, _ in widths], "value": float(value)}
    return apply("pad", [x], attrs, shape=shape)


def _jax_convert(operands, params, shape):
    (x,) = operands
    kind = np.dtype(params["new_dtype"]).kind
    if kind in "iu" and x.dtype == "float64":
        x = unary("trunc", x)
    return binary("not_equal", x, 0, "bool") if kind == "b" and x.dtype != "bool" else x


def _jax_select(operands, params, shape):
    which, *cases = operands
    if len(cases) == 2:
        return apply("where", [which, cases[1], cases[0]], shape=shape)
    chosen = cases[-1]
    for number in reversed(range(len(cases) - 1)):
        chosen = where(binary("less_equal", which, number, "bool"), cases[number], chosen)
    return chosen


def _jax_arg(op):
    return lambda operands, params, shape: apply(op, operands, {"axis": params["axes"][0]}, shape=shape, dtype="int32")


_JAX = {
    **{name: _jax_plain(name) for name in _SAME + "pow square erf digamma lgamma".split()},
    **{
        ours: _jax_plain(op)
        for ours, op in {
            "add": "add", "add_any": "add", "sub": "subtract", "mul": "multiply", "div": "divide", "rem": "fmod", "neg": "negative",
            "max": "maximum", "min": "minimum", "atan2": "atan2", "asin": "asin", "acos": "acos", "atan": "atan",
            "asinh": "asinh", "acosh": "acosh", "atanh": "atanh", "logistic": "sigmoid", "rsqrt": "rsqrt", "erf_inv": "erfinv",
            "stop_gradient": "stop_gradient", "bessel_i0e": "i0e", "bessel_i1e": "i1e", "zeta": "zeta",
            "igamma": "gammainc", "igammac": "gammaincc", "regularized_incomplete_beta": "betainc", "polygamma": "polygamma",
        }.items()
    },
    **{
        ours: _jax_plain(op, "bool")
        for ours, op in {
            "eq": "equal", "ne": "not_equal", "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal",
            "and": "logical_and", "or": "logical_or", "not": "logical_not", "eq_to": "equal", "lt_to": "less", "le_to": "less_equal",
        }.items()
    },
    **{f"reduce_{name}": _jax_reduce(name) for name in ("sum", "max", "min", "prod")},
    "argmax": _jax_arg("argmax"), "argmin": _jax_arg("argmin"),
    "cumsum": _jax_cumulative("cumulative_sum"), "cumprod": _jax_cumulative("cumulative_prod"),
    "integer_pow": lambda x, p, s: apply("pow", [x[0], p["y"]], shape=s),
    "broadcast_in_dim": _jax_broadcast,
    "reshape": lambda x, p, s: reshape(x[0], s), "squeeze": lambda x, p, s: reshape(x[0], s),
    "expand_dims": lambda x, p, s: reshape(x[0], s),
    "transpose": lambda x, p, s: transpose(x[0], p["permutation"]),
    "concatenate": lambda x, p, s: apply("concat", x, {"axis": p["dimension"]}, shape=s),
    "rev": lambda x, p, s: flip(x[0], tuple(p["dimensions"])),
    "dot_general": _jax_dot, "slice": _jax_slice, "dynamic_slice": _jax_dynamic_slice, "gather": _jax_gather, "pad": _jax_pad,
    "select_n": _jax_select, "convert_element_type": _jax_convert,
    "copy": lambda x, p, s: x[0], "copy_p": lambda x, p, s: x[0], "reduce_precision": lambda x, p, s: x[0],
    "optimization_barrier": lambda x, p, s: x, "split": lambda x, p, s: _jax_split(x[0], p),
    "clamp": lambda x, p, s: binary("minimum", binary("maximum", x[1], x[0]), x[2]),
    "is_finite": lambda x, p, s: binary("less", unary("abs", x[0]), np.inf, "bool"),
}  # fmt: skip


def _jax_split(x, params):
    ends = np.cumsum(params["sizes"])
    index = [slice(None)] * x.ndim
    parts = []
    for end, size in zip(ends, params["sizes"]):
        index[params["axis"]] = slice(int(end - size), int(end))
        parts.append(x[tuple(index)])
    return parts
