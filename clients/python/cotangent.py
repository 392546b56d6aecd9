"""Builds graphs for Cotangent from Python: by operators, from functions of NumPy, and from functions of JAX.

    import cotangent

    def f(x, a):
        return np.sum(np.exp(-a * x**2))

    document = cotangent.trace(f, x=(3,), a=())

`trace` calls the function with nodes in place of arrays. They know their shapes, and NumPy's operators, functions and
methods as far as the service has them, writing into arrays and `out` included; whatever else is asked of them is an error
that says so. Branches and loops of Python run while tracing, as they do for jax.jit. `from_jax` reads the jaxpr of a
function of JAX, whose loops and branches stay loops and branches. One file, which needs NumPy alone; `from_jax` needs JAX.
"""

import builtins
import functools
import itertools
import json
import operator
import os

import numpy as np

__all__ = ["Function", "Graph", "Node", "apply", "call", "from_jax", "input", "trace"]


class _Expr:
    """What a node stands for, an input or an operator applied to operands; it never changes."""

    __slots__ = ("op", "args", "attrs", "shape", "dtype", "name", "result")

    def __init__(self, op, args=(), attrs=None, shape=(), dtype="float64", name=None, result=None):
        self.op, self.args, self.attrs = op, tuple(args), dict(attrs or {})
        self.shape, self.dtype, self.name, self.result = tuple(map(int, shape)), dtype, name, result


class Node:
    """An array of a graph. Writing into it makes it stand for another value, and leaves what was made of it as it was."""

    __array_priority__ = 1000
    __slots__ = ("expr", "base", "index", "version", "seen")

    def __init__(self, expr):
        self.expr, self.base, self.index, self.version, self.seen = expr, None, None, 0, 0

    op = property(lambda self: self.expr.op)
    args = property(lambda self: self.expr.args)
    attrs = property(lambda self: self.expr.attrs)
    shape = property(lambda self: self.expr.shape)
    dtype = property(lambda self: self.expr.dtype)
    name = property(lambda self: self.expr.name)
    ndim = property(lambda self: len(self.shape))
    size = property(lambda self: _count(self.shape))
    T = property(lambda self: transpose(self))
    mT = property(lambda self: swapaxes(self, -1, -2))
    real = property(lambda self: self)
    flat = property(lambda self: iter(reshape(self, (-1,))))

    def __repr__(self):
        return f"<{self.name or self.op or 'result'} of shape {self.shape}>"

    def __len__(self):
        if not self.shape:
            raise TypeError("a scalar has no length")
        return self.shape[0]

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __bool__(self):
        raise TypeError(f"{self!r} has no value while it is traced: use numpy.where in place of a branch on it")

    def __float__(self):
        raise TypeError(f"{self!r} has no value while it is traced: math's functions need numbers, use numpy's; an array of "
                        "numbers cannot hold it: begin with numpy.zeros_like of a traced array, or use numpy.stack")  # fmt: skip

    __int__ = __index__ = __complex__ = __float__

    def __array__(self, *_, **__):
        raise TypeError(f"{self!r} cannot become an array of NumPy: a function is called that Cotangent does not know")

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        (out,) = options.pop("out", None) or (None,)
        if out is not None and not isinstance(out, Node):
            raise TypeError(f"an array of numbers cannot hold what numpy.{ufunc.__name__} gives here: begin with "
                            "numpy.zeros_like of a traced array")  # fmt: skip
        dtype = options.pop("dtype", None)
        where_ = options.pop("where", True)
        made = _run_ufunc(ufunc, method, inputs, options)
        if where_ is not True:
            if out is None:
                raise TypeError(f"numpy.{ufunc.__name__} with where needs out, for the other elements")
            made = where(where_, made, out)
        if dtype is not None:
            made = made.astype(dtype)
        return made if out is None else out._write(made)

    def __array_function__(self, function, _, args, options):
        known = _FUNCTIONS.get(function)
        if known is None:
            raise TypeError(f"{_name_of(function)} is not known here")
        out = options.pop("out", None)
        try:
            made = known(*args, **options)
        except TypeError as error:
            if "unexpected keyword argument" in str(error) or "positional argument" in str(error):
                raise TypeError(f"{_name_of(function)} is not known with such arguments: {error}") from None
            raise
        if out is None:
            return made
        if not isinstance(out, Node):
            raise TypeError(f"an array of numbers cannot hold what {_name_of(function)} gives here")
        return out._write(made)

    def __getitem__(self, index):
        return _item(self, index)

    def __setitem__(self, index, value):
        if isinstance(value, Node) and value.base is self and value.seen == self.version:
            if value.index is not None and value.index == _key(index):
                return
        if isinstance(index, Node) and index.dtype == "bool":
            if index.shape != self.shape or _shape(value):
                raise TypeError("a mask that is computed takes one number: use numpy.where")
            self._write(where(index, value, self))
            return
        places = _places(self.shape, index)
        if places.size == 0:
            return
        value = broadcast_to(value, places.shape)
        if places.size == self.size and np.array_equal(places.ravel(), np.arange(self.size)):
            self._write(reshape(value, self.shape))
            return
        flat = apply("put_along_axis", [reshape(self, (-1,)), places.ravel(), reshape(value, (-1,))], {"axis": 0}, shape=(self.size,))
        self._write(reshape(flat, self.shape))

    def _write(self, value):
        """Puts a value in place of all elements, as NumPy does for all who have this array."""
        value = as_node(broadcast_to(value, self.shape))
        if value.dtype != self.dtype:
            if self.dtype != "float64":
                raise TypeError(f"{self!r} holds {self.dtype} and cannot take {value.dtype}: use astype first")
            value = value.astype("float64")
        if self.base is None:
            self.expr, self.version = _value(value), self.version + 1
        elif self.index is None:
            raise TypeError("writing into an array through a view that is no slice of it is not known here: copy it first")
        else:
            _value(self)
            self.base[self.index] = value
            self.expr, self.seen = _value(value), self.base.version
        return self

    def __neg__(self):
        return unary("negative", self)

    def __pos__(self):
        return self.copy()

    def __abs__(self):
        return unary("abs", self)

    def __invert__(self):
        return np.logical_not(self)

    def __matmul__(self, other):
        return matmul(self, other)

    def __rmatmul__(self, other):
        return matmul(other, self)

    def __imatmul__(self, other):
        return self._write(matmul(self, other))

    def __round__(self, digits=0):
        return _rounded(self, digits)

    def copy(self, order="C"):
        return Node(_value(self))

    def astype(self, dtype, copy=True, **options):
        dtype = _dtype_name(np.dtype(dtype))
        return self.copy() if dtype == self.dtype else apply("cast", [self], {"dtype": dtype}, shape=self.shape, dtype=dtype)

    def sum(self, axis=None, dtype=None, out=None, keepdims=False):
        return np.sum(self, axis=axis, keepdims=keepdims)

    def mean(self, axis=None, keepdims=False):
        return _reduce("mean", self, axis, keepdims)

    def prod(self, axis=None, keepdims=False):
        return _reduce("prod", self, axis, keepdims)

    def max(self, axis=None, keepdims=False):
        return _reduce("max", self, axis, keepdims)

    def min(self, axis=None, keepdims=False):
        return _reduce("min", self, axis, keepdims)

    def argmax(self, axis=None, keepdims=False):
        return _reduce("argmax", self, axis, keepdims)

    def argmin(self, axis=None, keepdims=False):
        return _reduce("argmin", self, axis, keepdims)

    def any(self, axis=None, keepdims=False):
        return _truth("max", self, axis, keepdims)

    def all(self, axis=None, keepdims=False):
        return _truth("min", self, axis, keepdims)

    def var(self, axis=None, ddof=0, keepdims=False):
        return _reduce("var", self, axis, keepdims, correction=ddof)

    def std(self, axis=None, ddof=0, keepdims=False):
        return _reduce("std", self, axis, keepdims, correction=ddof)

    def cumsum(self, axis=None):
        return _cumulative("cumulative_sum", self, axis)

    def cumprod(self, axis=None):
        return _cumulative("cumulative_prod", self, axis)

    def argsort(self, axis=-1, **options):
        return np.argsort(self, axis)

    def sort(self, axis=-1, **options):
        self._write(np.sort(self, axis))

    def fill(self, value):
        self._write(value)

    def take(self, indices, axis=None):
        return take(self, indices, axis)

    def repeat(self, repeats, axis=None):
        return _repeat(self, repeats, axis)

    def trace(self, offset=0):
        return np.trace(self, offset)

    def diagonal(self, offset=0):
        return diagonal(self, offset)

    def squeeze(self, axis=None):
        return squeeze(self, axis)

    def swapaxes(self, axis1, axis2):
        return swapaxes(self, axis1, axis2)

    def reshape(self, *shape, **options):
        return reshape(self, shape[0] if len(shape) == 1 and not isinstance(shape[0], int) else shape, **options)

    def ravel(self):
        return reshape(self, (-1,))

    def flatten(self):
        return reshape(self, (-1,)).copy()

    def transpose(self, *axes):
        return transpose(self, axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes or None)

    def dot(self, other):
        return dot(self, other)

    def clip(self, min=None, max=None):
        return clip(self, min, max)

    def round(self, decimals=0):
        return _rounded(self, decimals)

    def tolist(self):
        return [x.tolist() for x in self] if self.shape else self

    def item(self, *index):
        return self[index[0] if len(index) == 1 else index] if index else reshape(self, ())


def _name_of(function):
    return f"{function.__module__}.{function.__name__}"


def _count(shape):
    return int(np.prod(shape, dtype=np.int64))


def _key(index):
    return index if isinstance(index, tuple) else (index,)


def _value(x):
    """What an operand is now: arrays of numbers may be written to later."""
    if not isinstance(x, Node):
        return np.array(x)
    if x.base is not None and x.base.version != x.seen:
        raise TypeError(f"{x!r} is a view of an array that was written to since: copy it before")
    return x.expr


def _view(of, node, index=None):
    """Marks a node as a view of an array, into which others may write."""
    if isinstance(of, Node) and node is not of:
        node.base = of if of.base is None else of.base
        node.seen = node.base.version
        node.index = None if index is None or of.base is not None else _key(index)
    return node


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


_INTEGERS = ("int8", "uint8", "int16", "int32", "int64")


def _dtype_name(dtype):
    """The service's name of a dtype; floats of fewer bits are rounded when they are stored only."""
    if dtype.kind == "b":
        return "bool"
    if dtype == np.float64 or dtype.name in _INTEGERS:
        return dtype.name
    raise TypeError(f"values of dtype {dtype.name} are not known here: float64, bool and {', '.join(_INTEGERS)} are")


def _dtype_of(x):
    if isinstance(x, (Node, _Expr)):
        return x.dtype
    return _dtype_name(np.asarray(x).dtype)


def _is_literal(x):
    return not isinstance(x, (Node, _Expr)) and np.ndim(x) == 0


