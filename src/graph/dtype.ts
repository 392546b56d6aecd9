/** What a tensor on the wire, an input or an output may hold. */
export const dtypes = ["float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint8", "bool"] as const;

/**
 * A declared dtype. Inside a graph there are float64, int64, int32 and bool; the others are storage, rounded on entry and
 * on the way out.
 */
export type DType = (typeof dtypes)[number];

/** The storage of a tensor's elements. That of int64 holds numbers too, so that it is exact up to 2^53. */
export type TypedArray = Float64Array | Float32Array | Float16Array | Int32Array | Int16Array | Int8Array | Uint8Array;

/** Bytes of one element. */
export const bytesPerElement: Readonly<Record<DType, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
};

const constructors = {
  float64: Float64Array,
  float32: Float32Array,
  float16: Float16Array,
  int64: Float64Array,
  int32: Int32Array,
  int16: Int16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

/** The least and the greatest number of each dtype of integers; of int64, of those that are told apart. */
const ranges: Partial<Readonly<Record<DType, readonly [min: number, max: number]>>> = {
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  int8: [-(2 ** 7), 2 ** 7 - 1],
  uint8: [0, 2 ** 8 - 1],
  bool: [0, 1],
};

/** A zeroed array of `length` elements. */
export function allocate(dtype: DType, length: number): TypedArray {
  return new constructors[dtype](length);
}

/** The dtype that a declared one has inside a graph. */
export function computedDType(dtype: DType): DType {
  if (isFloat(dtype)) return "float64";
  return dtype === "int64" || dtype === "bool" ? dtype : "int32";
}

/** Which of the dtypes inside a graph hold all of which. */
const width: Partial<Readonly<Record<DType, number>>> = { bool: 0, int32: 1, int64: 2, float64: 3 };

/** Whether values of one dtype are values of another one. */
export function convertsTo(from: DType, to: DType): boolean {
  return width[from]! <= width[computedDType(to)]!;
}

/** Whether derivatives exist for the dtype. */
export function isFloat(dtype: DType): boolean {
  return dtype === "float64" || dtype === "float32" || dtype === "float16";
}

/** Whether a dtype holds integers, bool aside. */
export function isInteger(dtype: DType): boolean {
  return dtype !== "bool" && !isFloat(dtype);
}

/** Whether a number is one of a dtype; of floats, whether it does not overflow in it. */
export function fitsIn(dtype: DType, value: number): boolean {
  const range = ranges[dtype];
  if (range) return Number.isInteger(value) && value >= range[0] && value <= range[1];
  return !Number.isFinite(value) || Number.isFinite(roundedTo(dtype, value));
}

/** The nearest number that a dtype of floats holds; of others the number itself. */
export function roundedTo(dtype: DType, value: number): number {
  return dtype === "float32" ? Math.fround(value) : dtype === "float16" ? Math.f16round(value) : value;
}

/** The elements as the bytes that others read, little-endian; a view but of int64. */
export function bytesOfElements(dtype: DType, data: TypedArray): Uint8Array<ArrayBuffer> {
  const stored = dtype === "int64" ? BigInt64Array.from(data, BigInt) : data;
  return new Uint8Array(stored.buffer as ArrayBuffer, stored.byteOffset, stored.byteLength);
}

/** The elements in such bytes, which begin where their memory does; undefined where an int64 is not exact as a number. */
export function elementsOfBytes(dtype: DType, buffer: ArrayBuffer, count: number): TypedArray | undefined {
  if (dtype !== "int64") return new constructors[dtype](buffer, 0, count);
  const exact = new BigInt64Array(buffer, 0, count);
  return exact.every((x) => fitsIn(dtype, Number(x))) ? Float64Array.from(exact, Number) : undefined;
}
