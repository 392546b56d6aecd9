import { optional, required } from "../../graph/attribute.ts";
import { OperandFault } from "../../graph/fault.ts";
import { ndarray } from "../../graph/ndarray.ts";
import { castNode } from "../cast.ts";
import { composite, elements, type Op, primitive } from "../kinds.ts";
import { add } from "../linear.ts";
import { broadcast_to, reshape } from "../views.ts";
import { multiply } from "./arithmetic.ts";
import { equal } from "./choice.ts";

// Tensors made of nothing.

/** 0, 1, 2, …: what `arange` is made of. */
export const iota: Op = primitive({
  name: "iota",
  operands: [],
  summary: "the integers from 0",
  formula: "0",
  attributes: { length: required("integer", "how many") },
  costText: "1 per element",
  infer: (_, attrs) => ({ shape: [attrs.length], dtype: "float64", attrs }),
  cost: elements,
  form: { kind: "opaque" },
  evaluate: (_, { shape }, budget) => {
    budget.spend(shape[0]!);
    const data = new Float64Array(shape[0]!);
    for (let i = 0; i < data.length; i++) data[i] = i;
    return ndarray("float64", shape, data);
  },
  batch: () => {
    throw new Error("iota has no operand to batch");
  },
});

/** The identity matrix as one node, which products with it can see. */
export const identity: Op = primitive({
  name: "identity",
  operands: [],
  summary: "the identity matrix",
  formula: "0",
  attributes: { n: required("natural", "the number of rows and of columns") },
  costText: "1 per element",
  infer: (_, attrs) => ({ shape: [attrs.n, attrs.n], dtype: "float64", attrs }),
  cost: elements,
  form: { kind: "opaque" },
  evaluate: (_, { shape }, budget) => {
    const n = shape[0]!;
    budget.spend(n * n);
    const data = new Float64Array(n * n);
    for (let i = 0; i < n; i++) data[i * (n + 1)] = 1;
    return ndarray("float64", shape, data);
  },
  batch: () => {
    throw new Error("identity has no operand to batch");
  },
});

export const arange: Op = composite({
  name: "arange",
  operands: [],
  summary: "start, start + step, start + 2 step, … before stop",
  formula: "0",
  attributes: {
    start: required("number", "the first number"),
    stop: required("number", "the number to stop before"),
    step: optional("number", "the step, not 0", 1),
  },
  costText: "3 per element",
  infer: (_, attrs) => {
    const { start, stop, step } = attrs;
    if (step === 0) throw new OperandFault('attribute "step" must not be 0');
    const length = Math.max(0, Math.ceil((stop - start) / step));
    if (!Number.isFinite(length) || !Number.isFinite(start)) {
      throw new OperandFault("attributes must give a finite number of elements");
    }
    return { shape: [length], dtype: "float64", attrs };
  },
  compose: (_, { shape, attrs }, builder) => {
    const { start, step } = attrs;
    return add(start, multiply(step, builder.build(iota.operator, [], { length: shape[0]! })));
  },
  integral: ({ start, step }) => Number.isSafeInteger(start) && Number.isSafeInteger(step),
});

export const full: Op = composite({
  name: "full",
  operands: [],
  summary: "one value everywhere",
  formula: "0",
  attributes: {
    shape: required("lengths", "the shape"),
    value: required("numberOrBoolean", "the value; true or false makes a bool tensor"),
  },
  costText: "0",
  infer: (_, attrs) => {
    return { shape: attrs.shape, dtype: typeof attrs.value === "boolean" ? "bool" : "float64", attrs };
  },
  compose: (_, { shape, attrs }, builder) =>
    builder.build(broadcast_to.operator, [builder.constant(attrs.value)], { shape }),
  integral: ({ value }) => typeof value === "boolean" || Number.isSafeInteger(value),
});

export const eye: Op = composite({
  name: "eye",
  operands: [],
  summary: "the identity matrix",
  formula: "0",
  attributes: { n: required("natural", "the number of rows and of columns") },
  costText: "1 per element",
  infer: (_, attrs) => {
    const n = attrs.n;
    return { shape: [n, n], dtype: "float64", attrs };
  },
  compose: (_, { attrs }, builder) => {
    const index = builder.build(iota.operator, [], { length: attrs.n });
    return castNode(equal(reshape(index, { shape: [-1, 1] }), index), "float64");
  },
});
