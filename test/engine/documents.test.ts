import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { documentKey } from "../../src/engine/documents.ts";
import { Engine } from "../../src/engine/engine.ts";
import { Budget } from "../../src/graph/budget.ts";

function start(variables: Record<string, string> = {}) {
  const engine = new Engine(readConfig(variables));
  return {
    engine,
    load: (source: unknown) => engine.load(source, new Budget(Number.POSITIVE_INFINITY, 1000), "local"),
  };
}

const formula = { expression: "u = sin(x); u * u + 2" };
const document = {
  inputs: [{ name: "x" }],
  nodes: [
    { id: "last", op: "add", args: ["square", 2] },
    { id: "square", op: "multiply", args: ["u", "u"] },
    { id: "u", op: "sin", args: ["x"] },
  ],
  outputs: [{ name: "y", node: "last" }],
};

describe("a document that was read before", () => {
  test("is found by its text, and not read again", () => {
    for (const source of [formula, document]) {
      const { engine, load } = start();
      const first = load(source);
      expect(first.cached).toBe(false);
      const [second, third] = [load(structuredClone(source)), load(structuredClone(source))];
      expect(second).toMatchObject({ cached: true, loaded: first.loaded });
      expect(second.spelling()).toEqual(first.spelling());
      // Reading it would make another.
      expect(second.spelling()).toBe(third.spelling());
      expect(engine.recall(structuredClone(source), "local")).toBe(first.loaded);
    }
  });

  test("tells the graph in its own way, whichever told it first", () => {
    const { load } = start();
    const first = load(formula);
    const second = load(document);
    expect(second.loaded).toBe(first.loaded);
    for (const again of [first, load(formula)]) {
      expect(again.spelling()).toEqual({ names: ["u", undefined, undefined, undefined], order: [0, 1, 2, 3] });
    }
    for (const again of [second, load(document)]) {
      expect(again.spelling()).toEqual({ names: ["u", "square", undefined, "last"], order: [0, 1, 2, 3] });
    }
  });

  test("is unknown once its graph was deleted, and leaves nothing behind", () => {
    const { engine, load } = start();
    const { loaded } = load(formula);
    load(document);
    expect(engine.stats().entries).toBe(3);
    expect(engine.graphs.forget(loaded.id)).toBe(true);
    expect(engine.stats()).toMatchObject({ entries: 0, bytes: 0 });
    expect(engine.recall(formula, "local")).toBeUndefined();
    expect(load(formula).cached).toBe(false);
  });

  test("takes its bytes from the cache", () => {
    const { engine, load } = start({ CACHE_BYTES: "20000" });
    for (let i = 0; i < 100; i++) {
      load({ expression: `x * ${i}`, description: "d".repeat(500) });
      expect(engine.stats().bytes).toBeLessThanOrEqual(20_000);
    }
    expect(engine.recall({ expression: "x * 0", description: "d".repeat(500) }, "local")).toBeUndefined();
    expect(engine.recall({ expression: "x * 99", description: "d".repeat(500) }, "local")).toBeDefined();
  });
});

describe("keys of documents", () => {
  test("differ where the documents do", () => {
    const values = [0, "0", "-0", null, "null", false, [], {}, [[]], [{}], [0], "Infinity", [0, 0]];
    const keys = values.map((value) => documentKey({ value }));
    expect(new Set(keys).size).toBe(values.length);
    expect(keys).not.toContain(undefined);
  });

  test("are none for long documents, bytes, derivatives, and numbers that JSON text loses", () => {
    for (const value of [-0, Infinity, [[-0]]]) expect(documentKey({ value })).toBeUndefined();
    expect(documentKey({ expression: "x".repeat(20_000) })).toBeUndefined();
    expect(documentKey({ nodes: Array(20_000).fill(1) })).toBeUndefined();
    expect(documentKey({ value: { shape: [1], data: new Uint8Array(8) } })).toBeUndefined();
    expect(documentKey({ expression: "x", derivatives: [] })).toBeUndefined();
  });
});