def _joint_dtype(op, args):
    """The dtype of what an operator gives."""
    if op in _TRUTHS or op == "logical_not":
        return "bool"
    if op in ("argmax", "argmin", "argsort", "searchsorted"):
        return "int32"
    if op not in _KEEPS_INTEGERS and op not in _MOVES:
        return "float64"
    typed = [_dtype_of(x) for x in (args[1:] if op == "where" else args) if not _is_literal(x)]
    literals = [_dtype_of(x) for x in (args[1:] if op == "where" else args) if _is_literal(x)]
    if op == "take" or op in ("put_add", "put_along_axis", "take_along_axis"):
        typed = typed[:1]
    if typed and all(dtype in _INTEGERS for dtype in typed) and all(dtype != "float64" for dtype in literals):
        return max(typed, key=lambda dtype: (_INTEGERS.index(dtype)))
    if op in _MOVES and typed and all(dtype == "bool" for dtype in typed):
        return "bool"
    return "float64"


_KEEPS_INTEGERS = set(
    "add subtract multiply negative floor_divide remainder abs sign minimum maximum clip where sum prod min max "
    "cumulative_sum".split()
)
_MOVES = set(
    "reshape permute_dims broadcast_to slice concat stack flip roll tile take take_along_axis put_along_axis put_add diag "
    "diagonal tril triu matrix_transpose stop_gradient sort".split()
)


def apply(op, args, attrs=None, *, shape=None, dtype=None, results=None):
    """Applies an operator of the service; `shape` is the result's, or `results` says for each of several its shape and dtype."""
    attrs = {name: value for name, value in (attrs or {}).items() if value is not None}
    values = [_value(x) for x in args]
    if results is None:
        return Node(_Expr(op, values, attrs, shape, dtype or _joint_dtype(op, values)))
    whole = _Expr(op, values, attrs)
    return tuple(Node(_Expr(None, [whole], shape=s, dtype=d, result=i)) for i, (s, d) in enumerate(results))


def unary(op, x):
    """Applies an operator to each element."""
    return apply(op, [x], shape=_shape(x))


def binary(op, x, y, dtype=None):
    """Applies an operator to each pair of elements, broadcasting."""
    return apply(op, [x, y], shape=np.broadcast_shapes(_shape(x), _shape(y)), dtype=dtype)


def input(name, shape=(), dtype="float64"):
    """An input of a graph."""
    return Node(_Expr(None, shape=(shape,) if isinstance(shape, int) else shape, dtype=dtype, name=name))


class Function:
    """A function in a graph: inputs in order, outputs, and a rule for its derivative, if it has one of its own."""

    def __init__(self, inputs, outputs, jvp=None, vjp=None):
        self.inputs = [_value(node) for node in inputs]
        self.outputs = [_value(as_node(node)) for node in outputs]
        self.rules = {name: rule for name, rule in (("jvp", jvp), ("vjp", vjp)) if rule is not None}

    def results(self):
        """The shape and dtype of each output."""
        return [(output.shape, output.dtype) for output in self.outputs]


def as_node(x):
    """A node, of a constant too."""
    if isinstance(x, Node):
        return x
    array = np.asarray(x)
    return apply("broadcast_to", [array], {"shape": list(array.shape)}, shape=array.shape, dtype=_dtype_name(array.dtype))


def call(op, args, attrs, results):
    """Applies an operator of functions; what it gives, one or several, as a list."""
    if len(results) > 1:
        return list(apply(op, args, attrs, results=results))
    ((shape, dtype),) = results
    return [apply(op, args, attrs, shape=shape, dtype=dtype)]


class Graph:
    """A graph while it is built: inputs in order, outputs by name."""

    def __init__(self):
        self.inputs, self.outputs = [], {}

    def input(self, name, shape=(), dtype="float64"):
        node = input(name, shape, dtype)
        self.inputs.append(node.expr)
        return node

    def output(self, name, node):
        self.outputs[name] = _value(as_node(node if isinstance(node, Node) else np.asarray(node, float)))
        return self

    def document(self):
        """The graph as the service takes it."""
        functions = _Functions()
        document = functions.body(self.inputs, self.outputs.items())
        return {**document, "functions": functions.bodies} if functions.bodies else document


class _Functions:
    """The functions of a document by name; equal ones are one."""

    def __init__(self):
        self.bodies, self._names, self._texts = {}, {}, {}

    def name(self, function):
        known = self._names.get(id(function))
        if known is not None:
            return known[0]
        outputs = [(f"y{i}", output) for i, output in enumerate(function.outputs)]
        body = self.body(function.inputs, outputs)
        body.update({rule: self.name(of) for rule, of in function.rules.items()})
        name = self._texts.setdefault(json.dumps(body, sort_keys=True), f"f{len(self.bodies) + 1}")
        self.bodies[name] = body
        # Held, so that no other gets its number.
        self._names[id(function)] = name, function
        return name

    def _attribute(self, value):
        if isinstance(value, Function):
            return self.name(value)
        if isinstance(value, (list, tuple)):
            return [self._attribute(item) for item in value]
        return value.item() if isinstance(value, np.generic) else value

    def body(self, inputs, outputs):
        """Inputs, nodes, constants and outputs, in an order in which operands come first."""
        nodes, constants, known, arrays = [], [], {}, {}
        used = {node.name for node in inputs}
        names = (name for name in (f"v{i}" for i in itertools.count(1)) if name not in used)

        def constant(array):
            key = array.shape, array.dtype.str, array.tobytes()
            if key not in arrays:
                arrays[key] = next(names)
                constants.append({"name": arrays[key], "value": _plain(array)})
            return arrays[key]

        def reference(arg, of):
            if isinstance(arg, _Expr):
                if arg.result is not None:
                    return f"{known[id(arg.args[0])]}:{arg.result}"
                return arg.name or known[id(arg)]
            # Only operators that mix dtypes take a number for an integer.
            is_typed = arg.dtype.kind != "f" and (of.op in _MOVES or _FUNCTION_ATTRIBUTES & of.attrs.keys())
            return constant(arg) if arg.ndim or is_typed else _plain(arg, True)

        def visit(root):
            pending = [root]
            while pending:
                node = pending[-1]
                if not isinstance(node, _Expr) or node.name or id(node) in known:
                    pending.pop()
                    continue
                waiting = [a for a in node.args if isinstance(a, _Expr) and not a.name and id(a) not in known]
                if waiting:
                    pending.extend(reversed(waiting))
                    continue
                pending.pop()
                if node.result is not None:
                    known[id(node)] = None
                    continue
                name = next(names)
                entry = {"id": name, "op": node.op, "args": [reference(a, node) for a in node.args]}
                if node.attrs:
                    entry["attrs"] = {key: self._attribute(value) for key, value in node.attrs.items()}
                nodes.append(entry)
                known[id(node)] = name

        ends = []
        for name, node in outputs:
            visit(node)
            ends.append({"name": name, "node": reference(node, None)})
        starts = [{"name": i.name, "shape": list(i.shape), "dtype": i.dtype} for i in inputs]
        document = {"inputs": starts, "nodes": nodes, "outputs": ends}
        return {**document, "constants": constants} if constants else document


_FUNCTION_ATTRIBUTES = {"function", "condition", "then", "branches"}


def _plain(array, is_literal=False):
    if array.dtype.kind == "b":
        return array.tolist()
    flat = [x if np.isfinite(x) else str(x).replace("inf", "Infinity").replace("nan", "NaN") for x in array.ravel().tolist()]
    dtype = _dtype_name(array.dtype)
    if any(abs(x) > 2**53 for x in flat if isinstance(x, int)):
        raise TypeError("integers beyond 2**53 are not known here")
    return flat[0] if is_literal else {"shape": list(array.shape), "dtype": dtype, "data": flat}


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


def _run_ufunc(ufunc, method, inputs, options):
    name = ufunc.__name__
    said = f"numpy.{name}{'' if method == '__call__' else '.' + method}"
    if method == "__call__" and name in _UFUNCS and not options:
        return _UFUNCS[name](*inputs)
    if method == "reduce" and (name in _REDUCTIONS or name in _TRUTH_REDUCTIONS):
        if any(value is not None and value is not np._NoValue for value in (options.get("initial"), options.get("where"))):
            raise TypeError(f"{said} is known with axis and keepdims only")
        axis, keepdims = options.get("axis", 0), options.get("keepdims", False)
        if name in _TRUTH_REDUCTIONS:
            return _truth(_TRUTH_REDUCTIONS[name], inputs[0], axis, keepdims)
        return _reduce(_REDUCTIONS[name], inputs[0], axis, keepdims)
    if method == "accumulate" and name in _ACCUMULATIONS:
        return _cumulative(_ACCUMULATIONS[name], inputs[0], options.get("axis", 0))
    if method == "outer" and name in _UFUNCS and ufunc.nin == 2:
        a, b = inputs
        return _UFUNCS[name](reshape(as_node(a), _shape(a) + (1,) * len(_shape(b))), b)
    if method == "at" and name in ("add", "subtract"):
        x, index, value = inputs
        places = _places(x.shape, index)
        value = broadcast_to(value if name == "add" else np.negative(value), places.shape)
        parts = [reshape(x, (-1,)), places.ravel(), reshape(value, (-1,))]
        return x._write(reshape(apply("put_add", parts, {"axis": 0}, shape=(x.size,)), x.shape))
    raise TypeError(f"{said} is not known here")


def _reduce(op, x, axis=None, keepdims=False, **attrs):
    x = as_node(x)
    if x.dtype == "bool" and op in ("sum", "prod", "max", "min", "mean"):
        x = x.astype(np.int64)
    axes = _axes(axis, x.ndim)
    kept = [1 if i in axes else n for i, n in enumerate(x.shape) if keepdims or i not in axes]
    given = None if axis is None else list(axes) if np.ndim(axis) else axes[0]
    return apply(op, [x], {"axis": given, "keepdims": keepdims or None, **attrs}, shape=kept)


def _truth(op, x, axis=None, keepdims=False):
    """Whether any (`max`) or all (`min`) elements are true."""
    x = as_node(x)
    return _reduce(op, x if x.dtype == "bool" else binary("not_equal", x, 0), axis, keepdims).astype(bool)


def _reduction(op):
    def reduce(a, axis=None, dtype=None, keepdims=False, initial=np._NoValue, where=np._NoValue):
        if dtype is not None or initial is not np._NoValue:
            raise TypeError(f"numpy.{op} is known with axis, keepdims and where only")
        if where is not np._NoValue and where is not True:
            if op not in ("sum", "prod"):
                raise TypeError(f"numpy.{op} is not known with where")
            a = _FUNCTIONS[np.where](where, a, 0 if op == "sum" else 1)
        return _reduce(op, a, axis, keepdims is True)

    return reduce


def _spread(op):
    def reduce(a, axis=None, dtype=None, ddof=0, keepdims=False):
        return _reduce(op, a, axis, keepdims is True, correction=ddof)

    return reduce


