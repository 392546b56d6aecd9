import { describe, expect, test } from "vitest";
import { standard } from "../../src/methods/schemas/examples.ts";
import { type Json, start } from "./service.ts";

const expression = "log(x1) + x1*x2 - sin(x2)";
const { inputs } = standard;
const first = { of: "y", wrt: "x1", expression: "1/x1 + x2" };
const second = { of: "y", wrt: "x2", expression: "x1 - cos(x2)" };

describe("compare", () => {
  test("tells of every method what it gives, how well, and what it takes", async () => {
    const { rows, verdict, reference } = await start().ok("compare", {
      graph: { expression, derivatives: [first, second] },
      inputs,
    });
    expect({ verdict, reference }).toEqual({ verdict: "agrees", reference: "reverse" });
    const took = rows.map(({ method, scheme, evaluations, passes, operations, verdict }: Json) => [
      scheme ? `${method} ${scheme}` : method,
      evaluations ?? `${passes} passes`,
      operations,
      verdict,
    ]);
    expect(took).toEqual([
      ["manual", 1, 26, "agrees"],
      ["numerical forward", 3, 129, "agrees"],
      ["numerical backward", 3, 129, "agrees"],
      ["numerical central", 4, 172, "agrees"],
      ["symbolic", 1, 26, "agrees"],
      ["forward", "2 passes", 103, "agrees"],
      ["reverse", "1 passes", 73, "agrees"],
    ]);
    for (const { method, jacobian, error, timeMs } of rows) {
      expect(jacobian.y.x1).toBeCloseTo(5.5, 6);
      expect(jacobian.y.x2).toBeCloseTo(standard.dx2, 6);
      expect(error).toBeLessThan(method === "numerical" ? 1e-6 : 1e-15);
      expect(timeMs).toBeGreaterThan(0);
    }
  });

  test("condemns a wrong manual formula and says where", async () => {
    const wrong = { ...second, expression: "x1 + cos(x2)" };
    const answer = await start().ok("compare", { graph: { expression, derivatives: [first, wrong] }, inputs });
    expect(answer.verdict).toBe("disagrees");
    expect(answer.rows.map(({ verdict }: Json) => verdict === "disagrees")).toEqual([true, ...Array(6).fill(false)]);
    expect(answer.rows[0].worst).toEqual({
      of: "y",
      wrt: "x2",
      row: 0,
      column: 0,
      value: expect.closeTo(2 + Math.cos(5), 12),
      reference: expect.closeTo(2 - Math.cos(5), 12),
    });
  });

  test("compares the manual entries that there are", async () => {
    const { ok } = start();
    const { rows, text } = await ok("compare", {
      graph: { expression, derivatives: [second] },
      inputs,
      render: "text",
    });
    expect(rows[0]).toMatchObject({ method: "manual", verdict: "agrees" });
    expect(rows[0].jacobian).toEqual({ y: { x2: standard.dx2 } });
    expect(text.split("\n")[2]).toMatch(/^manual +— +1\.71633781454 /);
    const other = await ok("compare", { graph: { expression, derivatives: [second] }, inputs, wrt: ["x1"] });
    expect(other.rows[0].method).toBe("numerical");
  });

  test("is a table for people", async () => {
    const { text } = await start().ok("compare", { graph: { expression }, inputs, render: "text" });
    expect(text.replaceAll(/ *\d+\.\d+ ms/g, "   0.012 ms")).toMatchInlineSnapshot(`
      "method               dy/dx1         dy/dx2    error           took  operations       time  verdict
      -------------------  ------  -------------  -------  -------------  ----------  ---------  ---------
      numerical, forward      5.5  1.71633777618   2.2e-8  3 evaluations         129   0.012 ms  agrees
      numerical, backward     5.5  1.71633784771   1.9e-8  3 evaluations         129   0.012 ms  agrees
      numerical, central      5.5  1.71633781458  2.6e-11  4 evaluations         172   0.012 ms  agrees
      symbolic                5.5  1.71633781454        0   1 evaluation          26   0.012 ms  agrees
      forward                 5.5  1.71633781454        0       2 passes         103   0.012 ms  agrees
      reverse                 5.5  1.71633781454        0         1 pass          73   0.012 ms  reference"
    `);
  });

  test("blocks of tensors agree by every method", async () => {
    const graph = {
      expression: "u = A @ x; v = sum(exp(x)) * s",
      inputs: [{ name: "A", shape: [2, 3] }, { name: "x", shape: [3] }, { name: "s" }],
      outputs: ["u", "v"],
    };
    const A = [[1, 2, 3], [4, 5, 6]]; // biome-ignore format: a matrix
    const { ok } = start();
    const answer = await ok("compare", { graph, inputs: { A, x: [0.5, 1, 2], s: 3 } });
    expect(answer.verdict).toBe("agrees");
    const { jacobian } = await ok("jacobian", { graph, inputs: { A, x: [0.5, 1, 2], s: 3 } });
    for (const method of ["symbolic", "forward", "reverse"]) {
      const row = answer.rows.findLast((row: Json) => row.method === method);
      expect(row.jacobian.u).toEqual(jacobian.u);
      expect(row.error).toBeLessThan(1e-15);
    }
  });

  test("differences are undecided at a kink and where they are not finite", async () => {
    const { rows, verdict } = await start().ok("compare", {
      graph: { expression: "abs(x) + sqrt(z)" },
      inputs: { x: 0, z: 0 },
    });
    expect(verdict).toBe("undecided");
    expect(rows.map(({ verdict }: Json) => verdict)).toEqual([
      ...Array(3).fill("undecided"),
      "agrees",
      "agrees",
      "agrees",
    ]);
    expect(rows.at(-1).jacobian).toEqual({ y: { x: 0, z: "Infinity" } });
  });

  test("leaves out the formula where it would be very large", async () => {
    const methods = async (n: number) => {
      const graph = { expression: "cumulative_sum(sin(x))", inputs: [{ name: "x", shape: [n] }] };
      const { rows } = await start().ok("compare", { graph, inputs: { x: Array(n).fill(0.5) }, encoding: "base64" });
      return rows.map(({ method }: Json) => method);
    };
    expect(await methods(5)).toContain("symbolic");
    expect(await methods(150)).not.toContain("symbolic");
  });
});

describe("bad input of compare", () => {
  test.each<[string, object, object]>([
    ["another rendering", { render: "html" }, { code: -32602, issues: [{ path: "/render" }] }],
    ["a batch", { batch: 2 }, { code: -32602, issues: [{ path: "/batch" }] }],
    ["a missing input", { inputs: { x1: 1 } }, { code: -32007, name: "x2" }],
    ["an unknown output", { of: ["z"] }, { code: -32602, issues: [{ path: "/of/0" }] }],
  ])("%s", async (_, params, expected) => {
    expect(await start().fails("compare", { graph: { expression }, inputs, ...params })).toMatchObject(expected);
  });
});
