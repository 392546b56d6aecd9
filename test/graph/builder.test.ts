import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../../src/graph/builder.ts";
import { constantValue } from "../../src/graph/operator.ts";
import { newBuilder } from "../support/graphs.ts";
import { casesOf } from "../support/operator-cases.ts";
import { findOperator, operators } from "../support/plain-operators.ts";
import { tensor, tensorOf } from "../support/tensors.ts";

const op = (name: string) => findOperator(name)!;

describe("equal nodes are one object", () => {
  test("of one operator, operands and attributes", () => {
    const builder = newBuilder();
    const [x, y] = [builder.input("x", [2, 2], "float64"), builder.input("y", [2, 2], "float64")];
    const add = builder.apply(op("add"), [x, y], {});
    expect(builder.apply(op("add"), [x, y], undefined)).toBe(add);
    expect(builder.apply(op("add"), [y, x], {})).not.toBe(add);
    expect(builder.apply(op("subtract"), [x, y], {})).not.toBe(add);
    expect(builder.apply(op("sum"), [x], { axis: 0 })).not.toBe(builder.apply(op("sum"), [x], { axis: 1 }));
  });
  test("however their attributes are spelled", () => {
    const builder = newBuilder();
    const x = builder.input("x", [2, 3], "float64");
    const sum = builder.apply(op("sum"), [x], {});
    expect(builder.apply(op("sum"), [x], { keepdims: false, axis: [-1, 0] })).toBe(sum);
    expect(builder.apply(op("reshape"), [x], { shape: [-1] })).toBe(builder.apply(op("reshape"), [x], { shape: [6] }));
  });
  test("but attributes that are −0 and 0, or different special numbers, are different", () => {
    const builder = newBuilder();
    const x = builder.input("x", [1], "float64");
    const padded = ["NaN", "Infinity", "-Infinity", 0, -0].map((value) =>
      builder.apply(op("pad"), [x], { pad_width: [[1, 1]], value }),
    );
    expect(new Set(padded).size).toBe(5);
  });
  test("inputs are never shared", () => {
    const builder = newBuilder();
    expect(builder.input("x", [], "float64")).not.toBe(builder.input("x", [], "float64"));
  });
  test("nodes that are many stay distinct and findable", () => {
    const builder = newBuilder();
    const x = builder.input("x", [], "float64");
    const chain = () => {
      let y = x;
      return Array.from({ length: 5000 }, (_, i) => (y = builder.apply(op(i % 3 === 0 ? "sin" : "cos"), [y], {})));
    };
    const first = chain();
    const size = builder.size;
    expect(chain()).toEqual(first);
    expect(new Set(first).size).toBe(5000);
    expect(builder.size).toBe(size);
  });
});

describe("equal constants are one node", () => {
  test("by dtype, shape and elements", () => {
    const builder = newBuilder();
    expect(builder.constant(2)).toBe(builder.constant(tensor(2)));
    expect(builder.constant(tensor([1, 2]))).toBe(builder.constant(tensorOf([1, 2], [2])));
    expect(builder.constant(tensor([1, 2]))).not.toBe(builder.constant(tensor([[1, 2]])));
    expect(builder.constant(tensor(1, "int32"))).not.toBe(builder.constant(1));
    expect(builder.constant(true)).not.toBe(builder.constant(1));
  });
  test("all NaNs are one, −0 and 0 are two", () => {
    const builder = newBuilder();
    const odd = new Float64Array(new BigUint64Array([0xfff8_0000_0000_1234n]).buffer);
    expect(builder.constant(Number.NaN)).toBe(builder.constant(tensorOf(odd, [])));
    expect(builder.constant(0)).not.toBe(builder.constant(-0));
  });
  test("also when they are long", () => {
    const builder = newBuilder();
    const long = (change: (data: Float64Array) => void) => {
      const array = tensorOf(new Float64Array(100), [100]);
      change(array.data as Float64Array);
      return builder.constant(array);
    };
    const odd = new BigUint64Array([0x7ff8_0000_dead_beefn]);
    const nan = long((data) => data.fill(Number.NaN, 7, 8));
    expect(long((data) => new BigUint64Array(data.buffer).set(odd, 7))).toBe(nan);
    expect(long(() => {})).toBe(long(() => {}));
    expect(long((data) => data.fill(-0, 3, 4))).not.toBe(long(() => {}));
    expect(long((data) => data.fill(1, 3, 4))).not.toBe(long((data) => data.fill(1, 4, 5)));
  });
  test("whatever numbers they hold", () => {
    const numbers = fc.array(fc.double(), { maxLength: 20 });
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const builder = newBuilder();
        const [x, y] = [a, b].map((list) => builder.constant(tensorOf(list, [list.length])));
        const isEqual = a.length === b.length && a.every((n, i) => Object.is(n, b[i]));
        expect(x === y).toBe(isEqual);
        expect([...constantValue(x!)!.data]).toEqual(a);
      }),
    );
  });
});

describe("limits", () => {
  test("no node has more elements or a higher rank than allowed", () => {
    const builder = new GraphBuilder({ rank: 2, elements: 10 });
    const x = builder.input("x", [2, 3], "float64");
    expect(() => builder.apply(op("broadcast_to"), [x], { shape: [2, 2, 3] })).toThrow();
    expect(() => builder.apply(op("tile"), [x], { repetitions: [2] })).toThrow();
    expect(() => builder.apply(op("full"), [], { shape: [1e9, 1e9, 1e9], value: 0 })).toThrow();
    expect(() => builder.apply(op("arange"), [], { start: 0, stop: 1e300 })).toThrow();
    expect(builder.apply(op("negative"), [x], {}).shape).toEqual([2, 3]);
  });
});

describe("every operator", () => {
  test.each(operators)(
    "$name refuses an attribute that it does not have, and attributes that are no object",
    (operator) => {
      const builder = newBuilder();
      const x = builder.input("x", [3, 3], "float64");
      const args = operator.operands.map(() => x);
      expect(() => builder.apply(operator, args, { nonsense: 1 })).toThrow('unknown attribute "nonsense"');
      expect(() => builder.apply(operator, args, [])).toThrow("attrs must be an object");
      expect(() => builder.apply(operator, args, null)).toThrow("attrs must be an object");
    },
  );
  test.each(operators)("$name refuses operands that are too many or too few", (operator) => {
    const builder = newBuilder();
    const x = builder.input("x", [3, 3], "float64");
    const { attrs } = casesOf(operator)[0]![0]!;
    const isVariadic = operator.operands.at(-1)?.startsWith("...");
    const fewer = operator.operands.slice(1).map(() => x);
    if (operator.operands.length > 0)
      expect(() => builder.apply(operator, fewer, attrs)).toThrow(/operand|equation has/);
    if (!isVariadic) expect(() => builder.apply(operator, [x, x, x, x], attrs)).toThrow("received 4");
  });
});
