import type { Attrs } from "../graph/attribute.ts";
import type { Operator } from "../graph/operator.ts";
import { LaneWriter } from "./lanes.ts";

const perOperand = 2;
const perCall = 2;
const perCallback = 12;

const known = new Map<string, number>();

/** About how many instructions applying an elementwise operator takes, `undefined` being a copy; functions are called. */
export function instructionsOf(op: Operator | undefined, attrs: Attrs, operands: number, absorbs: boolean): number {
  if (!op) return perOperand;
  const { lower } = op;
  if (typeof lower === "string") return perCall + perOperand * operands;
  if (!lower) return perCallback + perOperand * operands;
  const key = `${op.name}|${attrs.dtype ?? ""}|${absorbs}`;
  let count = known.get(key);
  if (count === undefined) {
    const locals = Array.from({ length: operands }, (_, i) => i);
    const w = new LaneWriter(operands, () => 0, { absorbs });
    lower(w, locals, attrs);
    count = w.code.instructions;
    known.set(key, count);
  }
  return count;
}
