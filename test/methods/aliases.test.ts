import { describe, expect, test } from "vitest";
import { start } from "./service.ts";

const formula = (i: number) => ({ expression: `x * ${i}` });

describe("an alias", () => {
  test("serves in place of the graph, in every method", async () => {
    const { ok } = start();
    const { graph, alias } = await ok("graph.put", { graph: { expression: "x^3" }, alias: "cube-v1.0" });
    expect(alias).toBe("cube-v1.0");
    const at = { graph: alias, inputs: { x: 2 } };
    expect(await ok("evaluate", at)).toEqual({ graph, outputs: { y: 8 } });
    for (let i = 0; i < 3; i++) expect((await ok("gradient", at)).gradient).toEqual({ x: 12 });
    expect((await ok("jvp", { ...at, seeds: { x: 1 } })).tangents).toEqual({ y: 12 });
    expect((await ok("vjp", { ...at, seeds: { y: 1 } })).cotangents).toEqual({ x: 12 });
    expect((await ok("hvp", { ...at, seeds: { x: 1 } })).hvp).toEqual({ x: 12 });
    expect((await ok("hessian", at)).hessian).toEqual({ x: { x: 12 } });
    expect((await ok("check", at)).graph).toBe(graph);
    expect((await ok("explain", { graph: alias })).graph).toBe(graph);
    expect((await ok("graph.get", { graph: alias })).graph).toBe(graph);
    expect((await ok("graph.put", { graph: alias })).graph).toBe(graph);
  });

  test("may be given to a document, a formula or an id, and equal puts change nothing", async () => {
    const { ok } = start();
    const { graph } = await ok("graph.put", { graph: formula(2) });
    const document = {
      inputs: [{ name: "x" }],
      nodes: [{ id: "y", op: "multiply", args: ["x", 2] }],
      outputs: ["y"],
    };
    for (const sent of [graph, formula(2), document, "twice"]) {
      expect((await ok("graph.put", { graph: sent, alias: "twice" })).graph).toBe(graph);
    }
    expect((await ok("graph.list")).graphs).toMatchObject([{ graph, aliases: ["twice"] }]);
  });

  test("moves to the graph that is put last, also for calls that were kept ready", async () => {
    const { ok } = start();
    await ok("graph.put", { graph: formula(2), alias: "f" });
    await ok("graph.put", { graph: formula(2), alias: "g" });
    const slope = async (graph: string) => (await ok("gradient", { graph, inputs: { x: 1 } })).gradient.x;
    for (let i = 0; i < 3; i++) expect(await slope("f")).toBe(2);
    await ok("graph.put", { graph: formula(3), alias: "f" });
    expect([await slope("f"), await slope("g")]).toEqual([3, 2]);
  });

  test("is told by graph.list and gone with graph.delete, by id or by alias", async () => {
    const { ok, fails } = start();
    const { graph } = await ok("graph.put", { graph: formula(2), alias: "f" });
    await ok("graph.put", { graph, alias: "a" });
    const { graph: other } = await ok("graph.put", { graph: formula(3), alias: "other" });
    const { graphs } = await ok("graph.list");
    expect(graphs.find((entry: { graph: string }) => entry.graph === graph).aliases).toEqual(["f", "a"]);
    expect(await ok("graph.delete", { graph: "f" })).toEqual({ graph, deleted: true });
    for (const name of ["f", "a"]) {
      expect(await fails("evaluate", { graph: name, inputs: { x: 1 } })).toMatchObject({
        type: "graph_not_found",
        graph: name,
        message: expect.stringContaining(`no graph is called "${name}"`),
      });
      expect(await ok("graph.delete", { graph: name })).toEqual({ graph: name, deleted: false });
    }
    expect((await ok("graph.list")).graphs).toMatchObject([{ graph: other, aliases: ["other"] }]);
    expect(await ok("graph.delete", { graph: other })).toEqual({ graph: other, deleted: true });
    expect(await ok("graph.list")).toEqual({ graphs: [] });
  });

  test("keeps its graph from being evicted, whose bytes count", async () => {
    const { ok, fails, context } = start({ CACHE_BYTES: "20000" });
    const { graph } = await ok("graph.put", { graph: formula(0.5), alias: "kept" });
    const { graph: other } = await ok("graph.put", { graph: formula(0.25) });
    for (let i = 1; i < 60; i++) await ok("graph.put", { graph: formula(i) });
    expect(await fails("graph.get", { graph: other })).toMatchObject({ type: "graph_not_found" });
    expect((await ok("graph.list")).graphs).toContainEqual(expect.objectContaining({ graph, aliases: ["kept"] }));
    expect(await ok("evaluate", { graph: "kept", inputs: { x: 3 } })).toEqual({ graph, outputs: { y: 1.5 } });
    expect(await ok("evaluate", { graph, inputs: { x: 3 } })).toEqual({ graph, outputs: { y: 1.5 } });
    expect((await ok("graph.put", { graph: formula(0.5) })).cached).toBe(true);
    expect(context.engine.stats().bytes).toBeLessThanOrEqual(20_000);
    await ok("graph.put", { graph: formula(1), alias: "kept" });
    for (let i = 1; i < 60; i++) await ok("graph.put", { graph: formula(i) });
    expect(await fails("graph.get", { graph })).toMatchObject({ type: "graph_not_found" });
  });

  test("beyond the limit is refused, and those there are stay and may move", async () => {
    const { ok, fails } = start({ LIMIT_ALIASES: "3" });
    for (const alias of ["a", "b", "c"]) await ok("graph.put", { graph: formula(1), alias });
    const refused = { type: "limit_exceeded", limit: "aliases", allowed: 3, received: 4 };
    expect(await fails("graph.put", { graph: formula(1), alias: "d" })).toMatchObject(refused);
    await ok("graph.put", { graph: formula(2), alias: "b" });
    expect((await ok("evaluate", { graph: "b", inputs: { x: 1 } })).outputs).toEqual({ y: 2 });
  });

  test("may not hold more than half of what the cache may take", async () => {
    const { ok, fails } = start({ CACHE_BYTES: "4000" });
    const long = (letter: string) => ({ expression: Array.from({ length: 12 }, () => "x").join(` + ${letter} * `) });
    await ok("graph.put", { graph: long("a"), alias: "a" });
    let refused: unknown;
    for (const letter of "bcdef") {
      const call = { graph: long(letter), alias: letter };
      try {
        await ok("graph.put", call);
      } catch {
        refused = await fails("graph.put", call);
        break;
      }
    }
    expect(refused).toMatchObject({ type: "limit_exceeded", limit: "aliasBytes", allowed: 2000 });
    expect((await ok("graph.get", { graph: "a" })).graph).toMatch(/^sha256:/);
  });

  test("is a name of its own form, so never an id", async () => {
    const { fails, ok } = start();
    for (const alias of ["", "1x", "a b", "é", `sha256:${"0".repeat(64)}`, "a".repeat(129), 7, "a/b", "a:0"]) {
      expect(await fails("graph.put", { graph: formula(1), alias })).toMatchObject({
        code: -32602,
        issues: [{ path: "/alias" }],
      });
    }
    for (const alias of ["_", "constructor", "__proto__", "toString", "a".repeat(128), "x.y-z_0"]) {
      expect(await fails("evaluate", { graph: alias, inputs: { x: 1 } })).toMatchObject({ type: "graph_not_found" });
      expect((await ok("graph.put", { graph: formula(1), alias })).alias).toBe(alias);
      expect((await ok("evaluate", { graph: alias, inputs: { x: 1 } })).outputs).toEqual({ y: 1 });
    }
  });
});
