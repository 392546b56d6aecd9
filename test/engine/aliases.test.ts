import { describe, expect, test } from "vitest";
import { Aliases } from "../../src/engine/aliases.ts";
import { packDocument, type SharedGraph } from "../../src/engine/library.ts";

const graph = (id: string): SharedGraph => ({ id, nodes: 1, bytes: 500, document: packDocument({ id }) });
const limits = { aliases: 10, aliasBytes: 1000 };

describe("names of graphs", () => {
  test("are apart by tenant", () => {
    const aliases = new Aliases(limits, () => {});
    aliases.put("a", { alias: "f" }, graph("one"));
    aliases.put("b", { alias: "f" }, graph("two"));
    expect([aliases.get("a", "f")?.id, aliases.get("b", "f")?.id]).toEqual(["one", "two"]);
    expect(aliases.get("c", "f")).toBeUndefined();
    expect(aliases.of("a")).toEqual([{ alias: "f", id: "one", label: undefined }]);
  });

  test("keep the order in which they were first given when they move", () => {
    const aliases = new Aliases(limits, () => {});
    for (const alias of ["c", "a", "b"]) aliases.put("t", { alias }, graph(alias));
    aliases.put("t", { alias: "a" }, graph("other"));
    expect(aliases.of("t").map(({ alias }) => alias)).toEqual(["c", "a", "b"]);
  });

  test("hold each graph once, tell the bytes, and give back a graph with its last name", () => {
    const told: number[] = [];
    const aliases = new Aliases(limits, (bytes) => void told.push(bytes));
    const [one, two] = [graph("one"), graph("two")];
    const size = one.document.length;
    expect(aliases.put("a", { alias: "f" }, one)).toBeUndefined();
    expect(aliases.put("b", { alias: "g" }, one)).toBeUndefined();
    expect(told).toEqual([size]);
    expect(aliases.put("a", { alias: "f" }, two)).toBeUndefined();
    expect(aliases.held("one")).toBe(one);
    expect(aliases.put("b", { alias: "g" }, two)).toBe(one);
    expect(aliases.held("one")).toBeUndefined();
    expect(aliases.forget("two")).toBe(true);
    expect(aliases.forget("two")).toBe(false);
    expect(told.at(-1)).toBe(0);
    expect([aliases.of("a"), aliases.of("b"), aliases.all()]).toEqual([[], [], []]);
  });

  test("pass no limit, and change nothing where they would", () => {
    const aliases = new Aliases({ aliases: 2, aliasBytes: graph("one").document.length }, () => {});
    aliases.put("a", { alias: "f" }, graph("one"));
    expect(aliases.put("a", { alias: "f" }, graph("two"))).toMatchObject({ limit: "aliasBytes" });
    expect(aliases.get("a", "f")?.id).toBe("one");
    aliases.put("a", { alias: "g" }, graph("one"));
    expect(aliases.put("a", { alias: "h" }, graph("one"))).toEqual({ limit: "aliases", allowed: 2, received: 3 });
  });
});
