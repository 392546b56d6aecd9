import { bytesOfElements, bytesPerElement, type DType } from "../graph/dtype.ts";
import { rowMajorData } from "../graph/ndarray.ts";
import { elementCount, type Shape } from "../graph/shape.ts";
import { type Answer, KeptAnswer, PlainAnswer, TensorLeaf } from "../wire/answer.ts";
import type { LeafEncoding } from "../wire/json/tensor-value.ts";

/** An answer without its numbers, as JSON: a tensor, an object, a list, or any other value. */
export type Form =
  | readonly ["t", DType, Shape, LeafEncoding, isBatched: 0 | 1]
  | readonly ["o", readonly (readonly [string, Form])[]]
  | readonly ["l", readonly Form[]]
  | readonly ["v", unknown];

/** A tensor of a form: where its bytes begin, and how it is reached. */
export interface FormLeaf {
  readonly path: readonly string[];
  readonly dtype: DType;
  readonly shape: Shape;
  readonly encoding: LeafEncoding;
  /** Whether its first axis is that of points. */
  readonly isBatched: boolean;
  readonly offset: number;
  readonly bytes: number;
}

/** Parts an answer into its form and the bytes of its tensors, in order; `hasPoints` says that tensors have an axis of points. */
export function parted(answer: Answer, hasPoints: boolean): { form: Form; pieces: Uint8Array<ArrayBuffer>[] } {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const formOf = (value: unknown, isShared: boolean): Form => {
    if (value instanceof KeptAnswer) return formOf(value.tree, isShared);
    if (value instanceof PlainAnswer) return ["v", value.value];
    if (value instanceof TensorLeaf) {
      const { array, encoding, isOwn } = value;
      const bytes = bytesOfElements(array.dtype, rowMajorData(array));
      pieces.push(isOwn && bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice());
      return ["t", array.dtype, array.shape, encoding, hasPoints && !isShared ? 1 : 0];
    }
    if (typeof value !== "object" || value === null) return ["v", value];
    if (Array.isArray(value)) {
      if (!value.some(holdsTensor)) return ["v", value];
      return ["l", value.map((item) => formOf(item, isShared))];
    }
    if (!holdsTensor(value)) return ["v", value];
    const isSparse = Array.isArray((value as { shape?: unknown }).shape);
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    // The positions of a sparse matrix are those of all points.
    return ["o", members.map(([name, member]) => [name, formOf(member, isSparse && name !== "values")])];
  };
  return { form: formOf(answer, false), pieces };
}

function holdsTensor(value: unknown): boolean {
  if (value instanceof TensorLeaf) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsTensor);
}

/** The tensors of a form, in the order in which their bytes lie. */
export function leavesOf(form: Form): FormLeaf[] {
  const leaves: FormLeaf[] = [];
  let offset = 0;
  const walk = (node: Form, path: readonly string[]): void => {
    if (node[0] === "t") {
      const [, dtype, shape, encoding, isBatched] = node;
      const bytes = elementCount(shape) * bytesPerElement[dtype];
      leaves.push({ path, dtype, shape, encoding, isBatched: isBatched === 1, offset, bytes });
      offset += bytes;
    } else if (node[0] === "o") for (const [name, member] of node[1]) walk(member, [...path, name]);
    else if (node[0] === "l") for (const [i, item] of node[1].entries()) walk(item, [...path, String(i)]);
  };
  walk(form, []);
  return leaves;
}

/** The tree of a form, with something in place of each tensor. */
export function treeOf(form: Form, leafAt: (i: number) => Answer): Answer {
  let next = 0;
  const walk = (node: Form): Answer => {
    if (node[0] === "t") return leafAt(next++);
    if (node[0] === "o") return Object.fromEntries(node[1].map(([name, member]) => [name, walk(member)]));
    if (node[0] === "l") return node[1].map(walk);
    return new PlainAnswer(node[1]);
  };
  return walk(form);
}
