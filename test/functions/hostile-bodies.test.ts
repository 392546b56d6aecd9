import { expect, test } from "vitest";
import { type Params, start } from "../methods/service.ts";

const scanOf = (name: string) => ({ function: name, constants: 0, carry: 1, length: 1 });

test("loops that each hold the one before twice are planned in time that is bounded", async () => {
  const { rpc } = start({ PROGRAMS: "compiled" });
  const functions: Record<string, Params> = {
    f0: { inputs: [{ name: "x" }], nodes: [{ id: "y", op: "sin", args: ["x"] }], outputs: ["y"] },
  };
  for (let i = 1; i < 40; i++) {
    functions[`f${i}`] = {
      inputs: [{ name: "x" }],
      nodes: [
        { id: "a", op: "scan", args: ["x"], attrs: scanOf(`f${i - 1}`) },
        { id: "b", op: "scan", args: ["a"], attrs: scanOf(`f${i - 1}`) },
      ],
      outputs: ["b"],
    };
  }
  const graph = {
    functions,
    inputs: [{ name: "x" }],
    nodes: [{ id: "y", op: "scan", args: ["x"], attrs: scanOf("f39") }],
    outputs: ["y"],
  };
  // It is more work than any call's time.
  const { error } = await rpc("gradient", { graph, inputs: { x: 0.5 }, timeoutMs: 500 });
  expect([-32004, -32005]).toContain(error.code);
});

test("a body of very many nodes is compiled, and its loop meets a deadline in the middle", async () => {
  const count = 5000;
  const nodes = Array.from({ length: count }, (_, i) => {
    const last = i === 0 ? "x" : `n${i - 1}`;
    return i % 3 === 0
      ? { id: `n${i}`, op: "square", args: [last] }
      : { id: `n${i}`, op: "subtract", args: [last, 1 / (i + 1)] };
  });
  const document = (length: number) => ({
    functions: { f: { inputs: [{ name: "x" }], nodes, outputs: [`n${count - 1}`] } },
    inputs: [{ name: "x" }],
    nodes: [{ id: "y", op: "scan", args: ["x"], attrs: { ...scanOf("f"), length } }],
    outputs: ["y"],
  });
  const [compiled, interpreted] = ["compiled", "interpreted"].map((PROGRAMS) => start({ PROGRAMS }));
  const few = { graph: document(3), inputs: { x: 0.5 } };
  expect((await compiled!.ok("evaluate", few)).outputs).toEqual((await interpreted!.ok("evaluate", few)).outputs);
  const many = { graph: document(10_000_000), inputs: { x: 0.5 }, timeoutMs: 1500 };
  expect(await compiled!.fails("evaluate", many)).toMatchObject({ code: -32005 });
});
