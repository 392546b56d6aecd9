import { type DType, dtypes } from "../graph/dtype.ts";
import type { Shape } from "../graph/shape.ts";

/** The head of an `.npy` file: what its bytes are, and how many come before them. */
export interface NpyHead {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly headBytes: number;
}

/** Thrown for bytes that are no `.npy` file, or one that is not read here. */
export class NpyFault extends Error {}

/** The media type of `.npy` files. */
export const npyType = "application/x-npy";

/** No head is longer. */
export const npyHeadBytesMax = 16 * 1024;

const descrs: Readonly<Record<DType, string>> = {
  float64: "<f8",
  float32: "<f4",
  float16: "<f2",
  int64: "<i8",
  int32: "<i4",
  int16: "<i2",
  int8: "|i1",
  uint8: "|u1",
  bool: "|b1",
};
const magic = Buffer.from("\x93NUMPY", "latin1");
const alignment = 64;

/** The head of a file of a tensor's raw little-endian bytes in row-major order, which follow it. */
export function npyHead(dtype: DType, shape: Shape): Uint8Array<ArrayBuffer> {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const text = `{'descr': '${descrs[dtype]}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const before = magic.length + 4;
  const length = Math.ceil((before + text.length + 1) / alignment) * alignment - before;
  const head = Buffer.alloc(before + length, " ");
  magic.copy(head);
  head.set([1, 0], magic.length);
  head.writeUInt16LE(length, magic.length + 2);
  head.write(text, before, "latin1");
  head.write("\n", before + length - 1);
  return new Uint8Array(head);
}

/** Reads the head at the start of a file; undefined where more bytes are needed. Throws {@link NpyFault}. */
export function readNpyHead(bytes: Uint8Array): NpyHead | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = file.subarray(0, magic.length);
  if (!start.equals(magic.subarray(0, start.length))) throw new NpyFault("the bytes are no .npy file");
  if (file.length < magic.length + 6) return undefined;
  const version = file[magic.length]!;
  if (version < 1 || version > 3) throw new NpyFault(`.npy of version ${version} is not known`);
  const before = magic.length + (version === 1 ? 4 : 6);
  const length = version === 1 ? file.readUInt16LE(magic.length + 2) : file.readUInt32LE(magic.length + 2);
  const headBytes = before + length;
  if (headBytes > npyHeadBytesMax) throw new NpyFault(`the head of the .npy file takes ${headBytes} bytes`);
  if (file.length < headBytes) return undefined;
  return { ...readDict(file.toString("latin1", before, headBytes)), headBytes };
}

function readDict(text: string): Omit<NpyHead, "headBytes"> {
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const tuple = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(text)?.[1];
  if (descr === undefined || order === undefined || tuple === undefined) {
    throw new NpyFault("the head of the .npy file tells no descr, fortran_order and shape");
  }
  const dtype = dtypes.find((name) => descrs[name] === descr);
  if (!dtype) {
    throw new NpyFault(`.npy of ${descr} is not read: ${Object.values(descrs).join(", ")} are; use numpy.astype`);
  }
  const shape = tuple
    .split(",")
    .map((length) => length.trim())
    .filter((length) => length !== "")
    .map(Number);
  if (order === "True" && shape.length > 1) {
    throw new NpyFault(".npy in Fortran's order is not read: use numpy.ascontiguousarray");
  }
  return { dtype, shape };
}
