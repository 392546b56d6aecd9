import { optional } from "../../../graph/attribute.ts";
import { OperandFault } from "../../../graph/fault.ts";
import type { Node } from "../../../graph/operator.ts";
import { showShape } from "../../../graph/shape.ts";
import { castNode } from "../../cast.ts";
import { composite, normalizeAxis, type Op } from "../../kinds.ts";
import { add, subtract } from "../../linear.ts";
import { severalComposite } from "../../several.ts";
import { reshape } from "../../views.ts";
import { multiply, square } from "../arithmetic.ts";
import { matrix_transpose } from "../arrangement.ts";
import { matmul } from "../products.ts";
import { mean } from "../reductions.ts";
import { rsqrt } from "../special/roots.ts";
import { sigmoid } from "../special.ts";
import { sliceAxis } from "../structure.ts";
import { tanh } from "../trigonometric.ts";

export const layer_norm: Op = composite({
  name: "layer_norm",
  operands: ["x", "weight", "bias"],
  summary: "x less its mean along an axis, over its deviation, times weight, plus bias, both vectors along that axis",
  formula: "as of the operators that it is made of",
  attributes: {
    axis: optional("integer", "the axis", -1),
    epsilon: optional("number", "what is added to the variance", 1e-5),
  },
  costText: "7 per element",
  infer: ([x, weight, bias], attrs) => {
    const axis = normalizeAxis(attrs.axis, x.shape.length);
    for (const [operand, { shape }] of [
      [1, weight],
      [2, bias],
    ] as const) {
      if (shape.length !== 1 || shape[0] !== x.shape[axis]) {
        throw new OperandFault(`must be a vector of ${x.shape[axis]}, received shape ${showShape(shape)}`, operand);
      }
    }
    return { shape: x.shape, dtype: "float64", attrs: { ...attrs, axis } };
  },
  compose: ([x, weight, bias], { attrs: { axis, epsilon } }) => {
    const along = { axis: [axis], keepdims: true };
    const float = castNode(x, "float64");
    const centered = subtract(float, mean(float, along));
    const scaled = multiply(centered, rsqrt(add(mean(square(centered), along), epsilon)));
    const beside = (v: Node) => reshape(v, { shape: x.shape.map((n, i) => (i === axis ? n : 1)) });
    return add(multiply(scaled, beside(weight)), beside(bias));
  },
});

export const gru_cell: Op = composite({
  name: "gru_cell",
  operands: ["x", "h", "w", "u", "b", "c"],
  summary:
    "a step of a gated recurrent unit: of input x and state h, weights w by input and u by hidden unit and biases b and c of the gates reset, update and new, one after the other, as PyTorch has them",
  formula: "as of the operators that it is made of",
  costText: "2 per weight, 22 per gate and unit",
  infer: (args, attrs) => {
    expectCell(args, 3);
    return { shape: args[1].shape, dtype: "float64", attrs };
  },
  compose: ([x, h, w, u, b, c]) => {
    const [byInput, byState] = [affine(x, w, b), affine(h, u, c)];
    const gate = (v: Node, k: number) => gateOf(v, k, h);
    const reset = sigmoid(add(gate(byInput, 0), gate(byState, 0)));
    const update = sigmoid(add(gate(byInput, 1), gate(byState, 1)));
    const fresh = tanh(add(gate(byInput, 2), multiply(reset, gate(byState, 2))));
    return add(fresh, multiply(update, subtract(h, fresh)));
  },
});

export const lstm_cell: Op = severalComposite({
  name: "lstm_cell",
  operands: ["x", "h", "s", "w", "u", "b", "c"],
  summary:
    "a step of a long short-term memory: the next state and cell, of input x, state h, cell s, weights w by input and u by hidden unit and biases b and c of the gates input, forget, new and output, one after the other, as PyTorch has them",
  formula: "as of the operators that it is made of",
  costText: "2 per weight, 22 per gate and unit",
  infer: ([x, h, s, w, u, b, c], attrs) => {
    expectCell([x, h, w, u, b, c], 4);
    if (s.shape.join() !== h.shape.join()) {
      throw new OperandFault(`shape ${showShape(s.shape)} is not ${showShape(h.shape)}, that of h`, 2);
    }
    const type = { shape: h.shape, dtype: "float64" } as const;
    return { results: [type, type], attrs };
  },
  compose: ([x, h, s, w, u, b, c]) => {
    const gates = add(affine(x, w, b), affine(h, u, c));
    const gate = (k: number) => gateOf(gates, k, h);
    const cell = add(multiply(sigmoid(gate(1)), s), multiply(sigmoid(gate(0)), tanh(gate(2))));
    return [multiply(sigmoid(gate(3)), tanh(cell)), cell];
  },
});

/** The inputs of gates: matrices have a row for each unit of each gate. */
function affine(x: Node, w: Node, b: Node): Node {
  return add(matmul(x, matrix_transpose(w)), b);
}

function gateOf(v: Node, k: number, h: Node): Node {
  const units = h.shape.at(-1)!;
  return sliceAxis(v, v.shape.length - 1, k * units, (k + 1) * units);
}

/** Throws a fault unless weights and biases are those of so many gates. */
function expectCell([x, h, w, u, b, c]: readonly Node[], gates: number): void {
  const positions = gates === 3 ? [0, 1, 2, 3, 4, 5] : [0, 1, 3, 4, 5, 6];
  for (const [k, node] of [x!, h!].entries()) {
    if (node.shape.length === 0)
      throw new OperandFault("must be a vector, or several along leading axes", positions[k]);
  }
  if (x!.shape.slice(0, -1).join() !== h!.shape.slice(0, -1).join()) {
    throw new OperandFault(`shape ${showShape(h!.shape)} has other leading axes than x, ${showShape(x!.shape)}`, 1);
  }
  const [inputs, units] = [x!.shape.at(-1)!, h!.shape.at(-1)!];
  const wanted = [[gates * units, inputs], [gates * units, units], [gates * units], [gates * units]];
  for (const [k, node] of [w!, u!, b!, c!].entries()) {
    if (node.shape.join() !== wanted[k]!.join()) {
      throw new OperandFault(
        `must have shape ${showShape(wanted[k]!)}, received ${showShape(node.shape)}`,
        positions[k + 2],
      );
    }
  }
}
