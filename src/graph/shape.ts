/** The lengths of a tensor's axes; `[]` is a scalar. */
export type Shape = readonly number[];

/** The one empty shape, shared by all scalars. */
export const scalarShape: Shape = Object.freeze([]);

/** The number of elements; exact up to 2⁵³, beyond that a float that still compares rightly with any limit. */
export function elementCount(shape: Shape): number {
  let count = 1;
  for (let i = 0; i < shape.length; i++) count *= shape[i]!;
  return count;
}

/** Whether two shapes are equal. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The shape that both broadcast to by NumPy's rule, or undefined. */
export function broadcastShapes(a: Shape, b: Shape): Shape | undefined {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  const result: number[] = new Array(rank);
  for (let i = 1; i <= rank; i++) {
    const m = a[a.length - i] ?? 1;
    const n = b[b.length - i] ?? 1;
    if (m !== n && m !== 1 && n !== 1) return undefined;
    result[rank - i] = m === 1 ? n : m;
  }
  return result;
}

/** Row-major strides, in elements. */
export function rowMajorStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = stride;
    stride *= shape[i]!;
  }
  return strides;
}

/** `[2,3]`, as messages show a shape. */
export function showShape(shape: Shape): string {
  return `[${shape.join(",")}]`;
}

/** The integers from 0 to n − 1. */
export function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}

/** Python's `slice(start, stop, step).indices(length)`, as a first index and a count. */
export function sliceRange(
  length: number,
  start: number | null,
  stop: number | null,
  step: number,
): { first: number; count: number } {
  const low = step > 0 ? 0 : -1;
  const high = step > 0 ? length : length - 1;
  const clamp = (index: number | null, open: number) => {
    if (index === null) return open;
    const i = index < 0 ? index + length : index;
    return Math.min(Math.max(i, low), high);
  };
  const first = clamp(start, step > 0 ? low : high);
  const last = clamp(stop, step > 0 ? high : low);
  return { first, count: Math.max(0, Math.ceil((last - first) / step)) };
}
