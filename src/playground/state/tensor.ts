import type { Tensor } from "../api/wire.ts";

/** The lengths of the axes of a tensor; throws what is wrong with one that is not rectangular. */
export function shapeOf(tensor: unknown): number[] {
  if (isArrayObject(tensor)) return [...tensor.shape];
  if (!Array.isArray(tensor)) {
    if (isScalar(tensor)) return [];
    throw new Error(`${JSON.stringify(tensor)} is no number`);
  }
  const shapes = tensor.map(shapeOf);
  const [first = []] = shapes;
  if (shapes.some((shape) => shape.join() !== first.join())) throw new Error("rows are not of one length");
  return [tensor.length, ...first];
}

/** The elements of a tensor in row-major order. */
export function elementsOf(tensor: unknown): number[] {
  if (isArrayObject(tensor) && Array.isArray(tensor.data)) return tensor.data.map(Number);
  if (Array.isArray(tensor)) return tensor.flatMap(elementsOf);
  return [Number(tensor)];
}

/** A tensor of a shape, each element of which is made from its row-major index. */
export function tensorOf(shape: readonly number[], element: (index: number) => number): Tensor {
  let index = 0;
  const make = (axis: number): Tensor =>
    axis === shape.length ? element(index++) : Array.from({ length: shape[axis]! }, () => make(axis + 1));
  return make(0);
}

/** How many elements a shape has. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** A number for people, of so many digits, with a real minus. */
export function shown(value: number, digits = 6): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  const text = size !== 0 && (size < 1e-4 || size >= 1e9) ? exponential(rounded, digits) : String(rounded);
  return text.replaceAll("-", "−");
}

/** A tensor for people: a number, a short list, or its shape. */
export function shownTensor(tensor: unknown, digits = 6): string {
  const shape = shapeOf(tensor);
  const elements = elementsOf(tensor);
  if (shape.length === 0) return typeof tensor === "boolean" ? String(tensor) : shown(elements[0]!, digits);
  if (shape.length === 1 && elements.length <= 4)
    return `[${elements.map((value) => shown(value, Math.min(digits, 4))).join(", ")}]`;
  return shownShape(shape);
}

/** A shape for people: `3 × 4`, or of one axis how many numbers there are. */
export function shownShape(shape: readonly number[]): string {
  if (shape.length === 1) return `${shape[0]} ${shape[0] === 1 ? "number" : "numbers"}`;
  return shape.length === 0 ? "scalar" : shape.join(" × ");
}

/** Reads what a person typed for a tensor: a number, or nested lists of them. Throws what is wrong with it. */
export function readTensor(text: string): Tensor {
  const word = text.trim().replace("−", "-");
  if (word === "NaN" || word === "Infinity" || word === "-Infinity") return word;
  const number = Number(word);
  if (word !== "" && Number.isFinite(number)) return number;
  const value: unknown = parse(text);
  shapeOf(value);
  return value as Tensor;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("write a number such as 2.5, or lists of numbers such as [[1, 2], [3, 4]]");
  }
}

function exponential(value: number, digits: number): string {
  return String(Number(value.toExponential(Math.min(digits, 4) - 1))).includes("e")
    ? String(Number(value.toExponential(Math.min(digits, 4) - 1)))
    : value.toExponential(Math.min(digits, 4) - 1);
}

function isScalar(value: unknown): boolean {
  return (
    typeof value === "number" ||
    typeof value === "boolean" ||
    value === "NaN" ||
    value === "Infinity" ||
    value === "-Infinity"
  );
}

function isArrayObject(value: unknown): value is { readonly shape: readonly number[]; readonly data: unknown } {
  return typeof value === "object" && value !== null && "shape" in value && Array.isArray(value.shape);
}