def _position(op):
    def position(a, axis=None, keepdims=False):
        return _reduce(op, a, axis, keepdims is True)

    return position


def _cumulative(op, x, axis=None):
    x = as_node(x)
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


def dot(a, b):
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


def einsum(equation, *operands, optimize=None):
    """Einstein's sum."""
    shape = np.einsum(equation, *(np.zeros(_shape(x)) for x in operands)).shape
    return apply("einsum", operands, {"equation": equation}, shape=shape)


def inner(a, b):
    """NumPy's inner product."""
    return tensordot(a, b, ([-1], [-1])) if _shape(a) and _shape(b) else binary("multiply", a, b)


def outer(a, b):
    """All products of two vectors' elements."""
    a, b = reshape(as_node(a), (-1,)), reshape(as_node(b), (-1,))
    return apply("outer", [a, b], shape=(*_shape(a), *_shape(b)))


def cross(a, b, axis=-1):
    """The vector product, of vectors of three."""
    if not _shape(a)[axis] == _shape(b)[axis] == 3:
        raise TypeError("numpy.cross is known of vectors of three elements")
    shape = np.broadcast_shapes(_shape(a), _shape(b))
    return apply("cross", [a, b], {"axis": axis}, shape=shape)


def where(condition, x=None, y=None):
    """One of two, element by element."""
    if x is None or y is None:
        raise TypeError("numpy.where is known with three arguments: shapes cannot depend on values")
    shape = np.broadcast_shapes(_shape(condition), _shape(x), _shape(y))
    return apply("where", [condition, x, y], shape=shape)


def clip(a, a_min=None, a_max=None, **bounds):
    """Values between two bounds."""
    low, high = bounds.get("min", a_min), bounds.get("max", a_max)
    if any(isinstance(bound, Node) or np.ndim(bound) for bound in (low, high) if bound is not None) or _dtype_of(a) != "float64":
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
    if not isinstance(a, Node):
        return np.reshape(a, sizes)
    if tuple(sizes) == a.shape:
        return a
    return _view(a, apply("reshape", [a], {"shape": sizes}, shape=sizes))


def broadcast_to(array, shape, subok=False):
    """The array repeated along new axes and those of length 1."""
    shape = [shape] if isinstance(shape, int) else [int(n) for n in shape]
    if not isinstance(array, Node):
        return np.broadcast_to(array, shape)
    if array.shape == tuple(shape):
        return array
    if np.broadcast_shapes(_shape(array), tuple(shape)) != tuple(shape):
        raise ValueError(f"an array of shape {_shape(array)} does not broadcast to {tuple(shape)}")
    dtype = _dtype_of(array)
    return _view(array, apply("broadcast_to", [array], {"shape": shape}, shape=shape, dtype=dtype))


def transpose(a, axes=None):
    """Axes in another order."""
    rank = len(_shape(a))
    order = list(range(rank))[::-1] if axes is None else [_axis(i, rank) for i in axes]
    if not isinstance(a, Node):
        return np.transpose(a, order)
    if order == list(range(rank)):
        return a
    return _view(a, apply("permute_dims", [a], {"axes": order}, shape=[_shape(a)[i] for i in order]))


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
    arrays = list(arrays)
    shapes = [_shape(a) for a in arrays]
    axis = _axis(axis, len(shapes[0]))
    shape = list(shapes[0])
    shape[axis] = builtins.sum(s[axis] for s in shapes)
    return apply("concat", arrays, {"axis": axis}, shape=shape)


def stack(arrays, axis=0, **options):
    """Arrays side by side, along a new axis."""
    arrays = list(arrays)
    if len({_shape(a) for a in arrays}) != 1:
        raise ValueError("all arrays to be stacked have one shape")
    shape = list(_shape(arrays[0]))
    axis = _axis(axis, len(shape) + 1)
    return apply("stack", arrays, {"axis": axis}, shape=[*shape[:axis], len(arrays), *shape[axis:]])


def _joined(axis_of, least):
    def join(arrays, **options):
        raised = [reshape(a, least(_shape(a))) for a in arrays]
        return concatenate(raised, axis_of(len(_shape(raised[0]))))

    return join


def flip(m, axis=None):
    """Backwards along some axes."""
    return _view(m, apply("flip", [m], {"axis": None if axis is None else list(_axes(axis, m.ndim))}, shape=m.shape))


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
    if isinstance(indices, Node):
        if indices.dtype not in _INTEGERS:
            raise IndexError("arrays of indices are of integers: use astype(int)")
        indices = where(binary("less", indices, 0), binary("add", indices, a.shape[axis]), indices)
    else:
        indices = np.asarray(indices)
        indices = np.where(indices < 0, indices + a.shape[axis], indices)
        if indices.size and not (indices.min() >= 0 and indices.max() < a.shape[axis]):
            raise IndexError(f"an index is out of bounds for axis {axis} of length {a.shape[axis]}")
    shape = (*a.shape[:axis], *_shape(indices), *a.shape[axis + 1 :])
    return apply("take", [a, indices], {"axis": axis}, shape=shape)


def _places(shape, index):
    """The numbers of the elements that an index names, of an array of a shape, counted row by row."""
    if any(isinstance(i, Node) for i in _key(index)):
        raise TypeError("an index that is computed is not known here: use numpy.where or numpy.take")
    return np.asarray(np.arange(_count(shape)).reshape(shape)[index])


def _item(x, index):
    asked, index = index, _key(index)
    if isinstance(asked, Node) and asked.dtype == "bool":
        raise TypeError("how many elements a mask takes depends on values: use numpy.where")
    arrays = [i for i in index if isinstance(i, (np.ndarray, list))]
    if len(arrays) > 1 or any(np.asarray(i).dtype.kind == "b" and np.ndim(i) > 1 for i in arrays) or (
        arrays and any(isinstance(i, (int, np.integer)) for i in index)
    ):
        if not any(isinstance(i, Node) for i in index):
            return take(reshape(x, (-1,)), _places(x.shape, asked))
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
            try:
                first, by, length = _axis(operator.index(i), n), 1, 1
            except ValueError:
                raise IndexError(f"index {i} is out of bounds for an axis of length {n}") from None
            last = first + 1
        start.append(first)
        stop.append(None if last < 0 else last)
        step.append(by)
        shape.append(length)
    whole = all(s is not None and first == 0 and s == n and by == 1 for first, s, by, n in zip(start, stop, step, x.shape))
    y = x if whole else apply("slice", [x], {"start": start, "stop": stop, "step": step}, shape=shape)
    y = reshape(y, final) if tuple(final) != y.shape else y
    if len(arrays) > 1:
        raise TypeError("one array of computed indices is known, not several")
    if not arrays:
        return _view(x, Node(_value(x)) if y is x else y, asked)
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
    batch, rest = (_shape(b)[:-2], _shape(b)[-1:]) if len(_shape(b)) > 1 else ((), ())
    shape = (*np.broadcast_shapes(_shape(a)[:-2], batch), _shape(a)[-1], *rest)
    return apply("solve", [a, b], shape=shape)


def _square(op, rank):
    return lambda a: apply(op, [a], shape=_shape(a)[:-2] if rank == 0 else _shape(a))


def slogdet(a):
    """The sign and the logarithm of the magnitude of a determinant."""
    return apply("slogdet", [a], results=[(_shape(a)[:-2], "float64")] * 2)


def eigh(a, UPLO="L"):
    """Eigenvalues and eigenvectors of a symmetric matrix."""
    (lower,) = [tri(a, k) for tri, k in [(_FUNCTIONS[np.tril if UPLO == "L" else np.triu], 0)]]
    return apply("eigh", [_mirrored(lower)], results=[(_shape(a)[:-1], "float64"), (_shape(a), "float64")])


def _mirrored(triangle):
    """The symmetric matrix of a triangle."""
    size = triangle.shape[-1]
    return binary("multiply", binary("add", triangle, swapaxes(triangle, -1, -2)), 1 - np.eye(size) / 2)


def _svd(a, full_matrices=True, compute_uv=True, hermitian=False):
    rows, columns = _shape(a)[-2:]
    batch, least = _shape(a)[:-2], min(rows, columns)
    if not compute_uv:
        return apply("svdvals", [a], shape=(*batch, least))
    if full_matrices and rows != columns:
        raise TypeError("numpy.linalg.svd is known with full_matrices=False")
    shapes = (*batch, rows, least), (*batch, least), (*batch, least, columns)
    return apply("svd", [a], results=[(shape, "float64") for shape in shapes])


def _qr(a, mode="reduced"):
    rows, columns = _shape(a)[-2:]
    least = min(rows, columns)
    if mode not in ("reduced", "r"):
        raise TypeError("numpy.linalg.qr is known in modes reduced and r")
    shapes = (*_shape(a)[:-2], rows, least), (*_shape(a)[:-2], least, columns)
    q, r = apply("qr", [a], results=[(shape, "float64") for shape in shapes])
    return r if mode == "r" else (q, r)


def _lstsq(a, b, rcond=None):
    """Least squares; the residuals, rank and singular values that NumPy gives besides are not."""
    return apply("lstsq", [a, b], shape=(_shape(a)[-1], *_shape(b)[1:])), None, None, None


def _sorted(op):
    def in_order(a, axis=-1, **options):
        a = reshape(a, (-1,)) if axis is None else a
        return apply(op, [a], {"axis": _axis(-1 if axis is None else axis, a.ndim)}, shape=a.shape)

    return in_order


def _quantile(a, q, axis=None, keepdims=False):
    if isinstance(q, Node):
        raise TypeError("numpy.quantile is known with numbers for q")
    if np.ndim(q):
        return stack([_quantile(a, each, axis, keepdims) for each in np.asarray(q)])
    return _reduce("quantile", a, axis, keepdims is True, q=float(q))


def _repeat(a, repeats, axis=None):
    a, axis = (reshape(a, (-1,)), 0) if axis is None else (a, axis)
    return take(a, np.repeat(np.arange(a.shape[axis]), repeats), axis)


def _interp(x, xp, fp, left=None, right=None, period=None):
    if left is not None or right is not None or period is not None:
        raise TypeError("numpy.interp is known without left, right and period")
    return apply("interp", [x, xp, fp], shape=_shape(x), dtype="float64")


