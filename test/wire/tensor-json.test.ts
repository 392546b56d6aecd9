import fc from "fast-check";
import { expect, test } from "vitest";
import { allocate, type DType, dtypes } from "../../src/graph/dtype.ts";
import { type NdArray, ndarray, sliceView } from "../../src/graph/ndarray.ts";
import { elementCount } from "../../src/graph/shape.ts";
import { longTensorJson } from "../../src/wire/json/long-tensor-json.ts";
import { shortTensorJson } from "../../src/wire/json/short-tensor-json.ts";
import { encodeTensor } from "../../src/wire/json/tensor-value.ts";

const shapes = fc.array(fc.nat({ max: 3 }), { maxLength: 4 });
const numbers = fc.oneof(fc.double(), fc.constantFrom(0, -0, 1, Number.NaN, Infinity, -Infinity, 5e-324, 1e21, 1e-7));

function tensor(dtype: DType, shape: readonly number[], values: readonly number[]): NdArray {
  const data = allocate(dtype, elementCount(shape));
  for (let i = 0; i < data.length; i++) {
    data[i] = dtype === "bool" || dtype === "int64" ? Number(values[i]! > 0) : values[i]!;
  }
  return ndarray(dtype, shape, data);
}

test("the text of a tensor is that of its value", () => {
  fc.assert(
    fc.property(shapes, fc.constantFrom(...dtypes), fc.infiniteStream(numbers), (shape, dtype, stream) => {
      const array = tensor(dtype, shape, [...stream.take(elementCount(shape))]);
      for (const encoding of ["json", "flat", "base64"] as const) {
        expect(shortTensorJson(array, encoding)).toBe(JSON.stringify(encodeTensor(array, encoding)));
      }
    }),
  );
});

test("the text of a view starts where the view does", () => {
  const whole = tensor("float64", [3], [1, 2, 3]);
  expect(shortTensorJson(sliceView(whole, [1], [2], [1]), "json")).toBe("[2,3]");
  expect(shortTensorJson({ ...whole, shape: [], strides: [], offset: 2 }, "json")).toBe("3");
});

test("the parts of a tensor's text make up the whole", () => {
  const long = fc.constantFrom(
    [20_000],
    [4096],
    [4097, 1],
    [3, 5000],
    [2, 3, 4097],
    [5000, 3],
    [2, 9000, 1],
    [1, 1, 9000],
  );
  fc.assert(
    fc.property(fc.oneof(long, shapes), fc.constantFrom(...dtypes), numbers, (shape, dtype, number) => {
      const count = elementCount(shape);
      const array = tensor(
        dtype,
        shape,
        Array.from({ length: count }, (_, i) => i * number),
      );
      for (const encoding of ["json", "flat"] as const) {
        expect([...longTensorJson(array, encoding)].join("")).toBe(shortTensorJson(array, encoding));
      }
    }),
    { numRuns: 60 },
  );
});
