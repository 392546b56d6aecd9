const tolerance = 1e-9;

/** The numbers of a base64 text. */
export function numbers(text: string): Float64Array {
  return new Float64Array(new Uint8Array(Buffer.from(text, "base64")).buffer);
}

/** Throws where numbers differ by more than the tolerance, which is relative to those above 1. */
export function check(name: string, received: ArrayLike<number>, expected: Float64Array): void {
  if (received.length !== expected.length) throw new Error(`${name} has ${received.length} numbers`);
  let worst = 0;
  expected.forEach((want, i) => {
    const error = Math.abs(received[i]! - want) / (1 + Math.abs(want));
    worst = Math.max(worst, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error);
  });
  if (worst > tolerance) throw new Error(`${name} differs by ${worst.toExponential(1)}`);
}

/** The bytes of numbers as base64. */
export function base64({ buffer, byteOffset, byteLength }: Float64Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}

/** A tensor as requests have it in base64. */
export function wireTensor({ shape, data }: { readonly shape: readonly number[]; readonly data: Float64Array }) {
  return { shape, dtype: "float64", data: base64(data) };
}
