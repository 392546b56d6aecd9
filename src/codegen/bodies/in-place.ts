import { elementCount, rowMajorStrides, type Shape } from "../../graph/shape.ts";
import type { Place } from "../place.ts";
import type { Schedule, Step } from "../steps.ts";

/**
 * Whether an output of `size` numbers can be made where it is to be in the end. The slot `over` lies there until then: all
 * of it has to be read before, or number by number as the output is written.
 */
export function isMadeInPlace(
  { nodes, roots, steps }: Schedule,
  { root, offset }: Place,
  size: number,
  over: number | undefined,
): boolean {
  const made = roots.get(root);
  // What is there before the first step is an input or a constant.
  if (!made || size === 0 || offset !== 0 || made.count !== size || made.first < 0) return false;
  const before = over === undefined ? undefined : roots.get(over);
  if (over === undefined || !before || before.last < made.first) return true;
  return before.last === made.first && nodes[over] !== undefined && isReadAhead(steps[made.first]!, over, root, size);
}

/** Whether a step reads each number of one root before it writes the same one of another. */
function isReadAhead(step: Step, read: number, written: number, size: number): boolean {
  if (step.kind !== "map" || elementCount(step.shape) !== size) return false;
  const { members, shape } = step;
  const write = members.findIndex(({ target }) => target.root === written);
  if (write < 0 || !isWhole(members[write]!.target, shape)) return false;
  let isFirst = true;
  for (const [m, { operands }] of members.entries()) {
    for (const operand of operands) {
      if (operand.kind !== "memory" || operand.place.root !== read) continue;
      // A number is loaded once, where it is first read.
      if (!isWhole(operand.place, shape) || (isFirst && m > write)) return false;
      isFirst = false;
    }
  }
  return true;
}

function isWhole({ offset, strides }: Place, shape: Shape): boolean {
  const ordered = rowMajorStrides(shape);
  return offset === 0 && shape.every((length, axis) => length === 1 || strides[axis] === ordered[axis]);
}
