import { formOf } from "../../graph/form.ts";
import type { Node } from "../../graph/operator.ts";
import { elementCount, rowMajorStrides, type Shape } from "../../graph/shape.ts";
import type { LaneWriter } from "../lanes.ts";
import { Nest, stepParameters, type Walked } from "../nest.ts";
import type { Place } from "../place.ts";
import type { NodeStep } from "../steps.ts";
import { bytesPerNumber } from "../storage.ts";
import type { Writing } from "../writing.ts";

/**
 * Writes the function of an operator on matrices of few elements, two matrices at a time. Where a number is not finite
 * the operator itself is called back and does all of them again.
 */
export function writeFew(writing: Writing, { slot, operands }: NodeStep, w: LaneWriter): number {
  const node = writing.schedule.nodes[slot]!;
  const { ranks, rank, write } = formOf(node.op, "opaque").few!(node)!;
  const lead = node.shape.slice(0, node.shape.length - rank);
  const walked: Walked[] = [];
  const elements = (shape: Shape, own: number, place: Place): number[] => {
    const made = elementsOf(writing.walked(place), shape, own, lead);
    return made.map((element) => walked.push(element) - 1);
  };
  // An operand without matrices is not read.
  const read = node.args.map((arg, i) => (ranks[i] === 0 ? [] : elements(arg.shape, ranks[i]!, operands[i]!)));
  const stored = elements(node.shape, rank, writing.schedule.places[slot]!);
  const nest = new Nest(w, lead, walked);
  const doubt = w.constant(0);
  nest.write(true, (isSingle) => {
    const given = read.map((list) => list.map((index) => nest.load(index, isSingle)));
    w.scope(() => {
      const results = write(w, given);
      for (const [k, index] of stored.entries()) nest.store(index, results[k]!, isSingle);
      for (const x of results) w.code.get(doubt).get(w.sub(x, x)).op("f64x2.add").set(doubt);
      return [];
    });
    for (const value of given.flat()) w.release(value);
  });
  w.code.get(doubt).get(doubt).op("f64x2.ne").op("v128.any_true").block("if");
  w.code.i32(opaqueOf(writing, node, operands, slot)).get(stepParameters.base);
  w.code.call(writing.callers!.evaluate).end();
  return nest.rounds;
}

/** Notes an operator that is called back; gives its number. */
export function opaqueOf(writing: Writing, node: Node, operands: readonly Place[], slot: number): number {
  const target = writing.held(node, writing.schedule.places[slot]!);
  const places = node.args.map((arg, i) => writing.held(arg, operands[i]!));
  return writing.opaques.push({ node, operands: places, target }) - 1;
}

/** The elements of a tensor's matrices, in order, each walked along the leading axes of the result. */
function elementsOf({ byte, strides }: Walked, shape: Shape, rank: number, lead: Shape): Walked[] {
  const first = shape.length - rank;
  const outer = lead.map((_, axis) => {
    const own = axis - (lead.length - first);
    return own < 0 || shape[own] === 1 ? 0 : strides[own]!;
  });
  const sizes = shape.slice(first);
  const ordered = rowMajorStrides(sizes);
  return Array.from({ length: elementCount(sizes) }, (_, k): Walked => {
    const at = sizes.reduce((sum, n, axis) => sum + (Math.floor(k / ordered[axis]!) % n) * strides[first + axis]!, 0);
    return { byte: byte + at * bytesPerNumber, strides: outer };
  });
}
