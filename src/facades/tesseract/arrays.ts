import { quote } from "../../errors.ts";
import { allocate, type DType, type TypedArray } from "../../graph/dtype.ts";
import { type NdArray, reshapeView } from "../../graph/ndarray.ts";
import { elementCount, type Shape, showShape } from "../../graph/shape.ts";
import { type Answer, TensorLeaf } from "../../wire/answer.ts";
import { specialNumbers } from "../../wire/json/tensor-value.ts";
import { isSentDType, lossOf, type SentDType, sentType } from "./dtypes.ts";
import type { Faults, Place } from "./faults.ts";

/** The forms of arrays in answers: numbers, or base64, which keeps every bit. */
export type Form = "json" | "base64";

/** An array of a request, in the dtype that is declared for it. */
export interface SentArray {
  /** The axes that it has before those that are declared. */
  readonly lead: Shape;
  readonly data: TypedArray;
  /** The dtype that it was sent in; undefined for plain numbers. */
  readonly sent: SentDType | undefined;
}

/** What an array has to be. */
export interface Declared {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Reads an array, or notes what is wrong with it. */
export function readArray(value: unknown, declared: Declared, place: Place, faults: Faults): SentArray | undefined {
  const array = isObject(value) ? readEncoded(value, place, faults) : readPlain(value, declared.shape, place, faults);
  if (!array) return undefined;
  const lead = leadOf(array.shape, declared.shape, place, faults);
  const data = lead && converted(array, declared.dtype, place, faults);
  return data && { lead, data, sent: array.dtype };
}

/** Reads what an array will be, without its elements: its leading axes, or notes what is wrong. */
export function readAbstract(value: unknown, declared: Declared, place: Place, faults: Faults): Shape | undefined {
  if (!isObject(value)) {
    const plain = readPlain(value, declared.shape, place, faults);
    return plain && leadOf(plain.shape, declared.shape, place, faults);
  }
  checkRequired(value, ["shape", "dtype"], place, faults);
  const shape = value.shape === undefined ? undefined : shapeOf(value.shape, [...place, "shape"], faults);
  const dtype = value.dtype === undefined ? undefined : dtypeOf(value.dtype, [...place, "dtype"], faults);
  return shape && dtype && leadOf(shape, declared.shape, place, faults);
}

/** An array in an answer, with all four members: without `object_type` the SDK would hand it through undecoded. */
export function arrayAnswer(array: NdArray, shape: Shape, form: Form): Answer {
  const buffer = new TensorLeaf(reshapeView(array, shape), form === "json" ? "json" : "text");
  return { object_type: "array", shape, dtype: array.dtype, data: { buffer, encoding: form } };
}

/** Elements as they were sent, with their shape. */
interface Elements {
  readonly shape: Shape;
  readonly dtype: SentDType | undefined;
  readonly elements: ArrayLike<number | bigint>;
}

const arrayMembers = ["object_type", "shape", "dtype", "data"];
const dataMembers = ["buffer", "encoding"];
const rankMax = 64;

function readEncoded(value: Members, place: Place, faults: Faults): Elements | undefined {
  checkMembers(value, arrayMembers, ["shape", "dtype", "data"], place, faults);
  if (value.object_type !== undefined && value.object_type !== "array") {
    faults.add("literal_error", [...place, "object_type"], 'expected "array"');
  }
  const shape = value.shape === undefined ? undefined : shapeOf(value.shape, [...place, "shape"], faults);
  const dtype = value.dtype === undefined ? undefined : dtypeOf(value.dtype, [...place, "dtype"], faults);
  const { data } = value;
  if (data === undefined) return undefined;
  const at = [...place, "data"];
  if (!isObject(data)) {
    faults.add("model_attributes_type", at, "expected an object of a buffer and its encoding");
    return undefined;
  }
  checkMembers(data, dataMembers, dataMembers, at, faults);
  const { buffer, encoding } = data;
  const isText = encoding === "base64";
  if (encoding !== undefined && !isText && encoding !== "json" && encoding !== "raw") {
    faults.add("literal_error", [...at, "encoding"], `expected base64, json or raw, received ${described(encoding)}`);
    return undefined;
  }
  if (!shape || !dtype || buffer === undefined || encoding === undefined) return undefined;
  const elements = isText
    ? bytesOf(buffer, shape, dtype, [...at, "buffer"], faults)
    : numbersOf(buffer, shape, dtype, [...at, "buffer"], faults);
  return elements && { shape, dtype, elements };
}

/** Notes members that are missing, and those that there are too many. */
export function checkMembers(
  value: Members,
  known: readonly string[],
  required: readonly string[],
  place: Place,
  faults: Faults,
): void {
  checkRequired(value, required, place, faults);
  const names = new Set(known);
  for (const name of Object.keys(value)) {
    if (!names.has(name)) faults.add("extra_forbidden", [...place, name], "is no member that is known here");
  }
}

function checkRequired(value: Members, required: readonly string[], place: Place, faults: Faults): void {
  for (const name of required) {
    if (!Object.hasOwn(value, name)) faults.add("missing", [...place, name], "is required, and is missing");
  }
}

/** An object as it was sent. */
export type Members = Readonly<Record<string, unknown>>;

/** Whether a value is an object, no list and no bytes. */
export function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** A value in a few words. */
export function described(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (ArrayBuffer.isView(value)) return "bytes";
  if (typeof value === "object" && value !== null) return "an object";
  return typeof value === "string" ? quote(value) : String(value);
}

function shapeOf(value: unknown, place: Place, faults: Faults): Shape | undefined {
  const isLength = (length: unknown) => Number.isSafeInteger(length) && (length as number) >= 0;
  if (Array.isArray(value) && value.length <= rankMax && value.every(isLength)) return value as Shape;
  faults.add("array_decode_error", place, `expected a list of at most ${rankMax} lengths`);
  return undefined;
}

function dtypeOf(value: unknown, place: Place, faults: Faults): SentDType | undefined {
  if (isSentDType(value)) return value;
  faults.add("array_dtype_mismatch", place, `${described(value)} is no dtype of real numbers that is known here`);
  return undefined;
}

function bytesOf(buffer: unknown, shape: Shape, dtype: SentDType, place: Place, faults: Faults) {
  const { bytes, read } = sentType(dtype);
  const count = elementCount(shape);
  const wanted = count * bytes;
  const expected = `expected base64 of ${wanted} bytes for ${dtype} of shape ${showShape(shape)}`;
  // Long texts come as the bytes that they stand for.
  const isRead = buffer instanceof Uint8Array;
  if (!isRead && typeof buffer !== "string") {
    faults.add("array_decode_error", place, `${expected}, received ${described(buffer)}`);
    return undefined;
  }
  // By the length first, so that nothing is taken for what is wrong.
  const characters = isRead ? encodedLength(buffer.length) : buffer.length;
  if (characters !== encodedLength(wanted)) {
    faults.add("array_decode_error", place, `${expected}, received ${characters} characters`);
    return undefined;
  }
  let decoded: Uint8Array<ArrayBuffer>;
  try {
    decoded = isRead ? new Uint8Array(buffer) : Uint8Array.fromBase64(buffer, { lastChunkHandling: "strict" });
  } catch {
    faults.add("array_decode_error", place, "is not base64 (RFC 4648 §4, padded)");
    return undefined;
  }
  if (decoded.length !== wanted) {
    faults.add("array_decode_error", place, `${expected}, received ${decoded.length} bytes`);
    return undefined;
  }
  if (dtype === "bool" && decoded.some((byte) => byte > 1)) {
    faults.add("array_decode_error", place, "bool takes bytes 0 and 1");
    return undefined;
  }
  return read(decoded.buffer, count);
}

/** Characters of so many bytes in base64. */
function encodedLength(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}

/** Numbers that were sent as such, flat or nested. */
function numbersOf(buffer: unknown, shape: Shape, dtype: SentDType, place: Place, faults: Faults) {
  const count = elementCount(shape);
  const sent = flattened(buffer, "array_decode_error", place, faults);
  if (!sent) return undefined;
  const isFlat = sent.shape.length === 1 && sent.elements.length === count;
  const isNested = sent.shape.join() === shape.slice(0, sent.shape.length).join() && sent.elements.length === count;
  if (!isFlat && !isNested && !(count === 0 && sent.elements.length === 0)) {
    const received = `received ${sent.elements.length} in shape ${showShape(sent.shape)}`;
    faults.add("array_decode_error", place, `expected ${count} numbers for shape ${showShape(shape)}, ${received}`);
    return undefined;
  }
  const { range, round } = sentType(dtype);
  const { elements } = sent;
  for (let i = 0; i < count; i++) {
    const x = elements[i]!;
    if (round) elements[i] = round(x);
    if (!range) continue;
    if (Number.isFinite(x) && !Number.isInteger(x)) {
      faults.add("array_expected_integer", place, `${dtype} takes integers, element ${i} is ${x}`);
      return undefined;
    }
    if (!(x >= range[0] && x <= range[1])) {
      faults.add("array_dtype_mismatch", place, `element ${i}, ${x}, is none of ${dtype}`);
      return undefined;
    }
  }
  return elements;
}

/** A plain number, boolean or nested list. */
function readPlain(value: unknown, declared: Shape, place: Place, faults: Faults): Elements | undefined {
  const sent = flattened(value, "array_non_numeric", place, faults);
  if (!sent) return undefined;
  const firstZero = declared.indexOf(0);
  // Nested lists end at the first axis of length 0.
  const isCut = firstZero >= 0 && sent.shape.join() === declared.slice(0, firstZero + 1).join();
  return { shape: isCut ? declared : sent.shape, dtype: undefined, elements: sent.elements };
}

/** The numbers of nested lists, which have to be rectangular; `odd` is the fault of what is none. */
function flattened(
  value: unknown,
  odd: "array_decode_error" | "array_non_numeric",
  place: Place,
  faults: Faults,
): { shape: Shape; elements: number[] } | undefined {
  const shape: number[] = [];
  for (let level = value; Array.isArray(level); level = level[0]) shape.push(level.length);
  const elements: number[] = [];
  const fill = (level: unknown, depth: number): boolean => {
    if (depth === shape.length) {
      const x = numberOf(level);
      if (x === undefined) {
        const type = typeof level === "number" ? "array_decode_error" : odd;
        faults.add(
          type,
          place,
          `expected numbers, received ${Array.isArray(level) ? "ragged lists" : described(level)}`,
        );
        return false;
      }
      elements.push(x);
      return true;
    }
    if (!Array.isArray(level) || level.length !== shape[depth]) {
      faults.add("array_decode_error", place, `expected rectangular lists of shape ${showShape(shape)}`);
      return false;
    }
    return level.every((item) => fill(item, depth + 1));
  };
  return fill(value, 0) ? { shape, elements } : undefined;
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value === "boolean") return Number(value);
  return typeof value === "string" && Object.hasOwn(specialNumbers, value) ? specialNumbers[value] : undefined;
}

