import { inputMismatch } from "../errors.ts";
import { bytesOfElements, bytesPerElement, type DType, dtypes } from "../graph/dtype.ts";
import { rowMajorData } from "../graph/ndarray.ts";
import { elementCount, type Shape, sameShape, showShape } from "../graph/shape.ts";
import { blobNotFound } from "../jobs/faults.ts";
import type { SentBlob } from "../jobs/model.ts";
import { decodeTensor, TensorFault } from "../syntax/tensor.ts";
import type { TensorPlace } from "./spec.ts";

/** A tensor that was read: its bytes, or the blob that has them, which may have to be converted. */
export interface TakenTensor extends TensorPlace {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly isBatched: boolean;
  readonly bytes: number;
  readonly from:
    | { readonly data: Uint8Array<ArrayBuffer> }
    | { readonly blob: string; readonly sent: DType; readonly skip: number };
}

/** Blobs by their SHA-256; undefined for those that the tenant did not send. */
export type SentBlobs = ReadonlyMap<string, SentBlob | undefined>;

/** Reads a tensor in any of the wire's forms, or one that names a blob. Throws `input_mismatch`, `blob_not_found`. */
export function takeTensor(
  value: unknown,
  place: TensorPlace,
  declared: { readonly shape: Shape; readonly dtype: DType },
  points: number | undefined,
  sentBlobs: SentBlobs,
): TakenTensor {
  const { shape, dtype } = declared;
  if (isBlobTensor(value)) return takeBlob(value, place, declared, points, sentBlobs);
  try {
    const { array, isBatched } = decodeTensor(value, shape, dtype, points);
    const data = bytesOfElements(dtype, rowMajorData(array));
    return { ...place, shape, dtype, isBatched, bytes: data.length, from: { data } };
  } catch (fault) {
    if (fault instanceof TensorFault) throw inputMismatch(place.name, fault.expected, fault.received);
    throw fault;
  }
}

/** A tensor whose bytes are in a blob. */
export interface BlobTensor {
  readonly shape: Shape;
  readonly dtype?: DType;
  readonly blob: string;
}

/** Whether a value means to name a blob; whether it does so rightly is for {@link takeTensor} to say. */
export function isBlobTensor(value: unknown): value is Readonly<Record<string, unknown>> & { readonly blob: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.hasOwn(value, "blob");
}

/** The SHA-256 of `sha256:` and its digits; undefined for what is none. */
export function shaOf(blob: unknown): string | undefined {
  return typeof blob === "string" && blobPattern.test(blob) ? blob.slice("sha256:".length) : undefined;
}

const blobPattern = /^sha256:[0-9a-f]{64}$/;

function takeBlob(
  value: Readonly<Record<string, unknown>>,
  place: TensorPlace,
  { shape, dtype }: { readonly shape: Shape; readonly dtype: DType },
  points: number | undefined,
  sentBlobs: SentBlobs,
): TakenTensor {
  const { name } = place;
  const odd = Object.keys(value).find((key) => key !== "shape" && key !== "dtype" && key !== "blob");
  if (odd !== undefined) throw inputMismatch(name, 'a tensor of "shape", "dtype" and "blob"', `the member ${odd}`);
  const sha = shaOf(value.blob);
  if (sha === undefined) throw inputMismatch(name, '"blob" as sha256: and 64 hexadecimal digits', typeof value.blob);
  const sent = (value.dtype ?? "float64") as DType;
  if (!dtypes.includes(sent)) throw inputMismatch(name, `a dtype of ${dtypes.join(", ")}`, typeof value.dtype);
  const given = value.shape;
  if (!Array.isArray(given) || given.some((n) => !Number.isSafeInteger(n) || n < 0)) {
    throw inputMismatch(name, 'a "shape" of lengths', typeof given);
  }
  const batched = points === undefined ? undefined : [points, ...shape];
  const isBatched = !sameShape(given, shape) && batched !== undefined && sameShape(given, batched);
  if (!isBatched && !sameShape(given, shape)) {
    const orBatched = batched ? ` or ${showShape(batched)}` : "";
    throw inputMismatch(
      name,
      `${dtype} of shape ${showShape(shape)}${orBatched}`,
      `an array of shape ${showShape(given)}`,
    );
  }
  const found = sentBlobs.get(sha);
  if (found === undefined) throw blobNotFound(`sha256:${sha}`);
  const { skip } = found;
  const length = found.bytes - skip;
  const count = elementCount(given);
  const wanted = count * bytesPerElement[sent];
  if (length !== wanted) throw inputMismatch(name, `a blob of ${wanted} bytes`, `one of ${length}`);
  return { ...place, shape, dtype, isBatched, bytes: count * bytesPerElement[dtype], from: { blob: sha, sent, skip } };
}
