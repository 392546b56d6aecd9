import type { Builder, Node, TensorType } from "../../../graph/operator.ts";
import { scalarShape } from "../../../graph/shape.ts";
import { castNode } from "../../cast.ts";
import { less, where } from "../../families/choice.ts";
import { add } from "../../linear.ts";
import { resultsOf } from "../../results.ts";
import { applyFunction } from "../apply.ts";
import { functionOf, inlined } from "../body.ts";
import type { Until } from "./loop-types.ts";
import { loopOver, withoutInvariants } from "./until.ts";

/**
 * The steps and last carries of a loop with a condition and a limit, made in segments: a loop over applications of a
 * function that is such a loop of few steps. So reverse mode keeps rows for the steps of one segment, and carries for as
 * many segments as there may be.
 */
export function segmentedUntil(
  given: Until & { readonly limit: number },
  segments: number,
  operands: readonly Node[],
  builder: Builder,
): Node[] {
  const { attrs, args } = withoutInvariants(given, operands, builder);
  const { condition, body, constants, carry, limit } = attrs;
  const size = Math.ceil(limit / segments);
  const count: TensorType = { shape: scalarShape, dtype: "float64" };
  const types = [...body.inputs, count];
  // All segments together take no more steps than the limit.
  const isOn = functionOf(condition.name, types, builder, (given) => {
    const [is] = inlined(condition, given.slice(0, -1), given.at(-1)!.builder) as [Node];
    return [where(less(given.at(-1)!, limit), castNode(is, "float64"), 0)];
  });
  const counting = functionOf(body.name, types, builder, (given, inner) => [
    ...inlined(body, given.slice(0, -1), inner),
    add(given.at(-1)!, 1),
  ]);
  const few = { condition: isOn, body: counting };
  const segment = functionOf(body.name, types, builder, (given, inner) => {
    const [, ...carries] = resultsOf(loopOver(few, given.slice(0, constants), given.slice(constants), size, inner));
    return carries;
  });
  const whole = functionOf(body.name, types, builder, (given, inner) =>
    resultsOf(applyFunction(segment, given, inner)),
  );
  const carries = [...args.slice(constants), builder.constant(0)];
  const made = loopOver({ condition: isOn, body: whole }, args.slice(0, constants), carries, segments, builder);
  const [, ...results] = resultsOf(made);
  return [castNode(results[carry]!, "int32"), ...results.slice(0, carry)];
}
