import fc from "fast-check";
import { expect, test } from "vitest";
import { allocate, dtypes } from "../../src/graph/dtype.ts";
import { ndarray } from "../../src/graph/ndarray.ts";
import { elementCount } from "../../src/graph/shape.ts";
import { type Answer, KeptAnswer, PlainAnswer, TensorLeaf, WrittenAnswer } from "../../src/wire/answer.ts";
import { json } from "../../src/wire/json/json.ts";
import { encodeTensor, encodings } from "../../src/wire/json/tensor-value.ts";

const shapes = fc.array(fc.nat({ max: 3 }), { maxLength: 3 });
const numbers = fc.oneof(fc.double(), fc.constantFrom(0, 1, Number.NaN, Infinity, -Infinity, 5e-324, 1e21, 1e-7));
const leaves = fc
  .tuple(shapes, fc.constantFrom(...dtypes), fc.constantFrom(...encodings, "text" as const), fc.infiniteStream(numbers))
  .map(([shape, dtype, encoding, stream]) => {
    const data = allocate(dtype, elementCount(shape));
    for (let i = 0; i < data.length; i++)
      data[i] = dtype === "bool" || dtype === "int64" ? i % 2 : stream.next().value!;
    return new TensorLeaf(ndarray(dtype, shape, data), encoding);
  });
const { tree } = fc.letrec<{ tree: Answer }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    fc.oneof(fc.constantFrom<Answer>(null, true, false, undefined), numbers, fc.string(), leaves),
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(fc.string(), tie("tree"), { maxKeys: 3 }),
    fc.jsonValue().map((value) => new PlainAnswer(value)),
    tie("tree").map((part) => new KeptAnswer(part)),
    tie("tree").map((part) => new WrittenAnswer(json.write(part))),
  ),
}));

/** The value that an answer stands for, as JSON has it. */
function plainOf(answer: Answer): unknown {
  if (answer instanceof TensorLeaf) return encodeTensor(answer.array, answer.encoding);
  if (answer instanceof PlainAnswer) return answer.value;
  if (answer instanceof KeptAnswer) return plainOf(answer.tree);
  if (answer instanceof WrittenAnswer) return JSON.parse(String(answer.text));
  if (typeof answer === "number") return Number.isFinite(answer) ? answer : String(answer);
  if (Array.isArray(answer)) return answer.map(plainOf);
  if (typeof answer !== "object" || answer === null) return answer ?? null;
  const members = Object.entries(answer).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, plainOf(member)]));
}

test("an answer's text is the JSON of the value that it stands for, written once or again", () => {
  fc.assert(
    fc.property(tree, (answer) => {
      const expected = JSON.stringify(plainOf(answer));
      expect(json.write(answer)).toBe(expected);
      const kept = new KeptAnswer(answer);
      expect([json.write(kept), json.write(kept)]).toEqual([expected, expected]);
    }),
    { numRuns: 500 },
  );
});

test("a kept answer tells what its leaves hold when it is written", () => {
  const leaf = new TensorLeaf(ndarray("float64", [2], Float64Array.of(1, 2)), "json");
  const kept = new KeptAnswer({ y: leaf, mode: "forward" });
  expect(json.write(kept)).toBe('{"y":[1,2],"mode":"forward"}');
  leaf.array.data[0] = Number.NaN;
  expect(json.write(kept)).toBe('{"y":["NaN",2],"mode":"forward"}');
  leaf.array = ndarray("float64", [], Float64Array.of(3));
  expect(json.write(kept)).toBe('{"y":3,"mode":"forward"}');
});

test("a long tensor in a kept answer is written in pieces", () => {
  const kept = new KeptAnswer({ y: new TensorLeaf(ndarray("float64", [30_000], new Float64Array(30_000)), "json") });
  const [head, source, tail] = json.write(kept) as readonly [string, { length: number }, string];
  expect([head, source.length, tail]).toEqual(['{"y":', 60_001, "}"]);
});
