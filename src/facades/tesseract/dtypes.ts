import { type DType, fitsIn, isFloat, isInteger, roundedTo } from "../../graph/dtype.ts";

/** How the elements of a dtype lie in a buffer, little-endian, and which numbers it has. */
interface SentType {
  readonly bytes: number;
  read(buffer: ArrayBuffer, count: number): ArrayLike<number | bigint>;
  /** The least and the greatest number, of integers. */
  readonly range?: readonly [min: number, max: number];
  /** The nearest number of the dtype, of floats that hold fewer digits than ours. */
  round?(value: number): number;
}

/** The dtypes that arrays may be sent in, by name. */
export const sentTypes = {
  float16: { bytes: 2, read: (b, n) => new Float16Array(b, 0, n), round: Math.f16round },
  float32: { bytes: 4, read: (b, n) => new Float32Array(b, 0, n), round: Math.fround },
  float64: { bytes: 8, read: (b, n) => new Float64Array(b, 0, n) },
  int8: { bytes: 1, read: (b, n) => new Int8Array(b, 0, n), range: [-(2 ** 7), 2 ** 7 - 1] },
  int16: { bytes: 2, read: (b, n) => new Int16Array(b, 0, n), range: [-(2 ** 15), 2 ** 15 - 1] },
  int32: { bytes: 4, read: (b, n) => new Int32Array(b, 0, n), range: [-(2 ** 31), 2 ** 31 - 1] },
  int64: { bytes: 8, read: (b, n) => new BigInt64Array(b, 0, n), range: [-(2 ** 63), 2 ** 63] },
  uint8: { bytes: 1, read: (b, n) => new Uint8Array(b, 0, n), range: [0, 2 ** 8 - 1] },
  uint16: { bytes: 2, read: (b, n) => new Uint16Array(b, 0, n), range: [0, 2 ** 16 - 1] },
  uint32: { bytes: 4, read: (b, n) => new Uint32Array(b, 0, n), range: [0, 2 ** 32 - 1] },
  uint64: { bytes: 8, read: (b, n) => new BigUint64Array(b, 0, n), range: [0, 2 ** 64] },
  bool: { bytes: 1, read: (b, n) => new Uint8Array(b, 0, n), range: [0, 1] },
} as const satisfies Record<string, SentType>;

/** The name of a dtype that arrays may be sent in. */
export type SentDType = keyof typeof sentTypes;

/** What is known of a dtype. */
export function sentType(dtype: SentDType): SentType {
  return sentTypes[dtype];
}

/** Whether arrays may be sent in a dtype of this name. */
export function isSentDType(dtype: unknown): dtype is SentDType {
  return typeof dtype === "string" && Object.hasOwn(sentTypes, dtype);
}

/** Why a number is not kept by a declared dtype: not at all, or as it is no integer or out of range. */
export type Loss = "fraction" | "change" | undefined;

/**
 * What a number becomes in a declared dtype, and what is lost on the way: nothing may be but by the rounding of floats.
 */
export function lossOf(value: number, dtype: DType, isFloatSent: boolean): Loss {
  if (isFloat(dtype)) return isFloatSent || roundedTo(dtype, value) === value ? undefined : "change";
  if (fitsIn(dtype, value)) return undefined;
  return isInteger(dtype) && Number.isFinite(value) && !Number.isInteger(value) ? "fraction" : "change";
}
