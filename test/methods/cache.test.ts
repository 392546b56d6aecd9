import { describe, expect, test } from "vitest";
import { start } from "./service.ts";

const graph = { expression: "sin(x)*exp(y) + x^3" };

describe("one compilation", () => {
  test("serves however many ask at once", async () => {
    const { ok, metric } = start();
    const call = { graph, inputs: { x: 1, y: 2 } };
    await ok("jacobian", call);
    const alone = await metric("cotangent_cache_misses_total");
    const together = start();
    const answers = await Promise.all(Array.from({ length: 50 }, () => together.ok("jacobian", call)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await together.metric("cotangent_cache_misses_total")).toBe(alone);
    expect(await together.metric("cotangent_cache_hits_total")).toBeGreaterThanOrEqual(49);
  });

  test("serves the same graph however it is written", async () => {
    const { ok, metric } = start();
    await ok("gradient", { graph: { expression: "a*b" }, inputs: { a: 1, b: 2 } });
    const misses = await metric("cotangent_cache_misses_total");
    const document = {
      inputs: [{ name: "a" }, { name: "b" }],
      nodes: [{ id: "product", op: "mul", args: ["a", "b"] }],
      outputs: [{ name: "y", node: "product" }],
    };
    await ok("gradient", { graph: document, inputs: { a: 3, b: 4 } });
    expect(await metric("cotangent_cache_misses_total")).toBe(misses);
  });

  test("serves batches of about the same size", async () => {
    const { ok, metric } = start();
    const call = (batch: number) => ok("gradient", { graph, inputs: { x: Array(batch).fill(1), y: 2 }, batch });
    await call(1000);
    const misses = await metric("cotangent_cache_misses_total");
    await call(900);
    await call(1024);
    expect(await metric("cotangent_cache_misses_total")).toBe(misses);
  });
});

describe("the cache is bounded in bytes", () => {
  test("so that old graphs are evicted, not found by id, and healed by sending them again", async () => {
    const { ok, fails, metric } = start({ CACHE_BYTES: "20000" });
    const first = { graph, inputs: { x: 1, y: 2 } };
    const { graph: id } = await ok("evaluate", first);
    expect(await metric("cotangent_cache_evictions_total")).toBe(0);
    for (let i = 0; i < 40; i++) {
      await ok("gradient", { graph: { expression: `x*${i}` }, inputs: { x: 1 } });
      expect(await metric("cotangent_cache_bytes")).toBeLessThanOrEqual(20000);
    }
    expect(await metric("cotangent_cache_evictions_total")).toBeGreaterThan(10);
    expect(await metric("cotangent_cache_entries")).toBeLessThan(60);
    expect(await fails("evaluate", { ...first, graph: id })).toMatchObject({
      code: -32002,
      type: "graph_not_found",
      graph: id,
    });
    expect((await ok("evaluate", first)).graph).toBe(id);
    expect((await ok("evaluate", { ...first, graph: id })).graph).toBe(id);
  });

  test("what is used stays", async () => {
    const { ok } = start({ CACHE_BYTES: "20000" });
    const { graph: id } = await ok("graph.put", { graph });
    for (let i = 0; i < 40; i++) {
      await ok("graph.put", { graph: { expression: `x*${i}` } });
      expect((await ok("graph.put", { graph: id })).cached).toBe(true);
    }
  });

  test("a graph larger than the whole cache is served and not kept", async () => {
    const { ok, fails, metric } = start({ CACHE_BYTES: "1000" });
    const value = Array.from({ length: 1000 }, (_, i) => i);
    const large = { constants: [{ name: "c", value }], nodes: [{ id: "y", op: "sum", args: ["c"] }], outputs: ["y"] };
    const { graph: id, outputs } = await ok("evaluate", { graph: large });
    expect(outputs).toEqual({ y: 499500 });
    expect(await fails("evaluate", { graph: id })).toMatchObject({ code: -32002 });
    expect(await metric("cotangent_cache_bytes")).toBeLessThanOrEqual(1000);
  });
});
