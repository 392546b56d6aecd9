import type { DType } from "../graph/dtype.ts";
import type { Shape } from "../graph/shape.ts";

/** What a worker runs chunks from: the calls of a job, whose tensors lie in blobs. It is kept as JSON. */
export interface Spec {
  /** One call at many points, or many calls. */
  readonly kind: "points" | "calls";
  /** Documents of graphs by their ids, for where a graph is not known any more. */
  readonly documents: Readonly<Record<string, unknown>>;
  readonly calls: readonly SpecCall[];
}

/** One call. */
export interface SpecCall {
  readonly method: string;
  readonly graph: string;
  /** Its parameters beside graph, tensors and batch, as its schema let them pass. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly batch?: number;
  readonly hasSeedList?: boolean;
  readonly seeds?: number;
  readonly tensors: readonly SpecTensor[];
  /** What the caller calls it. */
  readonly key?: string;
}

/** Where a tensor belongs: `seed` counts from 0 where seeds are a list. */
export interface TensorPlace {
  readonly role: "inputs" | "seeds" | "weights";
  readonly seed?: number;
  readonly name: string;
}

/** A tensor: its shape is that at one point. */
export interface SpecTensor extends TensorPlace {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly isBatched: boolean;
  /** In a blob from a byte on, or as base64. */
  readonly at: { readonly blob: string; readonly offset: number } | { readonly base64: string };
}
