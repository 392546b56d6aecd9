import { optional } from "../../../graph/attribute.ts";
import { OperandFault } from "../../../graph/fault.ts";
import type { Node } from "../../../graph/operator.ts";
import { broadcastShapes, elementCount, showShape } from "../../../graph/shape.ts";
import { castNode } from "../../cast.ts";
import { commonDType, composite, type Op } from "../../kinds.ts";
import { broadcastNode, reshape } from "../../views.ts";
import { multiply } from "../arithmetic.ts";
import { concat, pad, sliceAxis } from "../structure.ts";
import { expectMatrix, jointLead, leadOf } from "./matrices.ts";

export const diag: Op = composite({
  name: "diag",
  summary: "square matrices with the last axis of x on a diagonal, 0 elsewhere",
  formula: "diag(dx)",
  attributes: { offset: optional("integer", "how far above the main diagonal; negative: below", 0) },
  costText: "2 per element",
  infer: ([x], attrs) => {
    if (x.shape.length === 0) throw new OperandFault("must be a vector, or several along leading axes; is a scalar", 0);
    const n = x.shape.at(-1)! + Math.abs(attrs.offset);
    return { shape: [...x.shape.slice(0, -1), n, n], dtype: x.dtype, attrs };
  },
  compose: ([x], { attrs: { offset }, shape }) => {
    // In row-major order a diagonal has a step of one row and one element: each element and so many zeros after it.
    const n = shape.at(-1)!;
    const lead = shape.slice(0, -2);
    const length = x.shape.at(-1)!;
    if (elementCount(shape) === 0) return reshape(x, { shape });
    const none = lead.map(() => [0, 0]);
    const spaced = pad(reshape(x, { shape: [...lead, length, 1] }), { pad_width: [...none, [0, 0], [0, n]] });
    const flat = reshape(spaced, { shape: [...lead, length * (n + 1)] });
    const first = offset >= 0 ? offset : -offset * n;
    const cut = sliceAxis(flat, lead.length, 0, Math.min(length * (n + 1), n * n - first));
    const after = n * n - first - cut.shape.at(-1)!;
    return reshape(pad(cut, { pad_width: [...none, [first, after]] }), { shape });
  },
});

export const kron: Op = composite({
  name: "kron",
  operands: ["x", "y"],
  summary: "the Kronecker product of matrices: each element of x times all of y",
  formula: "kron(dx, y) + kron(x, dy)",
  costText: "1 per element",
  infer: ([x, y], attrs) => {
    [x, y].forEach((operand, i) => {
      expectMatrix(operand, i);
    });
    const [rows, columns] = [-2, -1].map((i) => x.shape.at(i)! * y.shape.at(i)!) as [number, number];
    return { shape: [...jointLead(x, y), rows, columns], dtype: "float64", attrs };
  },
  compose: ([x, y], { shape }) => {
    const [m, n] = x.shape.slice(-2) as [number, number];
    const [p, q] = y.shape.slice(-2) as [number, number];
    const left = reshape(x, { shape: [...leadOf(x), m, 1, n, 1] });
    const right = reshape(y, { shape: [...leadOf(y), 1, p, 1, q] });
    return reshape(multiply(left, right), { shape });
  },
});

export const block_diag: Op = composite({
  name: "block_diag",
  operands: ["...xs"],
  summary: "matrices along the diagonal of a larger one, 0 elsewhere",
  formula: "block_diag of the tangents",
  costText: "2 per element",
  infer: (args, attrs) => {
    if (args.length === 0) throw new OperandFault("takes at least 1 operand, received 0");
    let lead = leadOf(args[0]!);
    let [rows, columns] = [0, 0];
    args.forEach((x, i) => {
      expectMatrix(x, i);
      const joint = broadcastShapes(lead, leadOf(x));
      if (!joint) {
        throw new OperandFault(`leading axes ${showShape(leadOf(x))} do not broadcast with ${showShape(lead)}`, i);
      }
      lead = joint;
      rows += x.shape.at(-2)!;
      columns += x.shape.at(-1)!;
    });
    return { shape: [...lead, rows, columns], dtype: commonDType(args), attrs };
  },
  compose: (args, { shape, dtype }, builder) => {
    const lead = shape.slice(0, -2);
    const none = lead.map(() => [0, 0]);
    let first = 0;
    const bands = args.map((x): Node => {
      const [rows, columns] = x.shape.slice(-2) as [number, number];
      const whole = broadcastNode(castNode(x, dtype), [...lead, rows, columns]);
      const band = pad(whole, { pad_width: [...none, [0, 0], [first, shape.at(-1)! - first - columns]] });
      first += columns;
      return band;
    });
    return builder.build(concat.operator, bands, { axis: lead.length });
  },
});
