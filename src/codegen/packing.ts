import type { Letters } from "../graph/lowering.ts";
import type { Node } from "../graph/operator.ts";
import { elementCount, rowMajorStrides, type Shape } from "../graph/shape.ts";
import { letterPlace, type Place } from "./place.ts";

/** A copy of a product's operand in another order: its shape and where it is walked in that order, and its own place. */
export interface Packing {
  readonly operand: number;
  readonly shape: Shape;
  readonly source: Place;
  readonly target: Omit<Place, "root">;
}

/** An operand is read at least so often that laying it in order costs little beside. */
const readsMin = 8;

/**
 * The operand of a product that is worth laying in order, so that vectors along the result's last axis can be loaded from
 * it, if there is one.
 */
export function packing(node: Node, letters: Letters, places: readonly Place[], out: Place): Packing | undefined {
  const letter = vectorLetter(node.shape, letters, out);
  if (letter === undefined) return undefined;
  const names = [letters.x, letters.y];
  const operand = names.findIndex((list) => list.includes(letter));
  if (names[1 - operand]!.includes(letter)) return undefined;
  const mine = names[operand]!;
  const { shape } = node.args[operand]!;
  const { strides } = places[operand]!;
  const reads = node.op.cost(node) / 2 / elementCount(shape);
  if (strides[mine.indexOf(letter)] === 1 || reads < readsMin) return undefined;
  const order = [...mine].filter((name) => name !== letter);
  // Summed axes right before the last, so that one step of the sum leads to the next row.
  order.sort((a, b) => Number(letters.out.includes(b)) - Number(letters.out.includes(a)));
  order.push(letter);
  const lengths = order.map((name) => shape[mine.indexOf(name)]!);
  const packed = rowMajorStrides(lengths);
  return {
    operand,
    shape: lengths,
    source: letterPlace(order.join(""), mine, places[operand]!),
    target: { offset: 0, strides: [...mine].map((name) => packed[order.indexOf(name)]!) },
  };
}

/** The letter of the axis along which a product's results lie next to each other. */
export function vectorLetter(shape: Shape, { out }: Letters, { strides }: Place): string | undefined {
  return [...out].find((_, axis) => strides[axis] === 1 && shape[axis]! > 1);
}
