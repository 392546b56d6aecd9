import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allocate, type DType, dtypes } from "../../src/graph/dtype.ts";
import { type NdArray, ndarray, permuteView } from "../../src/graph/ndarray.ts";
import { elementCount } from "../../src/graph/shape.ts";
import { decodeConstant, decodeTensor, TensorFault } from "../../src/syntax/tensor.ts";
import { encodeTensor } from "../../src/wire/json/tensor-value.ts";

const limits = { rank: 8, elements: 1e6 };
const shapes = fc.array(fc.nat({ max: 3 }), { maxLength: 4 });

/** Values of a dtype; with JSON between, the sign of zero and a NaN's payload may go. */
const elements: Record<DType, fc.Arbitrary<number>> = {
  float64: fc.oneof(fc.double(), fc.constantFrom(0, 1, -0, Number.NaN, Infinity, -Infinity, 5e-324)),
  float32: fc.oneof(fc.float(), fc.constantFrom(0, Number.NaN, Infinity, 16777217).map(Math.fround)),
  float16: fc.oneof(fc.float(), fc.constantFrom(0, Number.NaN, Infinity, 65504)).map(Math.f16round),
  int64: fc.maxSafeInteger(),
  int32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  int16: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
  int8: fc.integer({ min: -128, max: 127 }),
  uint8: fc.integer({ min: 0, max: 255 }),
  bool: fc.constantFrom(0, 1),
};

const tensors = fc.tuple(shapes, fc.constantFrom(...dtypes)).chain(([shape, dtype]) =>
  fc.array(elements[dtype], { minLength: elementCount(shape), maxLength: elementCount(shape) }).map((values) => {
    const data = allocate(dtype, values.length);
    data.set(values);
    return ndarray(dtype, shape, data);
  }),
);

const bits = ({ data, dtype, shape }: NdArray) => [
  dtype,
  shape,
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex"),
];
const overWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const plain = ({ data }: NdArray) => [...data].map((x) => (x === 0 ? 0 : x));

describe("what was encoded decodes to the same tensor", () => {
  test("bit for bit in base64", () => {
    fc.assert(
      fc.property(tensors, (tensor) => {
        const text = overWire(encodeTensor(tensor, "base64"));
        expect(bits(decodeTensor(text, tensor.shape, tensor.dtype).array)).toEqual(bits(tensor));
        expect(bits(decodeConstant(text, limits))).toEqual(bits(tensor));
      }),
    );
  });

  test("but for the sign of zero in json and flat, which holds to the last digit", () => {
    fc.assert(
      fc.property(tensors, fc.constantFrom("json", "flat"), (tensor, encoding) => {
        const { array } = decodeTensor(overWire(encodeTensor(tensor, encoding as "json")), tensor.shape, tensor.dtype);
        expect([array.dtype, array.shape, plain(array)]).toEqual([tensor.dtype, tensor.shape, plain(tensor)]);
      }),
    );
  });

  test("with an axis of points, in every form", () => {
    fc.assert(
      fc.property(tensors, (tensor) => {
        const [points, ...shape] = tensor.shape;
        if (points === undefined || points === 0) return;
        for (const encoding of ["json", "flat", "base64"] as const) {
          const { array, isBatched } = decodeTensor(
            overWire(encodeTensor(tensor, encoding)),
            shape,
            tensor.dtype,
            points,
          );
          expect([array.shape, isBatched, plain(array)]).toEqual([tensor.shape, true, plain(tensor)]);
        }
      }),
    );
  });

  test("as a constant: what tells no dtype is float64, or bool where all are booleans", () => {
    fc.assert(
      fc.property(tensors, (tensor) => {
        const firstZero = tensor.shape.indexOf(0);
        const shape = firstZero < 0 ? tensor.shape : tensor.shape.slice(0, firstZero + 1);
        const constant = decodeConstant(overWire(encodeTensor(tensor, "json")), limits);
        expect(constant.dtype).toBe(tensor.dtype === "bool" && elementCount(shape) > 0 ? "bool" : "float64");
        expect([constant.shape, plain(constant)]).toEqual([shape, plain(tensor)]);
      }),
    );
  });

  test("from a view, in row-major order", () => {
    const view = permuteView(ndarray("int32", [2, 3], Int32Array.of(1, 2, 3, 4, 5, 6)), [1, 0]);
    expect(encodeTensor(view, "json")).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
    expect(encodeTensor(view, "flat")).toEqual({ shape: [3, 2], dtype: "int32", data: [1, 4, 2, 5, 3, 6] });
  });
});

