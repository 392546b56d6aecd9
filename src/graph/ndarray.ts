import { allocate, type DType, isFloat, type TypedArray } from "./dtype.ts";
import { elementCount, rowMajorStrides, type Shape, sameShape } from "./shape.ts";

/** A tensor's value: a strided view on typed storage. Strides and offset count elements. */
export interface NdArray {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
  readonly data: TypedArray;
}

/** A row-major view of the whole of `data`. */
export function ndarray(dtype: DType, shape: Shape, data: TypedArray): NdArray {
  return { dtype, shape, strides: rowMajorStrides(shape), offset: 0, data };
}

/** A zeroed tensor. */
export function zeros(dtype: DType, shape: Shape): NdArray {
  return ndarray(dtype, shape, allocate(dtype, elementCount(shape)));
}

/** A scalar. */
export function scalar(dtype: DType, value: number): NdArray {
  const data = allocate(dtype, 1);
  data[0] = value;
  return ndarray(dtype, [], data);
}

/** Whether the elements lie in row-major order without gaps, axes of length 1 aside. */
export function isContiguous(array: NdArray): boolean {
  let stride = 1;
  for (let i = array.shape.length - 1; i >= 0; i--) {
    const length = array.shape[i]!;
    if (length === 0) return true;
    if (length !== 1 && array.strides[i] !== stride) return false;
    stride *= length;
  }
  return true;
}

/** The elements in row-major order, without a copy where they already are. */
export function rowMajorData(array: NdArray): TypedArray {
  const count = elementCount(array.shape);
  if (isContiguous(array)) {
    if (array.offset === 0 && array.data.length === count) return array.data;
    return array.data.subarray(array.offset, array.offset + count);
  }
  return copied(array).data;
}

/** A row-major copy in storage of its own. */
export function copied(array: NdArray): NdArray {
  const copy = zeros(array.dtype, array.shape);
  copyInto(copy, array);
  return copy;
}

/** The elements converted to a dtype: exact, but for the rounding to float32. */
export function convertArray(array: NdArray, dtype: DType): NdArray {
  if (array.dtype === dtype) return array;
  const data = allocate(dtype, elementCount(array.shape));
  data.set(rowMajorData(array));
  return ndarray(dtype, array.shape, data);
}

/** The same elements with row-major strides. */
export function contiguous(array: NdArray): NdArray {
  return isContiguous(array) ? array : ndarray(array.dtype, array.shape, rowMajorData(array));
}

/** Another shape of as many elements; a view where the elements are contiguous. */
export function reshapeView(array: NdArray, shape: Shape): NdArray {
  const { dtype, data, offset } = contiguous(array);
  return { dtype, shape, strides: rowMajorStrides(shape), offset, data };
}

/** A view broadcast to `shape` by NumPy's rule, with strides of 0. */
export function broadcastView(array: NdArray, shape: Shape): NdArray {
  const lead = shape.length - array.shape.length;
  const strides = shape.map((length, i) =>
    i < lead || (array.shape[i - lead] === 1 && length !== 1) ? 0 : array.strides[i - lead]!,
  );
  return { ...array, shape, strides };
}

/** A view whose axis i is the array's axis `axes[i]`. */
export function permuteView(array: NdArray, axes: readonly number[]): NdArray {
  return { ...array, shape: axes.map((a) => array.shape[a]!), strides: axes.map((a) => array.strides[a]!) };
}

/** A view of every `steps[i]`-th element from `firsts[i]` on, `counts[i]` of them, on axis i. */
export function sliceView(
  array: NdArray,
  firsts: readonly number[],
  counts: readonly number[],
  steps: readonly number[],
): NdArray {
  let offset = array.offset;
  for (let i = 0; i < firsts.length; i++) if (counts[i]! > 0) offset += firsts[i]! * array.strides[i]!;
  return { ...array, shape: counts, strides: array.strides.map((s, i) => s * steps[i]!), offset };
}

/**
 * Axes to walk several arrays of one shape together: axes that are contiguous in all of them are merged, axes of length
 * 1 dropped, so that the innermost loop is as long as it can be.
 */
export function jointAxes(
  shape: Shape,
  strideLists: readonly (readonly number[])[],
): { lengths: number[]; strides: number[][] } {
  const lengths: number[] = [];
  const strides: number[][] = strideLists.map(() => []);
  for (let i = 0; i < shape.length; i++) {
    const length = shape[i]!;
    if (length === 1) continue;
    const last = lengths.length - 1;
    if (last >= 0 && strideLists.every((list, k) => strides[k]![last] === list[i]! * length)) {
      lengths[last]! *= length;
      strideLists.forEach((list, k) => {
        strides[k]![last] = list[i]!;
      });
    } else {
      lengths.push(length);
      strideLists.forEach((list, k) => {
        strides[k]!.push(list[i]!);
      });
    }
  }
  return { lengths, strides };
}

/** Calls `inner` once for each run of the innermost axis, with each array's offset at the run's start. */
export function forEachRun(
  lengths: readonly number[],
  strides: readonly (readonly number[])[],
  offsets: number[],
  inner: (offsets: number[], length: number) => void,
): void {
  const outer = lengths.length - 1;
  if (outer < 0) {
    inner(offsets, 1);
    return;
  }
  for (const length of lengths) if (length === 0) return;
  const index = new Array<number>(outer).fill(0);
  const innerLength = lengths[outer]!;
  for (;;) {
    inner(offsets, innerLength);
    let axis = outer - 1;
    for (; axis >= 0; axis--) {
      if (++index[axis]! < lengths[axis]!) {
        for (let k = 0; k < offsets.length; k++) offsets[k]! += strides[k]![axis]!;
        break;
      }
      for (let k = 0; k < offsets.length; k++) offsets[k]! -= strides[k]![axis]! * (lengths[axis]! - 1);
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/** Writes the elements of `source` over those of `target`, of the same shape, converting as typed arrays do. */
export function copyInto(target: NdArray, source: NdArray): void {
  if (!sameShape(target.shape, source.shape)) throw new Error("copyInto: shapes differ");
  const { lengths, strides } = jointAxes(target.shape, [target.strides, source.strides]);
  const to = target.data;
  const from = source.data;
  const ts = strides[0]!.at(-1) ?? 0;
  const fs = strides[1]!.at(-1) ?? 0;
  if (elementCount(target.shape) === 0) return;
  forEachRun(lengths, strides, [target.offset, source.offset], (offsets, length) => {
    let t = offsets[0]!;
    let f = offsets[1]!;
    if (ts === 1 && fs === 1 && to.constructor === from.constructor) {
      to.set(from.subarray(f, f + length), t);
      return;
    }
    for (let i = 0; i < length; i++, t += ts, f += fs) to[t] = from[f]!;
  });
}

/** Makes every NaN of a row-major tensor the same one, in place. */
export function unifyNaN(array: NdArray): void {
  if (!isFloat(array.dtype)) return;
  const data = rowMajorData(array);
  for (let i = 0; i < data.length; i++) if (Number.isNaN(data[i]!)) data[i] = Number.NaN;
}

/** The little-endian bytes of a tensor's elements, every NaN being the same one. */
export function canonicalBytes(data: NdArray["data"]): Uint8Array {
  let canonical = data;
  if (data instanceof Float64Array || data instanceof Float32Array) {
    if (data.some(Number.isNaN)) canonical = data.map((x) => (Number.isNaN(x) ? Number.NaN : x));
  }
  return new Uint8Array(canonical.buffer, canonical.byteOffset, canonical.byteLength);
}