def _convolve(a, v, mode="full"):
    n, m = _shape(a)[0], _shape(v)[0]
    if n < m:
        a, v, n, m = v, a, m, n
    image, window = reshape(as_node(a), (1, 1, n)), reshape(flip(as_node(v)), (1, 1, m))
    whole = apply("conv", [image, window], {"padding": [[m - 1, m - 1]]}, shape=(1, 1, n + m - 1))
    whole = reshape(whole, (-1,))
    first, length = {"full": (0, n + m - 1), "same": ((m - 1) // 2, n), "valid": (m - 1, n - m + 1)}[mode]
    return whole[first : first + length]


def _gradient(f, *spacing, axis=None, edge_order=1):
    if f.ndim != 1 or len(spacing) > 1 or any(np.ndim(h) for h in spacing) or edge_order != 1:
        raise TypeError("numpy.gradient is known of vectors with one spacing")
    h = spacing[0] if spacing else 1.0
    return concatenate([(f[1:2] - f[:1]) / h, (f[2:] - f[:-2]) / (2 * h), (f[-1:] - f[-2:-1]) / h])


def _trapezoid(y, x=None, dx=1.0, axis=-1):
    y = moveaxis(as_node(y), axis, -1)
    steps = dx if x is None else np.diff(x)
    return np.sum(binary("multiply", steps, (y[..., 1:] + y[..., :-1]) / 2), axis=-1)


def _average(a, axis=None, weights=None, returned=False, keepdims=False):
    if weights is None:
        return _reduce("mean", a, axis, keepdims is True)
    if _shape(weights) != _shape(a):
        lengths = [1] * len(_shape(a))
        lengths[_axis(axis, len(lengths))] = -1
        weights = reshape(weights, lengths) if isinstance(weights, Node) else np.reshape(weights, lengths)
        weights = broadcast_to(weights, _shape(a))
    weighted = binary("multiply", a, weights)
    return binary("divide", _reduce("sum", weighted, axis, keepdims is True), _reduce("sum", weights, axis, keepdims is True))


def _cov(m, rowvar=True, ddof=1):
    rows = m if rowvar else transpose(m)
    rows = reshape(rows, (1, -1)) if rows.ndim == 1 else rows
    centred = rows - _reduce("mean", rows, 1, True)
    made = matmul(centred, transpose(centred)) / (rows.shape[1] - ddof)
    return reshape(made, ()) if m.ndim == 1 else made


def _split(ary, sections, axis=0):
    parts = np.array_split if isinstance(sections, int) else np.split
    places = parts(np.arange(ary.shape[axis]), sections)
    index = [slice(None)] * ary.ndim
    made = []
    for part in places:
        index[axis] = slice(int(part[0]), int(part[-1]) + 1) if part.size else slice(0, 0)
        made.append(ary[tuple(index)])
    return made


def _even_split(ary, sections, axis=0):
    if isinstance(sections, int) and ary.shape[axis] % sections:
        raise ValueError(f"an axis of length {ary.shape[axis]} is not split into {sections} equal parts")
    return _split(ary, sections, axis)


def _linspace(start, stop, num=50, endpoint=True):
    rank = len(np.broadcast_shapes(_shape(start), _shape(stop)))
    steps = np.linspace(0, 1, num, endpoint).reshape(-1, *[1] * rank)
    return start + (stop - start) * steps


def _polyval(p, x):
    total = np.zeros(_shape(x))
    for coefficient in p:
        total = total * x + coefficient
    return total


def _matrix_power(a, n):
    return apply("matrix_power", [a], {"n": int(n)}, shape=_shape(a))


def _multi_dot(arrays):
    made = arrays[0]
    for each in arrays[1:]:
        made = dot(made, each)
    return made


def _select(condlist, choicelist, default=0):
    made = default
    for condition, choice in reversed(list(zip(condlist, choicelist))):
        made = where(condition, choice, made)
    return made


def _nan_to_num(x, copy=True, nan=0.0, posinf=None, neginf=None):
    top = np.finfo(float).max
    x = where(binary("equal", x, np.inf), top if posinf is None else posinf, x)
    x = where(binary("equal", x, -np.inf), -top if neginf is None else neginf, x)
    return where(binary("not_equal", x, x), nan, x)


def _atleast(rank):
    def raised(*arrays):
        made = [reshape(as_node(a), (1,) * (rank - len(_shape(a))) + _shape(a)) if len(_shape(a)) < rank else a for a in arrays]
        return made[0] if len(made) == 1 else tuple(made)

    return raised


def _meshgrid(*arrays, indexing="xy", sparse=False, copy=True):
    rank = len(arrays)
    places = list(range(rank))
    if indexing == "xy" and rank > 1:
        places[0], places[1] = 1, 0
    lengths = [1] * rank
    for place, a in zip(places, arrays):
        lengths[place] = _count(_shape(a))
    made = []
    for place, a in zip(places, arrays):
        own = [1] * rank
        own[place] = -1
        a = reshape(as_node(a), own)
        made.append(a if sparse else broadcast_to(a, lengths))
    return made


def _isclose(a, b, rtol=1e-5, atol=1e-8):
    return np.less_equal(np.abs(np.subtract(a, b)), atol + rtol * np.abs(b))


def _block(arrays):
    def depth(x):
        return 1 + depth(x[0]) if isinstance(x, list) else 0

    def joined(x, level):
        return concatenate([joined(item, level - 1) for item in x], axis=-level) if level else x

    rank = depth(arrays)
    raised = _atleast(builtins.max(rank, 1))
    lift = lambda x: [lift(item) for item in x] if isinstance(x, list) else raised(x)
    return joined(lift(arrays), rank)


def _column_stack(arrays):
    return concatenate([reshape(a, (-1, 1)) if len(_shape(a)) < 2 else a for a in map(as_node, arrays)], 1)


def _put(op):
    def put_along(arr, indices, values, axis):
        return apply(op, [arr, indices, values], {"axis": _axis(axis, arr.ndim)}, shape=arr.shape)

    return put_along


def _take_along(arr, indices, axis=-1):
    shape = list(np.broadcast_shapes(*(s[:axis] + (1,) + s[axis:][1:] for s in (_shape(arr), _shape(indices)))))
    shape[axis] = _shape(indices)[axis]
    indices = indices if isinstance(indices, Node) else np.where(np.asarray(indices) < 0, np.asarray(indices) + _shape(arr)[axis], indices)
    return apply("take_along_axis", [arr, indices], {"axis": _axis(axis, len(shape))}, shape=shape)


def _filled(a, value, dtype=None, shape=None):
    """An array of one value, into which computed values may be written."""
    shape = _shape(a) if shape is None else (shape,) if isinstance(shape, int) else tuple(shape)
    dtype = _dtype_of(a) if dtype is None else _dtype_name(np.dtype(dtype))
    number = np.asarray(value).astype(dtype) if not isinstance(value, Node) else value
    return apply("broadcast_to", [number], {"shape": list(shape)}, shape=shape, dtype=dtype)


def _like(value):
    return lambda a, dtype=None, order="K", subok=True, shape=None, **_: _filled(a, value, dtype, shape)


def _diag(v, k=0):
    if v.ndim not in (1, 2):
        raise ValueError("numpy.diag takes vectors and matrices")
    if v.ndim == 1:
        n = v.shape[0] + abs(k)
        return apply("diag", [v], {"offset": k}, shape=(n, n))
    return diagonal(v, k)


def diagonal(a, offset=0, axis1=0, axis2=1):
    """A diagonal of a matrix."""
    if a.ndim != 2 or (axis1, axis2) != (0, 1):
        raise TypeError("numpy.diagonal is known of matrices")
    return _view(a, apply("diagonal", [a], {"offset": offset}, shape=np.diagonal(np.empty(a.shape), offset).shape))


_REDUCTIONS = {"add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min", "logaddexp": "logsumexp"}
_TRUTH_REDUCTIONS = {"logical_or": "max", "logical_and": "min", "bitwise_or": "max", "bitwise_and": "min"}
_ACCUMULATIONS = {
    "add": "cumulative_sum", "multiply": "cumulative_prod", "maximum": "cumulative_max", "minimum": "cumulative_min",
    "logaddexp": "cumulative_logsumexp",
}  # fmt: skip

_SAME = """abs sign sqrt cbrt square reciprocal negative exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh tanh
floor ceil trunc logical_not sinc erf erfc erfinv erfcinv ndtr ndtri log_ndtr i0e i1e j0 j1 exprel""".split()
_PAIRS = "add subtract multiply divide maximum minimum hypot logaddexp remainder fmod floor_divide xlogy xlog1py gammainc gammaincc zeta".split()
_TRUTHS = "equal not_equal less less_equal greater greater_equal logical_and logical_or".split()
_OTHERS = {
    "absolute": "abs", "fabs": "abs", "rint": "round", "arcsin": "asin", "arccos": "acos", "arctan": "atan",
    "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh", "gammaln": "lgamma", "psi": "digamma",
    "expit": "sigmoid", "log_expit": "log_sigmoid",
}  # fmt: skip
_OTHER_PAIRS = {
    "true_divide": "divide", "power": "pow", "float_power": "pow", "mod": "remainder", "arctan2": "atan2",
    "betaln": "lbeta",
}  # fmt: skip


def _unary(op):
    return lambda x: unary(op, x)


def _binary(op):
    return lambda x, y: binary(op, x, y)


def _numeric(op):
    """An operator of numbers; in NumPy truths count as 0 and 1, or have operators of their own."""

    def apply_numeric(x, y):
        x, y = (v.astype(np.int64) if isinstance(v, Node) and v.dtype == "bool" else v for v in (x, y))
        return binary(op, x, y)

    return apply_numeric


def _bits(op):
    def apply_bits(*operands):
        if any(_dtype_of(x) != "bool" for x in operands):
            raise TypeError("operators of bits are known of truths only")
        return apply(op, operands, shape=np.broadcast_shapes(*map(_shape, operands)))

    return apply_bits


def _magnitude(x, sign):
    negative = binary("less", sign, 0)
    return where(negative, unary("negative", unary("abs", x)), unary("abs", x))


_UFUNCS = {
    **{name: _unary(name) for name in _SAME},
    **{name: _unary(op) for name, op in _OTHERS.items()},
    **{name: _numeric(name) for name in _PAIRS},
    **{name: _binary(op) for name, op in _OTHER_PAIRS.items()},
    **{name: _binary(name) for name in _TRUTHS},
    **{ours: _bits(op) for ours, op in {
        "invert": "logical_not", "bitwise_and": "logical_and", "bitwise_or": "logical_or", "bitwise_xor": "not_equal"}.items()},
    "logical_xor": lambda x, y: binary("not_equal", binary("not_equal", x, 0), binary("not_equal", y, 0)),
    "positive": lambda x: x.copy(),
    "conjugate": lambda x: x,
    "matmul": matmul,
    "deg2rad": lambda x: binary("multiply", x, np.pi / 180),
    "radians": lambda x: binary("multiply", x, np.pi / 180),
    "rad2deg": lambda x: binary("multiply", x, 180 / np.pi),
    "degrees": lambda x: binary("multiply", x, 180 / np.pi),
    "isnan": lambda x: binary("not_equal", x, x),
    "isinf": lambda x: binary("equal", unary("abs", x), np.inf),
    "isfinite": lambda x: binary("less", unary("abs", x), np.inf),
    "signbit": lambda x: binary("less", x, 0),
    "logaddexp2": lambda x, y: np.logaddexp(x * np.log(2), y * np.log(2)) / np.log(2),
    "fmax": lambda x, y: where(np.isnan(x), y, where(np.isnan(y), x, binary("maximum", x, y))),
    "fmin": lambda x, y: where(np.isnan(x), y, where(np.isnan(y), x, binary("minimum", x, y))),
    "heaviside": lambda x, h: where(binary("equal", x, 0), h, where(binary("less", x, 0), 0.0, where(binary("greater", x, 0), 1.0, x))),
    "divmod": lambda x, y: (np.floor_divide(x, y), np.remainder(x, y)),
    "logit": lambda x: binary("subtract", unary("log", x), unary("log1p", unary("negative", x))),
    "betainc": lambda a, b, x: apply("betainc", [a, b, x], shape=np.broadcast_shapes(_shape(a), _shape(b), _shape(x))),
}

_FUNCTIONS = {
    np.sum: _reduction("sum"), np.prod: _reduction("prod"), np.mean: _reduction("mean"),
    np.max: _reduction("max"), np.amax: _reduction("max"), np.min: _reduction("min"), np.amin: _reduction("min"),
    np.var: _spread("var"), np.std: _spread("std"), np.argmax: _position("argmax"), np.argmin: _position("argmin"),
    np.cumsum: lambda a, axis=None: _cumulative("cumulative_sum", a, axis),
    np.cumprod: lambda a, axis=None: _cumulative("cumulative_prod", a, axis),
    np.any: lambda a, axis=None, keepdims=False: _truth("max", a, axis, keepdims is True),
    np.all: lambda a, axis=None, keepdims=False: _truth("min", a, axis, keepdims is True),
    np.count_nonzero: lambda a, axis=None, keepdims=False: np.sum(as_node(np.not_equal(a, 0)), axis=axis, keepdims=keepdims),
    np.ptp: lambda a, axis=None: _reduce("max", a, axis) - _reduce("min", a, axis),
    np.nansum: lambda a, axis=None: _reduce("sum", where(np.isnan(a), 0.0, a), axis),
    np.median: lambda a, axis=None, keepdims=False: _reduce("median", a, axis, keepdims is True),
    np.quantile: _quantile, np.percentile: lambda a, q, axis=None, keepdims=False: _quantile(a, np.asarray(q) / 100, axis, keepdims),
    np.average: _average, np.cov: _cov,
    np.sort: _sorted("sort"), np.argsort: _sorted("argsort"),
    np.searchsorted: lambda a, v, side="left": apply("searchsorted", [a, v], {"side": side}, shape=_shape(v)),
    np.interp: _interp, np.convolve: _convolve, np.gradient: _gradient, np.trapezoid: _trapezoid,
    np.repeat: _repeat, np.split: _even_split, np.array_split: _split, np.linspace: _linspace, np.polyval: _polyval,
    np.append: lambda arr, values, axis=None: concatenate([as_node(arr), as_node(values)], axis),
    np.column_stack: _column_stack, np.dstack: lambda arrays: concatenate([reshape(a, (*_shape(a)[:2], 1)) for a in arrays], 2),
    np.block: _block, np.meshgrid: _meshgrid, np.broadcast_arrays: lambda *a: [broadcast_to(x, np.broadcast_shapes(*map(_shape, a))) for x in a],
    np.atleast_1d: _atleast(1), np.atleast_2d: _atleast(2), np.select: _select, np.nan_to_num: _nan_to_num, np.isclose: _isclose,
    np.vander: lambda x, N=None, increasing=False: stack([x**i for i in range(N or len(x))][:: 1 if increasing else -1], axis=1),
    np.take_along_axis: _take_along, np.iscomplexobj: lambda x: False, np.isrealobj: lambda x: True,
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
    np.round: lambda a, decimals=0: _rounded(a, decimals), np.sinc: lambda x: unary("sinc", np.pi * x),
    np.zeros_like: _like(0), np.ones_like: _like(1), np.empty_like: _like(0),
    np.full_like: lambda a, fill_value, dtype=None, order="K", subok=True, shape=None: _filled(a, fill_value, dtype, shape),
    np.shape: _shape, np.ndim: lambda a: a.ndim, np.size: lambda a, axis=None: a.size if axis is None else a.shape[axis],
    np.copy: lambda a, **o: a.copy(), np.real: lambda a: a,
    np.linalg.norm: norm, np.linalg.svd: _svd, np.linalg.qr: _qr, np.linalg.lstsq: _lstsq, np.linalg.matrix_power: _matrix_power,
    np.linalg.multi_dot: _multi_dot, np.linalg.pinv: lambda a, **o: apply("pinv", [a], o, shape=(*_shape(a)[:-2], *_shape(a)[:-3:-1])),
    np.linalg.svdvals: lambda a: _svd(a, compute_uv=False), np.linalg.matrix_rank: lambda A: apply("matrix_rank", [A], shape=_shape(A)[:-2], dtype="int32"),
    np.linalg.solve: solve, np.linalg.inv: _square("inv", 2), np.linalg.det: _square("det", 0),
    np.linalg.cholesky: lambda a: apply("cholesky", [_mirrored(_FUNCTIONS[np.tril](a))], shape=_shape(a)), np.linalg.slogdet: slogdet, np.linalg.eigh: eigh,
    np.linalg.eigvalsh: lambda a, UPLO="L": eigh(a, UPLO)[0],
}  # fmt: skip


def _rounded(a, decimals):
    return unary("round", a) if decimals == 0 else unary("round", a * 10.0**decimals) / 10.0**decimals


def _in_place(ufunc):
    return lambda self, other: self._write(getattr(np, ufunc)(self, other))


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
    setattr(Node, f"__i{_name}__", _in_place(_ufunc))
for _name, _ufunc in {
    "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal", "eq": "equal", "ne": "not_equal",
    "and": "bitwise_and", "or": "bitwise_or", "xor": "bitwise_xor",
}.items():  # fmt: skip
    setattr(Node, f"__{_name}__", _method(_ufunc))
Node.__hash__ = object.__hash__


def from_jax(function, /, *, while_limit=None, **shapes):
    """The graph of a function of JAX, by its jaxpr, called with arrays of float64 of these names and shapes.

    `scan`, `while_loop`, `fori_loop`, `map`, `cond` and `switch` stay loops and branches; `while_limit` bounds the steps of each
    `while_loop`, so that it can be differentiated in reverse mode too. `custom_jvp` and `custom_vjp` keep their rules. A linear
    solve is a `solve`. What the service does not know is an error that names the primitive.
    """
    import jax
    import jax.extend

    graph = Graph()
    nodes = [graph.input(name, shape) for name, shape in shapes.items()]
    with jax.enable_x64(True):
        order = list(shapes)
        given = [jax.ShapeDtypeStruct(node.shape, "float64") for node in nodes]
        called = lambda *values: function(**dict(zip(order, values)))
        closed, shown = jax.make_jaxpr(called, return_shape=True)(*given)
        results = _Jax(jax, while_limit).run(closed.jaxpr, closed.consts, nodes)
    return _with_outputs(graph, jax.tree.unflatten(jax.tree.structure(shown), results)).document()


_UNSIGNED = {"uint8": ("uint8", 8), "uint16": ("int32", 16), "uint32": ("int64", 32)}
_INLINED_MAX = 40
_TABLE_MAX = 10**6
_RULES_MAX = 3


class _Jax:
    """Reads jaxprs: values are nodes, and arrays where they depend on no input."""

    def __init__(self, jax, while_limit):
        self.jax, self.while_limit = jax, while_limit
        self.home = os.path.dirname(jax.__file__)
        self.functions, self.sizes, self.ruled = {}, {}, []

    def run(self, jaxpr, constants, arguments):
        """The values of a jaxpr's outputs."""
        known = dict(zip(jaxpr.constvars, map(_held, constants)))
        known.update(zip(jaxpr.invars, map(_held, arguments)))
        value = lambda atom: _held(atom.val if hasattr(atom, "val") else known[atom])
        for equation in jaxpr.eqns:
            results = self.equation(equation, [value(atom) for atom in equation.invars])
            for var, result in zip(equation.outvars, results, strict=True):
                known[var] = _of_type(result, var.aval, equation)
        return [value(atom) for atom in jaxpr.outvars]

    def equation(self, equation, operands):
        name, params = equation.primitive.name, equation.params
        if not any(isinstance(x, Node) for x in operands) and (operands or name in ("iota", "empty", "platform_index")):
            return self.bound(equation, operands)
        operands = [_signed(x) for x in operands]
        special = getattr(self, f"_{name}", None) if name in _JAX_SPECIAL else None
        if special:
            return special(equation, operands)
        known = _JAX.get(name)
        if known is None:
            raise TypeError(f"JAX's primitive {name} is not known here")
        result = known(operands, params, equation.outvars[0].aval.shape)
        return result if isinstance(result, list) else [result]

    def bound(self, equation, operands):
        """What an equation gives whose operands are all constants."""
        if equation.primitive.name == "platform_index":
            platforms = equation.params["platforms"]
            named = [i for i, names in enumerate(platforms) if names is not None and "cpu" in names]
            return [np.int32(named[0] if named else platforms.index(None))]
        return [np.asarray(x) for x in _bind(self.jax, equation, operands)]

    def function(self, jaxpr, constants=(), rules=None):
        """A function of the service that does what a jaxpr does."""
        key = id(jaxpr), tuple(map(id, constants))
        known = self.functions.get(key)
        if known is None:
            inputs = [input(f"a{i}", var.aval.shape, _jax_dtype(var.aval.dtype)) for i, var in enumerate(jaxpr.invars)]
            results = self.run(jaxpr, constants, inputs)
            outputs = [_of_type(as_node(x), var.aval, None) for x, var in zip(results, jaxpr.outvars)]
            # What the key names is held, so that nothing else gets its number.
            known = self.functions[key] = Function(inputs, outputs, **(rules or {})), jaxpr, constants
        return known[0]

    def closed(self, closed):
        return self.function(closed.jaxpr, closed.consts)

    def size(self, jaxpr):
        """How many equations a jaxpr has, those of the jaxprs in it included."""
        known = self.sizes.get(id(jaxpr))
        if known is None:
            count = 0
            for equation in jaxpr.eqns:
                count += 1
                for value in equation.params.values():
                    for item in value if isinstance(value, (tuple, list)) else [value]:
                        item = getattr(item, "jaxpr", item)
                        count += self.size(item) if hasattr(item, "eqns") else 0
            known = self.sizes[id(jaxpr)] = count, jaxpr
        return known[0]

    def is_own(self, jaxpr):
        """Whether a function is JAX's own, and not the caller's of the same name."""
        return self.home in (jaxpr.debug_info.func_src_info or "")

    def inlined(self, jaxpr, constants, operands):
        """What a jaxpr gives: in place, or by a call where it is long."""
        if self.size(jaxpr) <= _INLINED_MAX or all(not isinstance(x, Node) for x in operands):
            return self.run(jaxpr, constants, operands)
        function = self.function(jaxpr, constants)
        return call("call", operands, {"function": function}, function.results())

    def _jit(self, equation, operands):
        closed, name = equation.params["jaxpr"], equation.params["name"]
        shapes = [var.aval.shape for var in equation.outvars]
        if name in _JAX_OWN and len(operands) == _JAX_OWN[name] and self.is_own(closed.jaxpr):
            return [apply(name, operands, shape=shapes[0], dtype="float64")]
        return self.inlined(closed.jaxpr, closed.consts, operands)

    _pjit = _jit

    def _closed_call(self, equation, operands):
        closed = equation.params["call_jaxpr"]
        return self.inlined(getattr(closed, "jaxpr", closed), getattr(closed, "consts", ()), operands)

    _core_call = _closed_call

    def _checkpoint(self, equation, operands):
        jaxpr = equation.params["jaxpr"]
        return self.inlined(getattr(jaxpr, "jaxpr", jaxpr), getattr(jaxpr, "consts", ()), operands)

    _remat2 = _checkpoint

    def _custom_jvp_call(self, equation, operands):
        closed = equation.params["call_jaxpr"]
        name = (closed.jaxpr.debug_info.func_src_info or "").split(" ")[0]
        shapes = [var.aval.shape for var in equation.outvars]
        if self.is_own(closed.jaxpr) and name in _JAX_OWN_RULES and len(operands) == _JAX_OWN_RULES[name][1]:
            op = _JAX_OWN_RULES[name][0]
            if len(shapes) == 1:
                return [apply(op, operands, shape=shapes[0], dtype="float64")]
            return list(apply(op, operands, results=[(shape, "float64") for shape in shapes]))
        return self.with_rule(equation, operands, "jvp")

    def _custom_vjp_call(self, equation, operands):
        return self.with_rule(equation, operands, "vjp")

    def with_rule(self, equation, operands, kind):
        """A call of a function that has a rule for its derivative; what takes or gives other than floats is put in place."""
        jax, closed = self.jax, equation.params["call_jaxpr"]
        avals = [var.aval for var in equation.invars]
        outs = [var.aval for var in equation.outvars]
        source = closed.jaxpr.debug_info.func_src_info
        if any(aval.dtype != "float64" for aval in (*avals, *outs)):
            raise TypeError(f"a custom_{kind} of a function of or to other than float64 is not known here")
        body = lambda *values: list(_bind(jax, equation, values))
        like = lambda aval: jax.ShapeDtypeStruct(aval.shape, aval.dtype)
        first = [like(aval) for aval in avals]
        if kind == "jvp":
            rule = lambda *given: jax.jvp(body, given[: len(avals)], given[len(avals) :])[1]
            traced = lambda: jax.make_jaxpr(rule)(*first, *first)
        else:
            rule = lambda *given: jax.vjp(body, *given[: len(avals)])[1](list(given[len(avals) :]))
            traced = lambda: jax.make_jaxpr(rule)(*first, *map(like, outs))
        self.ruled.append(source)
        # A rule may use what it is the rule of; no function can use itself, so what lies deeper has no derivative but NaN.
        is_deep = self.ruled.count(source) > _RULES_MAX
        rules = {kind: _unknown(kind, avals, outs) if is_deep else self.closed(traced())}
        inner = self.closed(closed)
        self.ruled.pop()
        function = Function.__new__(Function)
        function.inputs, function.outputs, function.rules = inner.inputs, inner.outputs, rules
        return call("call", operands, {"function": function}, function.results())

    def _scan(self, equation, operands):
        params = equation.params
        constants, carried, length = params["num_consts"], params["num_carry"], params["length"]
        function = self.closed(params["jaxpr"])
        results = [(shape if i < carried else (length, *shape), dtype) for i, (shape, dtype) in enumerate(function.results())]
        attrs = {"function": function, "constants": constants or None}
        if carried == 0 and len(operands) > constants:
            return call("map", operands, attrs, results)
        attrs.update(carry=carried, reverse=params["reverse"] or None, length=length if len(operands) == constants + carried else None)
        return call("scan", operands, attrs, results)

    def _while(self, equation, operands):
        params = equation.params
        first, second = params["cond_nconsts"], params["body_nconsts"]
        shared, carries = operands[: first + second], operands[first + second :]
        types = [(_shape(x), _dtype_of(x)) for x in operands]
        given = [input(f"a{i}", shape, dtype) for i, (shape, dtype) in enumerate(types)]
        condition, body = params["cond_jaxpr"], params["body_jaxpr"]
        old = given[first + second :]
        (on,) = self.run(condition.jaxpr, condition.consts, given[:first] + old)
        new = self.run(body.jaxpr, body.consts, given[first:])
        if _shape(on):
            # Of many points, by vmap: all go on while one does, and those that are done stay as they are.
            along = lambda x: reshape(on, (*_shape(on), *[1] * (len(_shape(x)) - len(_shape(on)))))
            new = [where(along(x), x, before) for x, before in zip(new, old)]
            on = apply("max", [as_node(on).astype("float64")], shape=(), dtype="float64")
        attrs = {
            "condition": Function(given, [on]),
            "body": Function(given, [_of_type(as_node(x), var.aval, None) for x, var in zip(new, body.jaxpr.outvars)]),
            "constants": first + second or None,
            "limit": self.while_limit,
        }
        results = [*types[first + second :], ((), "int32")]
        return call("while", [*shared, *carries], attrs, results)[:-1]

    def _cond(self, equation, operands):
        index, *arguments = operands
        branches = equation.params["branches"]
        if not isinstance(index, Node):
            chosen = branches[int(np.clip(index, 0, len(branches) - 1))]
            return self.inlined(chosen.jaxpr, chosen.consts, arguments)
        functions = [self.closed(branch) for branch in branches]
        if len(functions) == 2:
            attrs = {"then": functions[1], "else": functions[0]}
            return call("cond", [_predicate(index), *arguments], attrs, functions[0].results())
        return call("switch", [index, *arguments], {"branches": functions}, functions[0].results())

    def _custom_linear_solve(self, equation, operands):
        params = equation.params
        matvec = params["jaxprs"].matvec
        counts = params["const_lengths"]
        shared, right = operands[: counts.matvec], operands[builtins.sum(counts) :]
        if len(right) != 1:
            raise TypeError("JAX's custom_linear_solve of several right sides is not known here")
        (b,) = right
        shape, size = _shape(b), _count(_shape(b))
        matrix = self.matrix_of(matvec, shared, shape)
        if matrix is not None:
            return [apply("solve", [matrix, b], shape=shape, dtype="float64")]
        # The matrix of the map, its columns as rows: so derivatives go through it, and through no factorization.
        inner = matvec.jaxpr
        given = [input(f"a{i}", var.aval.shape, _jax_dtype(var.aval.dtype)) for i, var in enumerate(inner.invars[:-1])]
        unit = input("u", (size,))
        (column,) = self.run(inner, matvec.consts, [*given, reshape(unit, shape)])
        function = Function([*given, unit], [reshape(as_node(column), (-1,))])
        attrs = {"function": function, "constants": len(shared) or None}
        (rows,) = call("map", [*shared, np.eye(size)], attrs, [((size, size), "float64")])
        return [reshape(apply("solve", [transpose(rows), reshape(as_node(b), (-1,))], shape=(size,)), shape)]

    def matrix_of(self, matvec, shared, shape):
        """The matrix of a map that is the product with one of its constants; None of any other."""
        jaxpr = matvec.jaxpr
        if len(jaxpr.eqns) != 1 or jaxpr.eqns[0].primitive.name != "dot_general" or len(shape) > 2:
            return None
        (equation,) = jaxpr.eqns
        a, x = equation.invars
        if equation.params["dimension_numbers"] != (((1,), (0,)), ((), ())) or x is not jaxpr.invars[-1]:
            return None
        if jaxpr.outvars[0] is not equation.outvars[0] or a not in jaxpr.invars[:-1]:
            return None
        return shared[jaxpr.invars.index(a)]

    def _gather(self, equation, operands):
        return [_jax_gather(operands, equation.params, equation.outvars[0].aval.shape)]

    def _split(self, equation, operands):
        (x,), params = operands, equation.params
        return _split(x, np.cumsum(params["sizes"])[:-1].tolist(), params["axis"])

    def _sort(self, equation, operands):
        params, axis = equation.params, equation.params["dimension"]
        if params["num_keys"] != 1:
            raise TypeError("JAX's primitive sort is known with one key only")
        key, *others = operands
        if not others:
            return [apply("sort", [key], {"axis": axis}, shape=_shape(key))]
        order = apply("argsort", [key], {"axis": axis}, shape=_shape(key), dtype="int32")
        return [apply("take_along_axis", [x, order], {"axis": axis}, shape=_shape(key), dtype=_dtype_of(x)) for x in operands]

    def _top_k(self, equation, operands):
        params, results = equation.params, [(var.aval.shape, dtype) for var, dtype in zip(equation.outvars, ("float64", "int32"))]
        return list(apply("top_k", operands, {"k": params["k"], "axis": params.get("axis", -1)}, results=results))

    def _eigh(self, equation, operands):
        if equation.params.get("subset_by_index") is not None:
            raise TypeError("JAX's primitive eigh is known of all eigenvalues only")
        (x,), shape = operands, _shape(operands[0])
        whole = _halved_sum(x)
        if whole is None:
            values, vectors = eigh(x, "L" if equation.params["lower"] else "U")
        else:
            values, vectors = apply("eigh", [whole], results=[(shape[:-1], "float64"), (shape, "float64")])
        return [vectors, values]

    def _cholesky(self, equation, operands):
        (x,) = operands
        whole = _halved_sum(x)
        return [apply("cholesky", [_mirrored(_FUNCTIONS[np.tril](x)) if whole is None else whole], shape=_shape(x))]

    def _svd(self, equation, operands):
        params, count = equation.params, len(equation.outvars)
        if count == 1:
            return [_svd(operands[0], compute_uv=False)]
        rows, columns = _shape(operands[0])[-2:]
        if params["full_matrices"] and rows != columns:
            raise TypeError("JAX's primitive svd is known with full_matrices=False")
        u, s, v = _svd(operands[0], full_matrices=False)
        return [s, u, v]

    def _qr(self, equation, operands):
        params, (rows, columns) = equation.params, _shape(operands[0])[-2:]
        if params.get("pivoting") or (params["full_matrices"] and rows != columns):
            raise TypeError("JAX's primitive qr is known without pivoting and with full_matrices=False")
        return list(_qr(operands[0]))

    def _lu(self, equation, operands):
        shape = _shape(operands[0])
        if shape[-1] != shape[-2]:
            raise TypeError("JAX's primitive lu is known of square matrices")
        p, low, up = apply("lu", operands, results=[(shape, "float64")] * 3)
        packed = low + up - np.eye(shape[-1])
        order = apply("argmax", [p], {"axis": len(shape) - 2}, shape=shape[:-1])
        return [packed, _Refused("the pivots of JAX's primitive lu are not known here: use the permutation"), order]


class _Refused:
    """A result that is refused where anything reads it."""

    def __init__(self, message):
        self.message = message


# The names of primitives that methods above read.
_JAX_SPECIAL = {
    "jit", "pjit", "closed_call", "core_call", "checkpoint", "remat2", "custom_jvp_call", "custom_vjp_call", "scan", "while",
    "cond", "custom_linear_solve", "gather", "split", "sort", "top_k", "eigh", "svd", "qr", "lu", "cholesky",
}  # fmt: skip
# JAX's own functions that are operators, with how many operands they take.
_JAX_OWN = {"inv": 1, "det": 1}
_JAX_OWN_RULES = {
    "relu": ("relu", 1), "logaddexp": ("logaddexp", 2), "xlogy": ("xlogy", 2), "xlog1py": ("xlog1py", 2),
    "log_ndtr": ("log_ndtr", 1), "_det": ("det", 1), "_slogdet_lu": ("slogdet", 1),
}  # fmt: skip


def _bind(jax, equation, values):
    """What an equation gives, or its trace by JAX."""
    core = jax.extend.core
    names = [None if hasattr(atom, "val") else atom for atom in equation.invars]
    given = {name: value for name, value in zip(names, values) if name is not None}
    info = core.DebugInfo("from_jax", equation.primitive.name, ("",) * len(given), None)
    jaxpr = core.Jaxpr((), list(given), equation.outvars, [equation], equation.effects, info)
    return core.jaxpr_as_fun(core.ClosedJaxpr(jaxpr, ()))(*given.values())


def _unknown(kind, inputs, outputs):
    """A rule that says that a derivative is not known."""
    seeds, made = (inputs, outputs) if kind == "jvp" else (outputs, inputs)
    given = [input(f"a{i}", aval.shape) for i, aval in enumerate((*inputs, *seeds))]
    total = functools.reduce(operator.add, map(np.sum, given[len(inputs) :]))
    return Function(given, [broadcast_to(total * np.nan, aval.shape) for aval in made])


def _signed(x):
    return x.astype(_UNSIGNED[x.dtype.name][0]) if not isinstance(x, Node) and x.dtype.name in _UNSIGNED else x


def _held(value):
    if isinstance(value, _Refused):
        raise TypeError(value.message)
    return value if isinstance(value, Node) else np.asarray(value)


def _jax_dtype(dtype):
    name = np.dtype(dtype).name
    return _UNSIGNED[name][0] if name in _UNSIGNED else _dtype_name(np.dtype(dtype))


def _of_type(x, aval, equation):
    """A value in the dtype that JAX has it in."""
    if not isinstance(x, Node):
        return x
    name = equation.primitive.name if equation else "a function"
    try:
        dtype = _jax_dtype(aval.dtype)
    except TypeError as error:
        raise TypeError(f"JAX's primitive {name} gives what is not known here: {error}") from None
    x = x if x.dtype == dtype else x.astype(dtype)
    bits = _UNSIGNED.get(np.dtype(aval.dtype).name)
    if bits and name in ("add", "sub", "neg", "convert_element_type"):
        return binary("remainder", x, np.asarray(2 ** bits[1], x.dtype)) if bits[1] > 8 else x
    if bits and name in ("mul", "integer_pow"):
        raise TypeError(f"JAX's primitive {name} of {np.dtype(aval.dtype).name} is not known here")
    return x


def _at(x, axis, i):
    return x[(*[slice(None)] * axis, i)]


def _halved_sum(x):
    """The matrix a of (a + a') / 2, of which the service takes the symmetric part by itself; None of any other."""
    e = _value(x)
    if e.op != "divide" or isinstance(e.args[1], _Expr) or e.args[1] != 2 or e.args[0].op != "add":
        return None
    a, b = e.args[0].args
    rank = len(e.shape)
    swapped = [*range(rank - 2), rank - 1, rank - 2]
    is_half = isinstance(b, _Expr) and b.op == "permute_dims" and b.args[0] is a and b.attrs["axes"] == swapped
    return Node(a) if is_half else None


def _predicate(index):
    """The truth that JAX makes an index of two branches of."""
    e = _value(index)
    if e.op == "cast" and isinstance(e.args[0], _Expr) and e.args[0].dtype == "bool":
        return Node(e.args[0])
    return binary("greater", index, 0)


def _jax_plain(op):
    return lambda operands, params, shape: apply(op, operands, shape=shape)


def _jax_reduce(op):
    return lambda operands, params, shape: apply(op, operands, {"axis": list(params["axes"])}, shape=shape)


def _jax_truth(op):
    return lambda operands, params, shape: _truth(op, operands[0], tuple(params["axes"]))


def _jax_cumulative(op):
    def cumulative(operands, params, shape):
        (x,) = operands
        axis = params["axis"]
        y = apply(op, [flip(x, axis) if params["reverse"] else x], {"axis": axis}, shape=shape)
        return flip(y, axis) if params["reverse"] else y

    return cumulative


def _jax_bits(op):
    return lambda operands, params, shape: _bits(op)(*operands)


def _jax_divide(operands, params, shape):
    quotient = apply("divide", operands, shape=shape)
    return quotient if "float64" in map(_dtype_of, operands) else unary("trunc", quotient)


def _jax_power(operands, params, shape):
    return unary("square", operands[0]) if params["y"] == 2 else apply("pow", [operands[0], float(params["y"])], shape=shape)


def _jax_round(operands, params, shape):
    (x,) = operands
    if int(params["rounding_method"]) == 1:
        return unary("round", x)
    size = unary("abs", x)
    whole = unary("trunc", size)
    return unary("sign", x) * where(size - whole >= 0.5, whole + 1, whole)


def _jax_broadcast(operands, params, shape):
    x, *sizes = operands
    if sizes:
        raise TypeError("JAX's primitive broadcast_in_dim is known of fixed shapes only")
    lengths = [1] * len(shape)
    for place, length in zip(params["broadcast_dimensions"], _shape(x)):
        lengths[place] = length
    return broadcast_to(reshape(x, lengths), shape)


def _jax_dot(operands, params, shape):
    a, b = operands
    (left, right), (batch_left, batch_right) = params["dimension_numbers"]
    letters = iter("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
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
    firsts = [_clipped(start, n - size) for start, n, size in zip(starts, _shape(x), shape)]
    if not any(isinstance(first, Node) for first in firsts):
        firsts = [int(first) for first in firsts]
        stops = [first + size for first, size in zip(firsts, shape)]
        return apply("slice", [x], {"start": firsts, "stop": stops}, shape=shape)
    for axis, (first, size) in enumerate(zip(firsts, shape)):
        if size < _shape(x)[axis]:
            lengths = (*_shape(x)[:axis], size, *_shape(x)[axis + 1 :])
            x = apply("take", [x, first + np.arange(size, dtype=np.int32)], {"axis": axis}, shape=lengths, dtype=_dtype_of(x))
    return x


def _jax_update_slice(operands, params, shape):
    x, update, *starts = operands
    strides = _strides(shape)
    place = _window(_shape(update), strides)
    for start, n, size, stride in zip(starts, shape, _shape(update), strides):
        if size < n:
            place = place + _clipped(start, n - size) * np.int32(stride)
    return _put_flat("put_along_axis", x, place, update)


def _strides(shape):
    return [_count(shape[axis + 1 :]) for axis in range(len(shape))]


def _window(sizes, strides):
    """How far the elements of a window lie behind its first one."""
    grid = np.zeros((), np.int32)
    for size, stride in zip(sizes, strides):
        grid = np.add.outer(grid, np.arange(size, dtype=np.int32) * np.int32(stride))
    return grid.reshape(sizes)


def _clipped(index, top):
    return binary("minimum", binary("maximum", index, 0), top) if isinstance(index, Node) else np.clip(index, 0, top)


def _put_flat(op, x, places, updates):
    flat = [reshape(as_node(x), (-1,)), reshape(places, (-1,)), reshape(as_node(updates), (-1,))]
    return reshape(apply(op, flat, {"axis": 0}, shape=(_count(_shape(x)),), dtype=_dtype_of(x)), _shape(x))


def _jax_places(shape, indices, sizes, axes, batching, mode):
    """Where the windows of a gather or scatter lie in a flat array, and which of them lie inside, if not all do.

    `axes` are those that indices move along, `batching` pairs axes of the array with axes of indices; both places and truths
    have the axes of indices, and places those of the windows behind.
    """
    strides = _strides(shape)
    lead = _shape(indices)[:-1]
    place, inside = np.zeros(lead, np.int32), None
    for k, axis in enumerate(axes):
        index, top = indices[..., k], shape[axis] - sizes[axis]
        if "FILL" in mode:
            is_in = np.logical_and(np.greater_equal(index, 0), np.less_equal(index, top))
            inside = is_in if inside is None else np.logical_and(inside, is_in)
        place = place + (index if "PROMISE" in mode else _clipped(index, top)) * np.int32(strides[axis])
    for axis, of in batching:
        lengths = [1] * len(lead)
        lengths[of] = lead[of]
        place = place + (np.arange(lead[of], dtype=np.int32) * np.int32(strides[axis])).reshape(lengths)
    if inside is not None and not isinstance(inside, Node) and np.all(inside):
        inside = None
    return place, inside


def _jax_gather(operands, params, shape):
    x, indices = operands
    numbers, sizes, mode = params["dimension_numbers"], params["slice_sizes"], str(params["mode"])
    batching = list(zip(numbers.operand_batching_dims, numbers.start_indices_batching_dims))
    place, inside = _jax_places(_shape(x), indices, sizes, numbers.start_index_map, batching, mode)
    gone = {*numbers.collapsed_slice_dims, *numbers.operand_batching_dims}
    windows = [axis for axis in range(len(sizes)) if axis not in gone]
    strides = _strides(_shape(x))
    grid = _window([sizes[axis] for axis in windows], [strides[axis] for axis in windows])
    lead = _shape(place)
    whole = reshape(place, (*lead, *[1] * grid.ndim)) + grid if grid.ndim else place
    made = apply("take", [reshape(as_node(x), (-1,)), whole], {"axis": 0}, shape=(*lead, *grid.shape), dtype=_dtype_of(x))
    if inside is not None:
        fill = params["fill_value"]
        if fill is None:
            fill = np.nan if made.dtype == "float64" else True if made.dtype == "bool" else np.iinfo(made.dtype).min
        made = where(reshape(inside, (*lead, *[1] * grid.ndim)), made, fill)
    # Windows have the axes that JAX says, indices the others.
    order, rest, behind = [], iter(range(len(lead))), iter(range(len(lead), len(shape)))
    for axis in range(len(shape)):
        order.append(next(behind) if axis in numbers.offset_dims else next(rest))
    return transpose(made, order)


def _jax_scatter(kind):
    def scatter(operands, params, shape):
        x, indices, updates = operands
        numbers, mode = params["dimension_numbers"], str(params["mode"])
        batching = list(zip(numbers.operand_batching_dims, numbers.scatter_indices_batching_dims))
        gone = {*numbers.inserted_window_dims, *numbers.operand_batching_dims}
        windows = [axis for axis in range(len(shape)) if axis not in gone]
        sizes = [1] * len(shape)
        for axis, of in zip(windows, numbers.update_window_dims):
            sizes[axis] = _shape(updates)[of]
        place, inside = _jax_places(shape, indices, sizes, numbers.scatter_dims_to_operand_dims, batching, mode)
        if inside is not None:
            # What lies outside is dropped.
            place = where(inside, place, np.int32(_count(shape)))
        strides = _strides(shape)
        grid = _window([sizes[axis] for axis in windows], [strides[axis] for axis in windows])
        lead = _shape(place)
        whole = reshape(place, (*lead, *[1] * grid.ndim)) + grid if grid.ndim else place
        if inside is not None and grid.ndim:
            whole = where(reshape(inside, (*lead, *[1] * grid.ndim)), whole, np.int32(_count(shape)))
        behind = list(numbers.update_window_dims)
        updates = transpose(as_node(updates), [axis for axis in range(len(_shape(updates))) if axis not in behind] + behind)
        if kind in ("add", "sub"):
            return _put_flat("put_add", x, whole, updates if kind == "add" else unary("negative", updates))
        if kind is not None:
            if isinstance(whole, Node) or len(np.unique(whole)) < whole.size:
                raise TypeError(f"JAX's primitive scatter-{kind} is known of fixed indices that differ only")
            there = apply("take", [reshape(as_node(x), (-1,)), whole], {"axis": 0}, shape=whole.shape)
            updates = binary({"mul": "multiply", "min": "minimum", "max": "maximum"}[kind], there, updates)
        return _put_flat("put_along_axis", x, whole, updates)

    return scatter


def _from_table(x, table, other):
    """The elements of an array at the places of a table, and another value where it has -1."""
    if table.size > _TABLE_MAX:
        raise TypeError(f"windows of {table.size} elements in all are too many: {_TABLE_MAX} are allowed")
    flat = concatenate([reshape(as_node(x), (-1,)), reshape(as_node(other), (1,))])
    places = np.where(table < 0, _count(_shape(x)), table).astype(np.int32)
    return apply("take", [flat, places], {"axis": 0}, shape=table.shape, dtype=_dtype_of(x))


def _spread_table(shape, padding, interior):
    """The numbers of an array's elements with -1 around and between them; negative padding cuts."""
    table = np.arange(_count(shape)).reshape(shape)
    for axis, ((before, after), between) in enumerate(zip(padding, interior)):
        lengths = list(table.shape)
        lengths[axis] = builtins.max(0, (lengths[axis] - 1) * (between + 1) + 1)
        spread = np.full(lengths, -1)
        spread[(slice(None),) * axis + (slice(None, None, between + 1),)] = table
        widths = [(0, 0)] * table.ndim
        widths[axis] = (builtins.max(before, 0), builtins.max(after, 0))
        spread = np.pad(spread, widths, constant_values=-1)
        cut = slice(builtins.max(-before, 0), spread.shape[axis] - builtins.max(-after, 0))
        table = spread[(slice(None),) * axis + (cut,)]
    return table


def _jax_pad(operands, params, shape):
    x, value = operands
    widths = params["padding_config"]
    if isinstance(value, Node) or any(before < 0 or after < 0 or between for before, after, between in widths):
        table = _spread_table(_shape(x), [w[:2] for w in widths], [w[2] for w in widths])
        return _from_table(x, table, value)
    attrs = {"pad_width": [[before, after] for before, after, _ in widths], "value": float(value)}
    return apply("pad", [x], attrs, shape=shape)


def _jax_window(op, identity):
    def reduce_window(operands, params, shape):
        (x,) = operands
        table = _spread_table(_shape(x), params["padding"], [n - 1 for n in params["base_dilation"]])
        rank = table.ndim
        reach = [(size - 1) * by + 1 for size, by in zip(params["window_dimensions"], params["window_dilation"])]
        windows = np.lib.stride_tricks.sliding_window_view(table, reach)
        steps = [slice(None, None, by) for by in (*params["window_strides"], *params["window_dilation"])]
        windows = windows[tuple(steps)]
        return _reduce(op, _from_table(x, windows, identity), tuple(range(rank, 2 * rank)))

    return reduce_window


def _jax_conv(operands, params, shape):
    if params["batch_group_count"] != 1 or any(width < 0 for pair in params["padding"] for width in pair):
        raise TypeError("JAX's primitive conv_general_dilated is known without groups of points and without negative padding")
    numbers = params["dimension_numbers"]
    image, window = transpose(as_node(operands[0]), numbers.lhs_spec), transpose(as_node(operands[1]), numbers.rhs_spec)
    attrs = {
        "strides": list(params["window_strides"]), "padding": [list(pair) for pair in params["padding"]],
        "dilations": list(params["rhs_dilation"]), "input_dilations": list(params["lhs_dilation"]),
        "groups": params["feature_group_count"],
    }  # fmt: skip
    made = apply("conv", [image, window], attrs, shape=[shape[axis] for axis in numbers.out_spec])
    return transpose(made, np.argsort(numbers.out_spec).tolist())


def _jax_convert(operands, params, shape):
    (x,) = operands
    dtype = _jax_dtype(params["new_dtype"])
    return binary("not_equal", x, 0) if dtype == "bool" and x.dtype != "bool" else x.astype(dtype)


def _jax_select(operands, params, shape):
    which, *cases = operands
    if len(cases) == 2 and _dtype_of(which) == "bool":
        return apply("where", [which, cases[1], cases[0]], shape=shape)
    chosen = cases[-1]
    for number in reversed(range(len(cases) - 1)):
        chosen = where(binary("less_equal", which, number), cases[number], chosen)
    return chosen


def _jax_arg(op):
    return lambda operands, params, shape: apply(op, operands, {"axis": params["axes"][0]}, shape=shape)


def _jax_precision(operands, params, shape):
    if params["exponent_bits"] < 11 or params["mantissa_bits"] < 52:
        raise TypeError("JAX's primitive reduce_precision is known where it keeps all bits of float64")
    return operands[0].copy()


def _jax_triangular(operands, params, shape):
    a, b = operands
    transposed = params["transpose_a"]
    if not params["left_side"]:
        b, transposed = swapaxes(as_node(b), -1, -2), not transposed
    attrs = {"lower": params["lower"], "transpose": transposed, "unit_diagonal": params["unit_diagonal"]}
    made = apply("triangular_solve", [a, b], attrs, shape=_shape(b))
    return made if params["left_side"] else swapaxes(made, -1, -2)


def _jax_polygamma(operands, params, shape):
    order, x = operands
    if isinstance(order, Node) or np.ndim(order) and len(np.unique(order)) > 1:
        raise TypeError("JAX's primitive polygamma is known of one fixed order")
    return apply("polygamma", [x], {"n": int(np.ravel(order)[0])}, shape=shape)


_JAX = {
    **{name: _jax_plain(name) for name in _SAME + "pow digamma lgamma".split()},
    **{
        ours: _jax_plain(op)
        for ours, op in {
            "add": "add", "add_any": "add", "sub": "subtract", "mul": "multiply", "rem": "fmod", "neg": "negative",
            "max": "maximum", "min": "minimum", "atan2": "atan2", "asin": "asin", "acos": "acos", "atan": "atan",
            "asinh": "asinh", "acosh": "acosh", "atanh": "atanh", "logistic": "sigmoid", "rsqrt": "rsqrt", "erf_inv": "erfinv",
            "stop_gradient": "stop_gradient", "bessel_i0e": "i0e", "bessel_i1e": "i1e", "zeta": "zeta",
            "igamma": "gammainc", "igammac": "gammaincc", "regularized_incomplete_beta": "betainc",
            "eq": "equal", "ne": "not_equal", "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal",
            "eq_to": "equal", "lt_to": "less", "le_to": "less_equal",
        }.items()
    },
    "and": _jax_bits("logical_and"), "or": _jax_bits("logical_or"), "not": _jax_bits("logical_not"), "xor": _jax_bits("not_equal"),
    **{f"reduce_{name}": _jax_reduce(name) for name in ("sum", "max", "min", "prod")},
    "reduce_or": _jax_truth("max"), "reduce_and": _jax_truth("min"),
    "argmax": _jax_arg("argmax"), "argmin": _jax_arg("argmin"),
    "cumsum": _jax_cumulative("cumulative_sum"), "cumprod": _jax_cumulative("cumulative_prod"),
    "cummax": _jax_cumulative("cumulative_max"), "cummin": _jax_cumulative("cumulative_min"),
    "cumlogsumexp": _jax_cumulative("cumulative_logsumexp"),
    "div": _jax_divide, "integer_pow": _jax_power, "round": _jax_round, "broadcast_in_dim": _jax_broadcast,
    "reshape": lambda x, p, s: reshape(x[0], s), "squeeze": lambda x, p, s: reshape(x[0], s),
    "expand_dims": lambda x, p, s: reshape(x[0], s),
    "transpose": lambda x, p, s: transpose(x[0], p["permutation"]),
    "concatenate": lambda x, p, s: apply("concat", x, {"axis": p["dimension"]}, shape=s),
    "rev": lambda x, p, s: flip(x[0], tuple(p["dimensions"])),
    "dot_general": _jax_dot, "slice": _jax_slice, "dynamic_slice": _jax_dynamic_slice, "dynamic_update_slice": _jax_update_slice,
    "scatter": _jax_scatter(None), **{f"scatter-{kind}": _jax_scatter(kind) for kind in ("add", "sub", "mul", "min", "max")},
    "pad": _jax_pad, "select_n": _jax_select, "convert_element_type": _jax_convert, "conv_general_dilated": _jax_conv,
    "reduce_window_sum": _jax_window("sum", 0.0), "reduce_window_max": _jax_window("max", -np.inf),
    "reduce_window_min": _jax_window("min", np.inf), "triangular_solve": _jax_triangular, "polygamma": _jax_polygamma,
    "copy": lambda x, p, s: x[0].copy(), "copy_p": lambda x, p, s: x[0].copy(), "reduce_precision": _jax_precision,
    "optimization_barrier": lambda x, p, s: list(x), "device_put": lambda x, p, s: list(x),
    "unstack": lambda x, p, s: [_at(x[0], p["axis"], i) for i in range(_shape(x[0])[p["axis"]])],
    "stack": lambda x, p, s: stack(x, p["axis"]), "tile": lambda x, p, s: tile(x[0], p["reps"]),
    "clamp": lambda x, p, s: binary("minimum", binary("maximum", x[1], x[0]), x[2]),
    "is_finite": lambda x, p, s: binary("less", unary("abs", x[0]), np.inf),
}  # fmt: skip
