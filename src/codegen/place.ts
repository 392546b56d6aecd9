import { formOf } from "../graph/form.ts";
import type { AssemblyPart } from "../graph/lowering.ts";
import { type NdArray, ndarray } from "../graph/ndarray.ts";
import type { Node } from "../graph/operator.ts";
import { rowMajorStrides, type Shape } from "../graph/shape.ts";

/** Where a value lies: a strided view of the storage that the slot `root` owns. Offset and strides count numbers. */
export interface Place {
  readonly root: number;
  readonly offset: number;
  readonly strides: readonly number[];
}

const nothing = new Float64Array();

/** A place of its own for a value of a shape, row-major. */
export function ownPlace(root: number, shape: Shape): Place {
  return { root, offset: 0, strides: rowMajorStrides(shape) };
}

/** Where a view's value lies when its operand's lies at `place`; undefined when that takes a copy. */
export function viewPlace(node: Node, place: Place): Place | undefined {
  const [operand] = node.args;
  const form = formOf(node.op, "view");
  if (form.layout === "rowMajor") {
    const strides = reshapedStrides(operand!.shape, place.strides, node.shape);
    return strides && { ...place, strides };
  }
  const array: NdArray = { ...ndarray(operand!.dtype, operand!.shape, nothing), ...place };
  const { offset, strides } = form.evaluate([array], node, operand!.builder.budget);
  return { root: place.root, offset, strides };
}

/** Where a part of an assembled value at `place` lies. */
export function partPlace({ firsts, steps }: AssemblyPart, shape: Shape, place: Place): Place {
  let { offset } = place;
  for (let i = 0; i < shape.length; i++) offset += firsts[i]! * place.strides[i]!;
  return { root: place.root, offset, strides: place.strides.map((stride, i) => stride * steps[i]!) };
}

/** Where an operand whose axes have the letters `names` lies, walked along the axes `letters`; absent ones repeat it. */
export function letterPlace(letters: string, names: string, place: Place): Place {
  const strides = [...letters].map((letter) => {
    const axis = names.indexOf(letter);
    return axis < 0 ? 0 : place.strides[axis]!;
  });
  return { ...place, strides };
}

/** Strides that show elements, in row-major order, in another shape; undefined when no strides do. */
export function reshapedStrides(from: Shape, strides: readonly number[], to: Shape): readonly number[] | undefined {
  const result = new Array<number>(to.length).fill(0);
  let i = 0;
  let j = 0;
  while (i < from.length || j < to.length) {
    // A run of axes on each side that have the same number of elements.
    const [firstFrom, firstTo] = [i, j];
    let a = i < from.length ? from[i++]! : 1;
    let b = j < to.length ? to[j++]! : 1;
    while (a !== b) {
      if (a < b) {
        if (i >= from.length) return undefined;
        a *= from[i++]!;
      } else {
        if (j >= to.length) return undefined;
        b *= to[j++]!;
      }
      if (a === 0 || b === 0) return rowMajorStrides(to);
    }
    const axes = [];
    for (let k = firstFrom; k < i; k++) if (from[k] !== 1) axes.push(k);
    for (let k = 1; k < axes.length; k++) {
      if (strides[axes[k - 1]!] !== strides[axes[k]!]! * from[axes[k]!]!) return undefined;
    }
    let stride = axes.length > 0 ? strides[axes.at(-1)!]! : 0;
    for (let k = j - 1; k >= firstTo; k--) {
      result[k] = stride;
      stride *= to[k]!;
    }
  }
  return result;
}
