import { bytesPerElement } from "../../../graph/dtype.ts";
import { isView } from "../../../graph/form.ts";
import type { GraphFunction } from "../../../graph/function.ts";
import { nodesOf } from "../../../graph/graph.ts";
import type { Builder, Node, TensorType } from "../../../graph/operator.ts";
import { elementCount } from "../../../graph/shape.ts";
import { concat, slice } from "../../families/structure.ts";
import { resultsOf } from "../../results.ts";
import { reshape } from "../../views.ts";
import { applyFunction } from "../apply.ts";
import { functionOf } from "../body.ts";
import { keptBytesMax } from "./kept-bytes.ts";
import { loopNode, withoutInvariants } from "./loop.ts";
import type { Loop } from "./loop-types.ts";

/** In how many segments reverse mode computes a loop again; 1 where it keeps what the steps made, up to so many bytes. */
export function segmentsOf(
  body: GraphFunction,
  length: number,
  checkpoint: "auto" | "none" | number,
  bytesMax = keptBytesMax,
): number {
  if (checkpoint === "none" || length < 2) return 1;
  if (checkpoint !== "auto") return Math.min(checkpoint, length);
  const made = nodesOf(body.graph).filter(({ op, args }) => args.length > 0 && !isView(op));
  const bytes = made.reduce((sum, { shape, dtype }) => sum + elementCount(shape) * bytesPerElement[dtype], 0);
  return bytes * length <= bytesMax ? 1 : Math.ceil(Math.sqrt(length));
}

/**
 * The results of a loop, made in segments: a loop over applications of a function that is a loop itself. Of an application
 * reverse mode keeps the operands alone and makes the rest again. What segments leave over is a loop after them.
 */
export function segmentedLoop(given: Loop, segments: number, operands: readonly Node[], builder: Builder): Node[] {
  const size = Math.floor(given.length / segments);
  if (segments === 1 || size === 0) return resultsOf(loopNode(given, operands, builder));
  const { attrs: loop, args } = withoutInvariants(given, operands, builder);
  const { body, constants, carry, length, reverse } = loop;
  const whole = size * segments;
  const rest = length - whole;
  const first = reverse ? rest : 0;
  const fixed = args.slice(0, constants);
  const xs = args.slice(constants + carry);
  const types: TensorType[] = [
    ...body.inputs.slice(0, constants + carry),
    ...body.inputs.slice(constants + carry).map(({ shape, dtype }) => ({ shape: [size, ...shape], dtype })),
  ];
  const segment = functionOf(body.name, types, builder, (inputs, inner) =>
    resultsOf(loopNode({ ...loop, length: size }, inputs, inner)),
  );
  const outer = functionOf(body.name, types, builder, (inputs, inner) =>
    resultsOf(applyFunction(segment, inputs, inner)),
  );
  const inSegments = (x: Node) => reshape(rowsOf(x, first, whole), { shape: [segments, size, ...x.shape.slice(1)] });
  const made = resultsOf(
    loopNode(
      { ...loop, body: outer, length: segments },
      [...args.slice(0, constants + carry), ...xs.map(inSegments)],
      builder,
    ),
  );
  const rows = made.slice(carry).map((y) => reshape(y, { shape: [whole, ...y.shape.slice(2)] }));
  if (rest === 0) return [...made.slice(0, carry), ...rows];
  const others = xs.map((x) => rowsOf(x, reverse ? 0 : whole, rest));
  const last = resultsOf(loopNode({ ...loop, length: rest }, [...fixed, ...made.slice(0, carry), ...others], builder));
  const joined = rows.map((y, i) => {
    const parts = reverse ? [last[carry + i]!, y] : [y, last[carry + i]!];
    return builder.build(concat.operator, parts, { axis: 0 });
  });
  return [...last.slice(0, carry), ...joined];
}

/** Some rows of a tensor. */
function rowsOf(x: Node, first: number, count: number): Node {
  const open = x.shape.slice(1).map(() => null);
  return slice(x, { start: [first, ...open], stop: [first + count, ...open] });
}
