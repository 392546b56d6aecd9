import { isView } from "../graph/form.ts";
import type { Node } from "../graph/operator.ts";
import { elementCount } from "../graph/shape.ts";
import { uniformValue } from "../graph/uniform-value.ts";
import { ownPlace, type Place, partPlace, reshapedStrides } from "./place.ts";

/**
 * Values that are made where they are going to be assembled, so that nothing is copied: their places within the value
 * that they are parts of. Each value has one place; a second tensor that it is a part of gets a copy.
 */
export function placeParts(nodes: readonly Node[], slotOf: (node: Node) => number): ReadonlyMap<number, Place> {
  const placed = new Map<number, Place>();
  // The outermost tensor first: its parts may be assembled themselves.
  for (let slot = nodes.length - 1; slot >= 0; slot--) {
    const node = nodes[slot]!;
    const { form } = node.op;
    if (form.kind !== "assembled" || elementCount(node.shape) === 0) continue;
    const { fill, base, parts } = form.assemble(node);
    if (fill !== undefined || base !== undefined) continue;
    const whole = placed.get(slot) ?? ownPlace(slot, node.shape);
    for (const part of parts) {
      const arg = node.args[part.operand]!;
      const made = behindReshapes(arg);
      const from = slotOf(made);
      if (!isPlaceable(made) || placed.has(from)) continue;
      const place = partPlace(part, arg.shape, whole);
      const strides = reshapedStrides(arg.shape, place.strides, made.shape);
      if (strides) placed.set(from, { ...place, strides });
    }
  }
  return placed;
}

function behindReshapes(node: Node): Node {
  let made = node;
  while (isView(made.op, "rowMajor")) made = made.args[0]!;
  return made;
}

function isPlaceable(node: Node): boolean {
  const { kind } = node.op.form;
  const isPlaced = kind === "elementwise" || kind === "reduction" || kind === "assembled";
  return isPlaced && uniformValue(node) === undefined && elementCount(node.shape) > 0;
}
