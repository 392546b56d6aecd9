import { limitExceeded } from "../errors.ts";
import { allocate, type DType, dtypes, fitsIn, isFloat, isInteger, type TypedArray } from "../graph/dtype.ts";
import { type NdArray, ndarray } from "../graph/ndarray.ts";
import type { TensorLimits, TensorType } from "../graph/operator.ts";
import { elementCount, type Shape, sameShape, showShape } from "../graph/shape.ts";
import { isSentElements, type SentElements } from "../wire/cbor/typed-arrays.ts";
import { specialNumbers } from "../wire/json/tensor-value.ts";
import { base64Data } from "./base64.ts";
import { TensorFault } from "./tensor-fault.ts";

export { TensorFault };

/** A tensor read from a document; `isBatched` says that it has the leading axis of points. */
export interface DecodedTensor {
  readonly array: NdArray;
  readonly isBatched: boolean;
}

/**
 * Reads a tensor of a declared shape and dtype, in any of the wire's forms; with `points`, also one with a leading axis
 * of that length. Values are converted when none changes; float64 rounds to float32. Throws a {@link TensorFault}.
 */
export function decodeTensor(sentValue: unknown, shape: Shape, dtype: DType, points?: number): DecodedTensor {
  const value = spelledOut(sentValue);
  if (shape.length === 0 && typeof value === "number" && dtype === "float64" && Number.isFinite(value)) {
    return { array: ndarray(dtype, shape, Float64Array.of(value)), isBatched: false };
  }
  const batchedShape = points === undefined ? undefined : [points, ...shape];
  const sent = sentShape(value, shape.length + 1);
  const isBatched = !fits(sent, shape) && batchedShape !== undefined && fits(sent, batchedShape);
  const wanted = isBatched ? batchedShape : shape;
  if (!fits(sent, wanted)) {
    const orBatched = batchedShape ? ` or ${showShape(batchedShape)}` : "";
    throw new TensorFault(`${dtype} of shape ${showShape(shape)}${orBatched}`, describe(value, sent));
  }
  const data = isArrayObject(value)
    ? convert(arrayObjectData(value, dtype), dtype)
    : nestedData(value, sent.shape, wanted, dtype);
  return { array: ndarray(dtype, wanted, data), isBatched };
}

/** Reads a tensor whose shape and dtype it tells itself: booleans alone are bool, anything else is float64. */
export function decodeConstant(sentValue: unknown, limits: TensorLimits): NdArray {
  const value = spelledOut(sentValue);
  const sent = sentShape(value, limits.rank + 1);
  if (sent.shape.length > limits.rank) throw limitExceeded("rank", limits.rank, sent.shape.length);
  const count = elementCount(sent.shape);
  if (count > limits.elements) throw limitExceeded("elements", limits.elements, count);
  if (isArrayObject(value)) {
    const data = arrayObjectData(value, "float64");
    return ndarray(data.dtype, sent.shape, data.data);
  }
  const dtype = isAllBoolean(value) ? "bool" : "float64";
  return ndarray(dtype, sent.shape, nestedData(value, sent.shape, sent.shape, dtype));
}

/**
 * The type that a tensor tells itself, as {@link decodeConstant} reads it, without its elements being looked at; with
 * `points`, a leading axis of that length is theirs. Throws a {@link TensorFault}.
 */
export function typeOfTensor(sentValue: unknown, rankMax: number, points?: number): TensorType {
  const value = spelledOut(sentValue);
  const { shape: sent } = sentShape(value, rankMax + 1);
  const shape = points !== undefined && sent[0] === points ? sent.slice(1) : sent;
  if (!isArrayObject(value)) return { shape, dtype: isAllBoolean(value) ? "bool" : "float64" };
  return { shape, dtype: dtypeOfObject(value) ?? dtypeMeant(value.data) ?? "float64" };
}

/** A typed array without a shape is a vector. */
function spelledOut(value: unknown): unknown {
  return isSentElements(value) ? { shape: [value.length], data: value } : value;
}

