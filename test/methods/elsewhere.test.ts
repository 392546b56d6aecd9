import { describe, expect, test } from "vitest";
import { elsewhere } from "../../src/methods/elsewhere.ts";
import { methods } from "../../src/methods/index.ts";
import { post, start } from "./service.ts";

describe("an unknown method", () => {
  test("is never one that exists, and always leads to one that does", () => {
    const names = new Set(methods.map(({ name }) => name));
    for (const [name, others] of Object.entries(elsewhere)) {
      expect(names, name).toContain(name);
      for (const other of Object.keys(others)) expect(names, other).not.toContain(other);
    }
    const all = Object.values(elsewhere).flatMap((others) => Object.keys(others));
    expect(new Set(all).size).toBe(all.length);
  });

  test.each([
    ["grad", 'no method "grad": call "gradient"'],
    ["derivative", 'no method "derivative": call "gradient"'],
    ["jacfwd", 'no method "jacfwd": call "jacobian" with "mode": "forward"'],
    ["Evaluate", 'no method "Evaluate": did you mean "evaluate"?'],
    ["jacobain", 'no method "jacobain": did you mean "jacobian"?'],
    ["graph.del", 'no method "graph.del": did you mean "graph.delete"?'],
    ["foobar", 'no method "foobar"; rpc.discover lists them'],
    ["__proto__", 'no method "__proto__"; rpc.discover lists them'],
  ])("%s is told what to call: %s", async (name, message) => {
    const { app, fails } = start();
    expect(await fails(name)).toMatchObject({ code: -32601, message });
    const { status, detail } = (await post(app, name, {})).json();
    expect({ status, detail }).toEqual({ status: 404, detail: message });
  });

  test("is not led to one that this server does not have", async () => {
    const { fails } = start({ GRAPH_ADMIN: "false" });
    expect((await fails("graph.remove")).message).not.toContain("delete");
    expect((await fails("graph.remove")).message).not.toContain("list");
  });
});

test("a misspelt parameter is told the name that is meant", async () => {
  const { fails } = start();
  const { issues } = await fails("evaluate", { graph: { expression: "x" }, input: { x: 1 }, zzz: 1 });
  expect(issues).toEqual([
    { path: "/input", message: 'unknown: "input"; did you mean "inputs"?' },
    { path: "/zzz", message: 'unknown: "zzz"' },
  ]);
});
