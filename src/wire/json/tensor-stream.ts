import { bytesPerElement, type DType, elementsOfBytes, type TypedArray } from "../../graph/dtype.ts";
import { zeros } from "../../graph/ndarray.ts";
import { elementCount, type Shape } from "../../graph/shape.ts";
import { encodeTensor, type LeafEncoding } from "./tensor-value.ts";

/** A tensor whose bytes come piece by piece. */
export interface StreamedTensor {
  readonly dtype: DType;
  readonly shape: Shape;
  pieces(): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/** The JSON text of a tensor in short parts, each soon made, so that others have their turn between two. */
export async function* tensorStream(tensor: StreamedTensor, encoding: LeafEncoding): AsyncGenerator<string> {
  const { dtype, shape } = tensor;
  if (elementCount(shape) === 0) {
    yield JSON.stringify(encodeTensor(zeros(dtype, shape), encoding));
    return;
  }
  if (encoding === "json") return yield* nestedText(tensor, shape);
  if (encoding === "text") return yield* base64Text(tensor);
  yield `{"shape":${JSON.stringify(shape)},"dtype":"${dtype}","data":`;
  if (encoding === "flat") yield* nestedText(tensor, [elementCount(shape)]);
  else yield* base64Text(tensor);
  yield "}";
}

const elementsPerPart = 8192;
// A multiple of three, so that only the end is padded.
const bytesPerPart = 48 * 1024;

/** Nested arrays: brackets open and close where an axis begins and ends. */
async function* nestedText({ dtype, pieces }: StreamedTensor, shape: Shape): AsyncGenerator<string> {
  const spans: number[] = [];
  let span = 1;
  for (const length of shape.toReversed()) {
    span *= length;
    spans.push(span);
  }
  const closesAt = (index: number) => spans.findLastIndex((span) => index % span === 0) + 1;
  yield "[".repeat(shape.length);
  const row = spans[0] ?? 1;
  let index = 0;
  for await (const data of elementsOf(dtype, pieces())) {
    let text = "";
    for (let i = 0; i < data.length; i++) {
      if (index > 0) {
        if (index % row === 0) {
          const count = closesAt(index);
          text += `${"]".repeat(count)},${"[".repeat(count)}`;
        } else text += ",";
      }
      const x = data[i]!;
      text += dtype === "bool" ? x !== 0 : x - x === 0 ? x : `"${x}"`;
      index++;
    }
    yield text;
  }
  yield "]".repeat(shape.length);
}

async function* base64Text({ pieces }: StreamedTensor): AsyncGenerator<string> {
  yield '"';
  let rest = new Uint8Array();
  for await (const piece of pieces()) {
    const bytes = rest.length === 0 ? piece : joined(rest, piece);
    const whole = bytes.length - (bytes.length % 3);
    for (let at = 0; at < whole; at += bytesPerPart)
      yield bytes.subarray(at, Math.min(at + bytesPerPart, whole)).toBase64();
    rest = bytes.slice(whole);
  }
  yield `${rest.toBase64()}"`;
}

/** Bytes as elements, few at a time; pieces may end within one. */
async function* elementsOf(dtype: DType, pieces: AsyncIterable<Uint8Array<ArrayBuffer>>): AsyncGenerator<TypedArray> {
  const width = bytesPerElement[dtype];
  let rest = new Uint8Array();
  for await (const piece of pieces) {
    const bytes = rest.length === 0 ? piece : joined(rest, piece);
    const count = Math.floor(bytes.length / width);
    for (let at = 0; at < count; at += elementsPerPart) {
      const elements = Math.min(elementsPerPart, count - at);
      yield elementsOfBytes(dtype, bytes.slice(at * width, (at + elements) * width).buffer, elements)!;
    }
    rest = bytes.slice(count * width);
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