interface Sent {
  readonly shape: Shape;
  /** Whether the shape was written out, not read off nested arrays, which stop at the first empty one. */
  readonly explicit: boolean;
}

function sentShape(value: unknown, rankMax: number): Sent {
  if (isArrayObject(value)) return { shape: arrayObjectShape(value), explicit: true };
  const shape: number[] = [];
  for (let level = value; Array.isArray(level) && shape.length <= rankMax; level = level[0]) shape.push(level.length);
  return { shape, explicit: false };
}

function fits({ shape: sent, explicit }: Sent, shape: Shape): boolean {
  if (sameShape(sent, shape)) return true;
  if (explicit) return false;
  const firstZero = shape.indexOf(0);
  return firstZero >= 0 && sameShape(sent, shape.slice(0, firstZero + 1));
}

function nestedData(value: unknown, sent: Shape, shape: Shape, dtype: DType): TypedArray {
  const data = allocate(dtype, elementCount(shape));
  let position = 0;
  const fill = (level: unknown, depth: number): void => {
    if (depth === sent.length) {
      data[position++] = element(level, dtype);
      return;
    }
    if (!Array.isArray(level) || level.length !== sent[depth]) {
      throw new TensorFault(`rectangular nested arrays of shape ${showShape(sent)}`, "ragged ones");
    }
    if (depth === sent.length - 1 && data instanceof Float64Array) {
      fillFloat64(data, position, level);
      position += level.length;
      return;
    }
    for (const item of level) fill(item, depth + 1);
  };
  fill(value, 0);
  return data;
}

/** A loop of its own, so that it only ever sees one type of array. */
function fillFloat64(data: Float64Array, start: number, list: readonly unknown[]): void {
  for (let i = 0; i < list.length; i++) {
    const x = list[i];
    data[start + i] = typeof x === "number" && x - x === 0 ? x : element(x, "float64");
  }
}

function element(value: unknown, dtype: DType): number {
  const number =
    typeof value === "number"
      ? finite(value)
      : typeof value === "boolean"
        ? Number(value)
        : typeof value === "string" && Object.hasOwn(specialNumbers, value)
          ? specialNumbers[value]!
          : undefined;
  if (number === undefined) {
    throw new TensorFault('numbers, booleans, "NaN", "Infinity" or "-Infinity"', describe(value));
  }
  return exact(number, dtype);
}

/** JSON has no infinity, so an infinite number is one that overflowed. */
function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new TensorFault("numbers within the range of float64", "a number that overflows");
}

function exact(value: number, dtype: DType): number {
  if (fitsIn(dtype, value)) return value;
  if (isFloat(dtype)) throw new TensorFault(`numbers within the range of ${dtype}`, "a number that overflows");
  throw new TensorFault(`${dtype} values`, `the value ${value}`);
}

interface ArrayObject {
  readonly shape?: unknown;
  readonly dtype?: unknown;
  readonly data?: unknown;
}

function isArrayObject(value: unknown): value is ArrayObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function arrayObjectShape(value: ArrayObject): Shape {
  for (const key of Object.keys(value)) {
    if (key !== "shape" && key !== "dtype" && key !== "data") {
      throw new TensorFault('an array object of "shape", "dtype" and "data"', `the key ${short(key)}`);
    }
  }
  const { shape } = value;
  if (!Array.isArray(shape) || shape.some((n) => !Number.isSafeInteger(n) || n < 0)) {
    throw new TensorFault('a "shape" of lengths', describe(shape));
  }
  return shape as number[];
}

/** The dtype that an array object names, where it names one. */
function dtypeOfObject({ dtype }: ArrayObject): DType | undefined {
  if (dtype === undefined || dtypes.includes(dtype as DType)) return dtype as DType | undefined;
  throw new TensorFault(`a dtype of ${dtypes.join(", ")}`, describe(dtype));
}

