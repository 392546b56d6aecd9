import type { DType } from "../../graph/dtype.ts";

/**
 * Elements of a typed array as they were sent. Single bytes are clamped ones, so that `Uint8Array` is left to raw bytes. All
 * of these can be passed between threads.
 */
export type SentElements =
  | Float64Array
  | Float32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

/** Whether a value is elements of a typed array. */
export function isSentElements(value: unknown): value is SentElements {
  return ArrayBuffer.isView(value) && !(value instanceof Uint8Array) && !(value instanceof DataView);
}

/** The tag of answers of each dtype: little-endian, booleans as bytes. */
export const tagOf: Readonly<Record<DType, number>> = {
  float64: 86,
  float32: 85,
  float16: 84,
  int64: 79,
  int32: 78,
  int16: 77,
  int8: 72,
  uint8: 64,
  bool: 64,
};

/** Whether a tag is one of the typed arrays that are read. */
export function isTypedArrayTag(tag: number): boolean {
  return kinds.has(tag);
}

/** Reads the bytes of a typed array, those of the other byte order too; undefined where they are no whole elements. */
export function typedArray(tag: number, sent: Uint8Array): SentElements | undefined {
  const { bytes, isBigEndian, make } = kinds.get(tag)!;
  if (sent.length % bytes !== 0) return undefined;
  // In memory of its own: aligned, and others have no share in it.
  const own = new Uint8Array(sent);
  if (isBigEndian) swap(own, bytes);
  return make(own.buffer);
}

/** How a tag's elements are read. */
interface Kind {
  readonly bytes: number;
  readonly isBigEndian: boolean;
  readonly make: (buffer: ArrayBuffer) => SentElements;
}

type Make = Kind["make"];

/** RFC 8746 §2.1. Floats of 128 bits are left out. */
const kinds: ReadonlyMap<number, Kind> = new Map([
  ...pair(64, 68, 1, (buffer) => new Uint8ClampedArray(buffer)),
  ...pair(65, 69, 2, (buffer) => new Uint16Array(buffer)),
  ...pair(66, 70, 4, (buffer) => new Uint32Array(buffer)),
  ...pair(67, 71, 8, (buffer) => new BigUint64Array(buffer)),
  [72, { bytes: 1, isBigEndian: false, make: (buffer) => new Int8Array(buffer) }],
  ...pair(73, 77, 2, (buffer) => new Int16Array(buffer)),
  ...pair(74, 78, 4, (buffer) => new Int32Array(buffer)),
  ...pair(75, 79, 8, (buffer) => new BigInt64Array(buffer)),
  ...pair(80, 84, 2, (buffer) => Float32Array.from(new Float16Array(buffer))),
  ...pair(81, 85, 4, (buffer) => new Float32Array(buffer)),
  ...pair(82, 86, 8, (buffer) => new Float64Array(buffer)),
]);

/** The two tags of a kind. */
function pair(bigEndian: number, littleEndian: number, bytes: number, make: Make): [number, Kind][] {
  return [
    [bigEndian, { bytes, isBigEndian: true, make }],
    [littleEndian, { bytes, isBigEndian: false, make }],
  ];
}

function swap({ buffer }: Uint8Array<ArrayBuffer>, bytes: number): void {
  const own = Buffer.from(buffer);
  if (bytes === 2) own.swap16();
  else if (bytes === 4) own.swap32();
  else if (bytes === 8) own.swap64();
}
