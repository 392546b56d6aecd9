import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { ServiceError } from "../../src/errors.ts";
import { documentSchemas, documentSize, parseGraph, readDocument, sources } from "../../src/syntax/sources.ts";
import { newBuilder } from "../support/graphs.ts";

const { limits } = readConfig();

function refusal(document: unknown): string {
  try {
    parseGraph(document, newBuilder(), limits);
  } catch (fault) {
    if (fault instanceof ServiceError) return fault.message;
  }
  return "none";
}

describe("the table of sources", () => {
  test("has keys and components of its own for each", () => {
    expect(new Set(sources.map(({ key }) => key)).size).toBe(sources.length);
    expect(new Set(sources.map(({ component }) => component)).size).toBe(sources.length);
  });

  test("gives a schema for each, and refers to nothing that is not there", () => {
    const referred = new Set<string>();
    const schemas = documentSchemas((component) => {
      referred.add(component);
      return { $ref: component };
    });
    const outside = new Set(["Tensor", "Shape", "DType", "FiniteNumber", "TruthValue", "NestedArray", "ArrayObject"]);
    expect([...referred].filter((component) => !Object.hasOwn(schemas, component) && !outside.has(component))).toEqual(
      [],
    );
    for (const { component, key } of sources) expect(schemas[component]).toHaveProperty(["properties", key]);
  });
});

test("what is no object is no document", () => {
  for (const document of [null, [], "x", 1]) {
    expect(refusal(document)).toBe("a graph is an object");
    expect(documentSize(document)).toEqual({ nodes: 0, characters: 0, derivatives: 0 });
  }
});

test("a document without a source's key is in the graph form", () => {
  expect(refusal({})).toBe("outputs must be a list");
  expect(parseGraph({ inputs: [{ name: "x" }], outputs: ["x"] }, newBuilder(), limits).outputs[0]!.name).toBe("x");
});

test("keys of sources to come are reserved", () => {
  for (const key of ["onnx", "nl", "mathjson"]) expect(refusal({ [key]: "" })).toContain("reserved and not served yet");
});

test("a document's size is told at a glance", () => {
  expect(documentSize({ expression: "x + 1" })).toEqual({ nodes: 0, characters: 5, derivatives: 0 });
  expect(documentSize({ nodes: [1, 2], derivatives: [3] })).toEqual({ nodes: 2, characters: 0, derivatives: 1 });
  expect(documentSize({ expression: 1, nodes: 1 })).toEqual({ nodes: 0, characters: 0, derivatives: 0 });
});

test("labels are the document's own names, the first of each node", () => {
  const labelsOf = (document: unknown) => [...readDocument(document, newBuilder(), limits).labels().values()];
  expect(labelsOf({ expression: "u = x + 1; v = x + 1; u * v" })).toEqual(["x", "u"]);
  const nodes = [{ id: "add_at_1_5", op: "add", args: ["x", 1] }];
  expect(labelsOf({ inputs: [{ name: "x" }], nodes, outputs: ["add_at_1_5"] })).toEqual(["x", "add_at_1_5"]);
});