/** The elements in the dtype that the object names, or in `fallback` where it names none and they are plain numbers. */
function arrayObjectData(value: ArrayObject, fallback: DType): { dtype: DType; data: TypedArray } {
  const shape = value.shape as Shape;
  const count = elementCount(shape);
  const named = dtypeOfObject(value);
  if (typeof value.data === "string" || value.data instanceof Uint8Array) {
    const dtype = named ?? "float64";
    return { dtype, data: base64Data(value.data, dtype, count) };
  }
  if (isSentElements(value.data)) return typedData(value.data, named, fallback, shape);
  const dtype = named ?? fallback;
  if (!Array.isArray(value.data) || value.data.length !== count) {
    const received = Array.isArray(value.data) ? `${value.data.length} numbers` : describe(value.data);
    throw new TensorFault(`"data" of ${count} numbers for shape ${showShape(shape)}`, received);
  }
  return { dtype, data: nestedData(value.data, [count], [count], dtype) };
}

/** Elements of a typed array, in the dtype that is named, else in their own where we have that. */
function typedData(sent: SentElements, named: DType | undefined, fallback: DType, shape: Shape) {
  const count = elementCount(shape);
  if (sent.length !== count) {
    throw new TensorFault(`"data" of ${count} numbers for shape ${showShape(shape)}`, `${sent.length} numbers`);
  }
  const isFloat = sent instanceof Float64Array || sent instanceof Float32Array;
  const own = dtypeOfElements(sent);
  const dtype = named ?? own ?? fallback;
  if (dtype === own) return { dtype, data: sent as TypedArray };
  const data = allocate(dtype, count);
  for (let i = 0; i < count; i++) {
    const element = sent[i]!;
    data[i] = exact(Number(element), dtype);
    // Rounded only from floats.
    const isKept = isFloat || (typeof element === "bigint" ? BigInt(data[i]!) === element : data[i] === element);
    if (!isKept) throw new TensorFault(`values of ${dtype}`, `the value ${element}`);
  }
  return { dtype, data };
}

/** The dtype whose elements those of a typed array are; undefined where we have none. */
function dtypeOfElements(data: unknown): DType | undefined {
  if (data instanceof Float64Array) return "float64";
  if (data instanceof Float32Array) return "float32";
  if (data instanceof Int32Array) return "int32";
  if (data instanceof Int16Array) return "int16";
  return data instanceof Int8Array ? "int8" : undefined;
}

/** The dtype that a typed array is sent for, be its elements stored otherwise here. */
function dtypeMeant(data: unknown): DType | undefined {
  if (data instanceof BigInt64Array) return "int64";
  return data instanceof Float16Array ? "float16" : dtypeOfElements(data);
}

function convert({ dtype, data }: { dtype: DType; data: TypedArray }, to: DType): TypedArray {
  if (dtype === to) return data;
  const result = allocate(to, data.length);
  const isExact = isInteger(dtype) && isFloat(to);
  for (let i = 0; i < data.length; i++) {
    result[i] = exact(data[i]!, to);
    if (isExact && result[i] !== data[i]) throw new TensorFault(`values of ${to}`, `the value ${data[i]}`);
  }
  return result;
}

function isAllBoolean(value: unknown): boolean {
  if (!Array.isArray(value)) return typeof value === "boolean";
  return value.length > 0 && value.every(isAllBoolean);
}

function describe(value: unknown, sent?: Sent): string {
  if (sent && (sent.shape.length > 0 || sent.explicit)) return `an array of shape ${short(showShape(sent.shape))}`;
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (value instanceof Uint8Array) return describe(value.toBase64());
  if (ArrayBuffer.isView(value)) return "a typed array";
  if (typeof value === "object") return "an object";
  if (typeof value === "number" && !Number.isFinite(value)) return "a number that overflows";
  return `the ${typeof value} ${typeof value === "string" ? JSON.stringify(short(value)) : value}`;
}

function short(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