/** The axes before those that are declared, where the others are as declared. */
function leadOf(shape: Shape, declared: Shape, place: Place, faults: Faults): Shape | undefined {
  const count = shape.length - declared.length;
  if (count < 0) {
    const expected = `expected shape ${showShape(declared)}, or axes before it`;
    faults.add("array_dimensionality_mismatch", place, `${expected}; received ${showShape(shape)}`);
    return undefined;
  }
  if (declared.every((length, i) => shape[count + i] === length)) return shape.slice(0, count);
  faults.add(
    "array_shape_mismatch",
    place,
    `expected shape ${showShape(declared)}, or axes before it; received ${showShape(shape)}`,
  );
  return undefined;
}

function converted({ dtype: sent, elements }: Elements, dtype: DType, place: Place, faults: Faults) {
  const isFloatSent = sent === undefined || !sentType(sent).range;
  const data = allocate(dtype, elements.length);
  for (let i = 0; i < elements.length; i++) {
    const element = elements[i]!;
    const x = Number(element);
    const isChanged = typeof element === "bigint" && BigInt(x) !== element;
    const loss = isChanged ? "change" : lossOf(x, dtype, isFloatSent);
    if (loss) {
      const type = loss === "fraction" ? "array_expected_integer" : "array_dtype_mismatch";
      faults.add(type, place, `element ${i}, ${element}, would not be kept by ${dtype}`);
      return undefined;
    }
    data[i] = x;
  }
  return data;
}
