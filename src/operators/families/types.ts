import { required } from "../../graph/attribute.ts";
import { computedDType, type DType, isFloat, roundedTo } from "../../graph/dtype.ts";
import { castNode } from "../cast.ts";
import { elementwise } from "../elementwise.ts";
import { composite, type Op } from "../kinds.ts";

export const cast: Op = composite({
  name: "cast",
  summary:
    "x in another dtype: to integers the fraction is dropped, to bool what is not 0 is true, to float32 and float16 it is rounded",
  formula: "dx for floats, 0 for others",
  attributes: {
    dtype: required(
      "dtype",
      "the dtype; float32, float16, int16, int8 and uint8 are storage: the result has the values of theirs",
    ),
  },
  costText: "0",
  infer: ([x], attrs) => ({ shape: x.shape, dtype: computedDType(attrs.dtype), attrs }),
  compose: ([x], { attrs: { dtype } }) => {
    if (dtype === "float64") return castNode(x, dtype);
    if (isFloat(dtype)) return rounded(castNode(x, "float64"), { dtype });
    const number = castNode(x, computedDType(dtype));
    const bits = narrow[dtype];
    return bits === undefined ? number : castNode(wrapped_bits(castNode(number, "float64"), bits), "int32");
  },
});

/** The bits of the integers that are narrower than int32, and whether one of them is a sign. */
const narrow: Partial<Readonly<Record<DType, { readonly bits: number; readonly signed: boolean }>>> = {
  int16: { bits: 16, signed: true },
  int8: { bits: 8, signed: true },
  uint8: { bits: 8, signed: false },
};

/** The nearest number of a narrower dtype of floats; what is rounded away counts as constant. */
export const rounded: Op = elementwise({
  name: "rounded",
  summary: "x rounded to a narrower float",
  formula: "dx",
  attributes: { dtype: required("dtype", "the dtype") },
  operations: 0,
  scalarOf:
    ({ dtype }) =>
    (x) =>
      roundedTo(dtype, x),
  jvp: [(dx) => dx],
});

/** An integer's low bits. */
export const wrapped_bits: Op = elementwise({
  name: "wrapped_bits",
  summary: "the low bits of an integer, as an integer",
  formula: "0",
  attributes: {
    bits: required("natural", "how many"),
    signed: required("boolean", "whether the highest one is a sign"),
  },
  operations: 0,
  scalarOf:
    ({ bits, signed }) =>
    (x) =>
      signed ? (x << (32 - bits)) >> (32 - bits) : x & (2 ** bits - 1),
  lower: (m, [x], { bits, signed }) => {
    const all = m.constant(2 ** bits);
    const rest = m.sub(x, m.mul(all, m.floor(m.div(x, all))));
    return signed ? m.select(m.ge(rest, m.constant(2 ** (bits - 1))), m.sub(rest, all), rest) : rest;
  },
  zero: "all",
});
