import { expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { canonicalize } from "../../src/graph/canonical.ts";
import { functionsOf } from "../../src/graph/function.ts";
import { operators } from "../../src/operators/index.ts";
import { elsewhere } from "../../src/syntax/elsewhere.ts";
import { exampleInputs, exampleOf, namesElsewhere } from "../../src/syntax/operator-examples.ts";
import { readDocument, sentTypes } from "../../src/syntax/sources.ts";
import { start } from "../methods/service.ts";
import { newBuilder } from "../support/graphs.ts";

const { limits } = readConfig();

test("the example of each operator has it, and a value", async () => {
  const { ok } = start();
  for (const op of operators) {
    const document = { expression: exampleOf(op) };
    const sent = sentTypes(document, { inputs: exampleInputs, points: undefined }, limits);
    const { graph } = readDocument(document, newBuilder(), limits, sent);
    const { order } = canonicalize(graph);
    const used = [...order, ...functionsOf(order).flatMap(({ canonical }) => canonical.order)];
    expect(used.map((node) => node.op.name)).toContain(op.name);
    const inputs = Object.fromEntries(graph.inputs.map(({ name }) => [name, exampleInputs[name]]));
    const { outputs } = await ok("evaluate", { graph: document, inputs });
    expect(JSON.stringify(outputs), document.expression).not.toMatch(/NaN|Infinity|null/);
  }
});

test("operators are found by what they are called elsewhere, and these come first", async () => {
  const { ok } = start();
  const first = async (name: string, more: object = {}) =>
    (await ok("operators", { name, ...more })).operators.map((op: { name: string }) => op.name)[0];
  expect(await first("cumsum")).toBe("cumulative_sum");
  expect(await first("arctan2")).toBe("atan2");
  expect(await first("MLDIVIDE")).toBe("solve");
  expect(await first("ode45")).toBe("odeint");
  expect(await first("transpose", { family: "structure" })).toBe("matrix_transpose");
  const {
    operators: [cumulative],
  } = await ok("operators", { name: "cumulative_sum" });
  expect(cumulative).toMatchObject({ example: "cumulative_sum(v)", elsewhere: expect.arrayContaining(["cumsum"]) });
  for (const name of Object.keys(elsewhere)) {
    const { operators: found } = await ok("operators", { name });
    const meant = operators.filter((op) => namesElsewhere(op.name).includes(name));
    expect(found.map((op: { name: string }) => op.name)).toEqual(expect.arrayContaining(meant.map((op) => op.name)));
  }
});
