/** What a tensor on the wire, an input or an output may hold. */
export const dtypes = ["float64", "float32", "int32", "bool"] as const;

/** A declared dtype. Inside a graph float32 does not occur: it is storage, rounded on entry and on the way out. */
export type DType = (typeof dtypes)[number];

/** The storage of a tensor's elements. */
export type TypedArray = Float64Array | Float32Array | Int32Array | Uint8Array;

/** Bytes of one element. */
export const bytesPerElement: Readonly<Record<DType, number>> = { float64: 8, float32: 4, int32: 4, bool: 1 };

const constructors = { float64: Float64Array, float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/** A zeroed array of `length` elements. */
export function allocate(dtype: DType, length: number): TypedArray {
  return new constructors[dtype](length);
}

/** A view of `length` elements on a buffer, which must be aligned. */
export function viewBuffer(dtype: DType, buffer: ArrayBuffer, byteOffset: number, length: number): TypedArray {
  return new constructors[dtype](buffer, byteOffset, length);
}

/** The dtype that a declared one has inside a graph. */
export function computedDType(dtype: DType): DType {
  return dtype === "float32" ? "float64" : dtype;
}

/** Whether derivatives exist for the dtype. */
export function isFloat(dtype: DType): boolean {
  return dtype === "float64" || dtype === "float32";
}
