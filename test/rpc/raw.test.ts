import { expect, test } from "vitest";
import { jsonText, RawJson, rawArray, rawObject } from "../../src/rpc/raw.ts";

test("raw parts compose into the JSON of the whole", () => {
  const whole = rawObject({
    graph: "sha256:0",
    absent: undefined,
    jacobian: rawObject({ y: rawObject({ "x\n": new RawJson("[1,-0]") }) }),
    tangents: rawArray([new RawJson("1e3"), { a: 1 }]),
  });
  expect(jsonText(whole)).toBe('{"graph":"sha256:0","jacobian":{"y":{"x\\n":[1,-0]}},"tangents":[1e3,{"a":1}]}');
});

test("what JSON cannot say is null", () => {
  expect(jsonText(undefined)).toBe("null");
  expect(jsonText({ a: undefined, b: 1 })).toBe('{"b":1}');
});