describe("arrays without elements", () => {
  test.each<[number[], unknown]>([
    [[0], []],
    [[0, 3], []],
    [
      [2, 0],
      [[], []],
    ],
    [
      [2, 0, 3],
      [[], []],
    ],
    [[1, 2, 0, 0], [[[], []]]],
  ])("of shape %j nest up to and including the first 0", (shape, nested) => {
    expect(encodeTensor(ndarray("float64", shape, new Float64Array()), "json")).toEqual(nested);
    expect(decodeTensor(nested, shape, "float64").array.shape).toEqual(shape);
  });

  test("do not fit where the lengths before it differ, or where there are elements", () => {
    for (const [value, shape] of [
      [[], [2, 0]],
      [[[]], [2, 0]],
      [[[], []], [0]],
      [[], [1]],
      [[[]], [1]],
    ] as const) {
      expect(() => decodeTensor(value, shape, "float64")).toThrow(TensorFault);
    }
  });
});

describe("values are converted when none changes", () => {
  const converts = (value: unknown, to: DType) => {
    try {
      return [...decodeTensor(value, [1], to).array.data];
    } catch (fault) {
      if (fault instanceof TensorFault) return "refused";
      throw fault;
    }
  };
  const sent = (dtype: DType, value: number) => ({ shape: [1], dtype, data: [value] });

  test.each<[DType, number, DType, number | "refused"]>([
    ["bool", 1, "float64", 1],
    ["bool", 1, "float32", 1],
    ["bool", 1, "int32", 1],
    ["int32", -5, "float64", -5],
    ["int32", 2 ** 24, "float32", 2 ** 24],
    ["int32", 2 ** 24 + 1, "float32", "refused"],
    ["int32", 1, "bool", 1],
    ["int32", 2, "bool", "refused"],
    ["float32", 0.1, "float64", Math.fround(0.1)],
    ["float32", 3, "int32", 3],
    ["float32", 0.5, "int32", "refused"],
    ["float64", 0.1, "float32", Math.fround(0.1)],
    ["float64", 3.4028235677973362e38, "float32", 2 ** 128 - 2 ** 104],
    ["float64", 3.4028235677973366e38, "float32", "refused"],
    ["float64", -1e39, "float32", "refused"],
    ["float32", 1e39, "float64", "refused"],
    ["float64", Infinity, "float32", "refused"],
    ["float64", -(2 ** 31), "int32", -(2 ** 31)],
    ["float64", 2 ** 31, "int32", "refused"],
    ["float64", 0, "bool", 0],
    ["float64", 0.5, "bool", "refused"],
  ])("%s %d to %s", (from, value, to, expected) => {
    expect(converts(sent(from, value), to)).toEqual(expected === "refused" ? expected : [expected]);
  });
});

test("bytes are read and refused as the base64 of them is", () => {
  const outcome = (data: unknown, count: number, dtype: DType) => {
    try {
      const { array } = decodeTensor({ shape: [count], dtype, data }, [count], dtype);
      return { dtype: array.dtype, data: [...array.data] };
    } catch (fault) {
      return String(fault);
    }
  };
  fc.assert(
    fc.property(
      fc.uint8Array({ max: 2, maxLength: 40 }),
      fc.nat(9),
      fc.constantFrom(...dtypes),
      (bytes, count, dtype) => {
        // A view into more, as bytes are that went from thread to thread.
        const view = Uint8Array.of(9, ...bytes, 9).subarray(1, bytes.length + 1);
        expect(outcome(view, count, dtype)).toEqual(outcome(bytes.toBase64(), count, dtype));
        expect(outcome(bytes, count, dtype)).toEqual(outcome(bytes.toBase64(), count, dtype));
      },
    ),
  );
  expect(() => decodeTensor(new Uint8Array(3), [], "float64")).toThrow('the string "AAAA"');
});
