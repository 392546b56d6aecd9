import { type Attrs, attributesKey } from "../graph/attribute.ts";
import { LaneWriter } from "./lanes.ts";
import type { NumberFunction } from "./steps.ts";

const perOperand = 2;
const perCall = 2;
const perCallback = 12;

/** By attributes and whether zero absorbs. */
const known = new WeakMap<NumberFunction, Map<string, number>>();

/** About how many instructions applying a function of numbers takes, `undefined` being a copy; functions are called. */
export function instructionsOf(
  f: NumberFunction | undefined,
  attrs: Attrs,
  operands: number,
  absorbs: boolean,
): number {
  if (!f) return perOperand;
  const { lower } = f;
  if (typeof lower === "string") return perCall + perOperand * operands;
  if (!lower) return perCallback + perOperand * operands;
  const counts = known.get(f) ?? new Map<string, number>();
  known.set(f, counts);
  const key = `${attributesKey(attrs)}|${absorbs}`;
  let count = counts.get(key);
  if (count === undefined) {
    const locals = Array.from({ length: operands }, (_, i) => i);
    const w = new LaneWriter(operands, () => 0, { absorbs });
    lower(w, locals, attrs);
    count = w.code.instructions;
    counts.set(key, count);
  }
  return count;
}
