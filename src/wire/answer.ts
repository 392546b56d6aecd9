import type { NdArray } from "../graph/ndarray.ts";
import type { LeafEncoding } from "./json/tensor-value.ts";
import type { Text } from "./text.ts";

/** What a call answers: a tree of plain values whose leaves may be arrays. Whoever sends it knows how to write one. */
export type Answer =
  | null
  | undefined
  | boolean
  | number
  | string
  | NumberText
  | TensorLeaf
  | PlainAnswer
  | KeptAnswer
  | WrittenAnswer
  | readonly Answer[]
  | { readonly [name: string]: Answer };

/** A number by its digits, where JavaScript would hold another one or write it otherwise. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A tensor in an answer. */
export class TensorLeaf {
  /** Its elements, which already have their dtype. Another array may take its place between two answers. */
  array: NdArray;
  /** How JSON writes it; other codecs have one way. */
  readonly encoding: LeafEncoding;
  /** Whether the memory is the answer's from now on. */
  readonly isOwn: boolean;

  constructor(array: NdArray, encoding: LeafEncoding, isOwn = true) {
    this.array = array;
    this.encoding = encoding;
    this.isOwn = isOwn;
  }
}

/** A JSON value without tensors, which may be large: it is written without a look at each of its parts. */
export class PlainAnswer {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/**
 * An answer that is given again and again: its tree stays as it is while the arrays of its leaves change. A codec makes
 * what stands around the leaves once.
 */
export class KeptAnswer {
  readonly tree: Answer;
  private codec: object | undefined;
  private form: unknown;

  constructor(tree: Answer) {
    this.tree = tree;
  }

  /** What `make` made of the tree for a codec the last time, or makes of it now. */
  formFor<F>(codec: object, make: (tree: Answer) => F): F {
    if (this.codec !== codec) {
      this.form = make(this.tree);
      this.codec = codec;
    }
    return this.form as F;
  }
}

/** A part of an answer that its codec has written already. */
export class WrittenAnswer {
  readonly text: Text;

  constructor(text: Text) {
    this.text = text;
  }
}

/** What may stand in place of a value of a schema: the like of it, or an answer that is kept or known to be plain. */
export type Answered<T> = DeepReadonly<T> | KeptAnswer | PlainAnswer;

type DeepReadonly<T> = T extends TensorLeaf
  ? T
  : T extends readonly (infer Item)[]
    ? readonly DeepReadonly<Item>[]
    : T extends object
      ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
      : T;
