import { describe, expect, test } from "vitest";
import { Aliases } from "../../src/engine/aliases.ts";
import { graphKey, packDocument, type SharedGraph } from "../../src/engine/library.ts";

const graph = (id: string, tenant = "a"): SharedGraph => {
  return { id, key: graphKey(id, tenant), nodes: 1, bytes: 500, document: packDocument({ id }) };
};
const limits = { aliases: 10, aliasBytes: 1000 };

describe("names of graphs", () => {
  test("are apart by tenant", () => {
    const aliases = new Aliases(limits, () => {});
    aliases.put("a", { alias: "f" }, graph("one"));
    aliases.put("b", { alias: "f" }, graph("two", "b"));
    expect([aliases.get("a", "f")?.id, aliases.get("b", "f")?.id]).toEqual(["one", "two"]);
    expect(aliases.get("c", "f")).toBeUndefined();
    expect(aliases.of("a")).toEqual([{ alias: "f", id: "one", label: undefined }]);
  });

  test("keep the order in which they were first given when they move", () => {
    const aliases = new Aliases(limits, () => {});
    for (const alias of ["c", "a", "b"]) aliases.put("t", { alias }, graph(alias, "t"));
    aliases.put("t", { alias: "a" }, graph("other", "t"));
    expect(aliases.of("t").map(({ alias }) => alias)).toEqual(["c", "a", "b"]);
  });

  test("hold each graph once, tell the bytes, and give back a graph with its last name", () => {
    const told: number[] = [];
    const aliases = new Aliases(limits, (bytes) => void told.push(bytes));
    const [one, two] = [graph("one"), graph("two")];
    const size = one.document.length;
    expect(aliases.put("a", { alias: "f" }, one)).toBeUndefined();
    expect(aliases.put("a", { alias: "g" }, one)).toBeUndefined();
    expect(told).toEqual([size]);
    expect(aliases.put("a", { alias: "f" }, two)).toBeUndefined();
    expect(aliases.held(one.key)).toBe(one);
    expect(aliases.put("a", { alias: "g" }, two)).toBe(one);
    expect(aliases.held(one.key)).toBeUndefined();
    expect(aliases.forget("two")).toBe(true);
    expect(aliases.forget("two")).toBe(false);
    expect(told.at(-1)).toBe(0);
    expect([aliases.of("a"), aliases.all()]).toEqual([[], []]);
  });

  test("are forgotten with a graph, whichever tenants have it", () => {
    const aliases = new Aliases(limits, () => {});
    for (const tenant of ["a", "b", "local"]) aliases.put(tenant, { alias: "f" }, graph("one", tenant));
    aliases.put("b", { alias: "g" }, graph("two", "b"));
    expect(aliases.all().length).toBe(4);
    expect(aliases.forget("one")).toBe(true);
    expect(aliases.all().map(({ key }) => key)).toEqual(["two@b"]);
    expect(aliases.of("b").map(({ alias }) => alias)).toEqual(["g"]);
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
