import { buildParser } from "@lezer/generator";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { standardTrace } from "../../src/methods/schemas/examples.ts";
import type { Trace } from "../../src/playground/api/wire.ts";
import { formulaGrammar } from "../../src/playground/bundle/grammar.ts";
import { fold } from "../../src/playground/graph/fold.ts";
import { layoutOf, pathData } from "../../src/playground/graph/layout.ts";
import { modelOfTrace, outputNodes } from "../../src/playground/graph/model.ts";
import { pictureOf, svgText } from "../../src/playground/graph/picture.ts";
import { pan, whole, zoom } from "../../src/playground/graph/viewport.ts";
import { knownAfter, stepsOf } from "../../src/playground/steps/steps.ts";
import { rules } from "../../src/syntax/formula/grammar.ts";

const trace: Trace = JSON.parse(JSON.stringify({ graph: "sha256:", ...standardTrace.result }));
const model = modelOfTrace(trace, new Map());

describe("the steps of a sweep", () => {
  test("forward make a row each, from the inputs on", () => {
    const steps = stepsOf(trace, "forward");
    expect(steps.map(({ row }) => row)).toEqual(["x1", "x2", "v1", "v2", "v3", "v4", "y"]);
    expect(steps[3]!.edges).toEqual([
      { from: "x1", to: "v2" },
      { from: "x2", to: "v2" },
    ]);
  });

  test("in reverse add up to the adjoints, one use after the other", () => {
    const steps = stepsOf(trace, "reverse");
    const x2After = (count: number) => knownAfter(trace, "reverse", steps, count).get("x2")!;
    expect(steps.length).toBe(9);
    expect(x2After(5).derivative).toBeUndefined();
    expect(x2After(6)).toMatchObject({ derivative: -Math.cos(5), isWhole: false });
    expect(x2After(7)).toEqual({ value: 5, derivative: 2 - Math.cos(5), isWhole: true });
  });

  test("end with all that the trace has", () => {
    for (const direction of ["forward", "reverse"] as const) {
      const steps = stepsOf(trace, direction);
      const known = knownAfter(trace, direction, steps, steps.length);
      for (const node of trace.nodes) {
        const derivative = direction === "forward" ? node.tangent : node.adjoint;
        expect(known.get(node.name)).toEqual({ value: node.value, derivative, isWhole: true });
      }
    }
  });
});

describe("the drawing", () => {
  test("has inputs in the first layer, outputs in the last, and every edge going right", () => {
    const { nodes, edges } = layoutOf(model);
    const x = (name: string) => nodes.get(name)!.x;
    expect(new Set(["x1", "x2"].map(x)).size).toBe(1);
    expect(model.nodes.filter(({ name }) => x(name) >= x("y")).map(({ name }) => name)).toEqual(["y"]);
    for (const { from, to } of edges) expect(x(from)).toBeLessThan(x(to));
  });

  test("has no two nodes in one place, for any graph", () => {
    const graphs = fc
      .integer({ min: 1, max: 12 })
      .chain((count) =>
        fc.array(fc.array(fc.nat({ max: count }), { maxLength: 3 }), { minLength: count, maxLength: count }),
      );
    fc.assert(
      fc.property(graphs, (operands) => {
        const nodes = operands.map((_, i) => ({
          name: `n${i}`,
          op: i === 0 ? "input" : "add",
          kind: i === 0 ? ("input" as const) : ("operator" as const),
          outputs: i === operands.length - 1 ? ["y"] : [],
        }));
        const edges = operands.flatMap((args, i) =>
          [...new Set(args.filter((arg) => arg < i))].map((arg) => ({ from: `n${arg}`, to: `n${i}`, count: 1 })),
        );
        const layout = layoutOf({ nodes, edges });
        const boxes = [...layout.nodes.values()];
        for (const [i, a] of boxes.entries()) {
          expect(a.x - a.width / 2).toBeGreaterThanOrEqual(0);
          expect(a.y + a.height / 2).toBeLessThanOrEqual(layout.height);
          for (const b of boxes.slice(i + 1)) {
            const overlaps = Math.abs(a.x - b.x) < a.width && Math.abs(a.y - b.y) < a.height;
            expect(overlaps).toBe(false);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test("leaves and arrives level", () => {
    expect(
      pathData([
        { x: 0, y: 0 },
        { x: 10, y: 4 },
      ]),
    ).toBe("M0 0C5 0 5 4 10 4");
  });

  test("names outputs that are other nodes", () => {
    const document = { outputs: ["a", { name: "b", node: "v4" }] };
    expect(outputNodes(document)).toEqual(new Map([["b", "v4"]]));
    const named = modelOfTrace({ ...trace, outputs: { y: 1, b: 2 } }, outputNodes(document));
    expect(named.nodes.filter(({ outputs }) => outputs.length > 0).map(({ name, outputs }) => [name, outputs])).toEqual(
      [
        ["v4", ["b"]],
        ["y", ["y"]],
      ],
    );
  });
});

describe("the viewport", () => {
  test("shows all of a drawing in the middle", () => {
    const view = whole({ width: 400, height: 100 }, { width: 200, height: 200 });
    expect(view).toEqual({ x: 0, y: -150, scale: 0.5 });
  });

  test("keeps the place under the pointer where it is", () => {
    const at = { x: 30, y: 70 };
    const before = { x: 5, y: 6, scale: 2 };
    const after = zoom(before, 1.5, at);
    expect(after.x + at.x / after.scale).toBeCloseTo(before.x + at.x / before.scale);
    expect(after.y + at.y / after.scale).toBeCloseTo(before.y + at.y / before.scale);
    expect(pan(before, 10, -10)).toEqual({ x: 0, y: 11, scale: 2 });
  });
});

describe("the editor's grammar", () => {
  const parser = buildParser(formulaGrammar());
  const read = (text: string) => parser.parse(text).toString();

  test("knows operands from what stands between them", () => {
    expect(read("a + b <= -pi")).toBe("Formula(Name,Operator,Name,Operator,Operator,Constant)");
    expect(read("a and not b")).toBe("Formula(Name,Word(Keyword),Word(Keyword),Name)");
    expect(read("x' + y' # it's")).toBe("Formula(Name,Transpose,Operator,Name,Transpose,Comment)");
    expect(read("x.T[0, :]")).toBe('Formula(Name,Member,Index("[",Number,Punctuation(","),Punctuation(":"),"]"))');
    expect(read("|[1, a]|")).toBe('Formula(Operator,Array("[",Number,Punctuation(","),Name,"]"),Operator)');
  });

  test("knows attributes from definitions", () => {
    expect(read("a = sum(x, axis=0)")).toBe(
      'Formula(Definition(Name,Equals),Call(Name,"(",Name,Punctuation(","),Attribute(Name,Equals),Number,")"))',
    );
    expect(read("einsum('ij->i', A)")).toBe('Formula(Call(Name,"(",Text,Punctuation(","),Name,")"))');
  });

  test("reads whatever the service reads, and all the rules of formulas, without a fault", () => {
    for (const { example } of rules) expect(read(example)).not.toContain("⚠");
  });
});

describe("a graph that is folded", () => {
  const nodes = ["x", "t1", "t2", "a", "t3", "y"].map((name) => ({
    name,
    op: "add",
    kind: name === "x" ? ("input" as const) : ("operator" as const),
    outputs: name === "y" ? ["y"] : [],
  }));
  const edges = [
    ["x", "t1"],
    ["t1", "a"],
    ["x", "t2"],
    ["t2", "a"],
    ["t2", "t3"],
    ["a", "y"],
    ["t3", "y"],
  ].map(([from, to]) => ({ from: from!, to: to!, count: 1 }));
  const options = {
    isNamed: ({ name }: { name: string }) => !name.startsWith("t"),
    isFolding: true,
    unfolded: new Set<string>(),
    focus: undefined,
    nodesMax: 10,
  };

  test("has each step without a name in the statement that alone uses it", () => {
    const folded = fold({ nodes, edges }, options);
    expect(folded.nodes.map(({ name }) => name)).toEqual(["x", "t2", "a", "y"]);
    expect([...folded.folded]).toEqual([
      ["a", 1],
      ["y", 1],
    ]);
    expect(folded.edges.map(({ from, to }) => `${from} ${to}`)).toEqual(["x a", "x t2", "t2 a", "t2 y", "a y"]);
    expect(folded.seenAs.get("t3")).toBe("y");
  });

  test("may be unfolded, one statement or all", () => {
    const one = fold({ nodes, edges }, { ...options, unfolded: new Set(["a"]) });
    expect(one.nodes.map(({ name }) => name)).toEqual(["x", "t1", "t2", "a", "y"]);
    const all = fold({ nodes, edges }, { ...options, isFolding: false });
    expect(all.nodes).toEqual(nodes);
  });

  test("leaves out what is farthest from the outputs, or from what is looked at", () => {
    const few = fold({ nodes, edges }, { ...options, isFolding: false, nodesMax: 3 });
    expect(few.nodes.map(({ name }) => name)).toEqual(["a", "t3", "y"]);
    expect([few.leftOut, few.seenAs.has("x")]).toEqual([3, false]);
    const around = fold({ nodes, edges }, { ...options, isFolding: false, nodesMax: 3, focus: "x" });
    expect(around.nodes.map(({ name }) => name)).toEqual(["x", "t1", "t2"]);
  });
});

describe("a large graph", () => {
  test("is laid out in layers in little time: no edge goes back, and no two nodes are in one place", () => {
    const count = 5000;
    const nodes = Array.from({ length: count }, (_, i) => ({
      name: `n${i}`,
      op: "add",
      kind: i < 2 ? ("input" as const) : ("operator" as const),
      outputs: i === count - 1 ? ["y"] : [],
    }));
    const edges = nodes.flatMap(({ name }, i) =>
      i < 2 ? [] : [`n0`, `n${Math.max(0, i - 3)}`].map((from) => ({ from, to: name, count: 1 })),
    );
    const layout = layoutOf({ nodes, edges });
    const places = new Set([...layout.nodes.values()].map(({ x, y }) => `${Math.round(x)} ${Math.round(y)}`));
    expect(places.size).toBe(count);
    for (const { from, to } of edges) expect(layout.nodes.get(from)!.x).toBeLessThan(layout.nodes.get(to)!.x);
  });
});

test("a picture of the drawing needs nothing but itself", () => {
  const folded = fold(model, {
    isNamed: () => true,
    isFolding: false,
    unfolded: new Set(),
    focus: undefined,
    nodesMax: 99,
  });
  const steps = stepsOf(trace, "reverse");
  const palette = { ground: "#fff", node: "#eee", ink: "#000", quiet: "#555", line: "#888", derivative: "#00f" };
  const picture = pictureOf(folded, layoutOf(folded), knownAfter(trace, "reverse", steps, steps.length), palette);
  const svg = svgText(picture);
  expect(
    picture.shapes
      .filter((shape) => shape.kind === "text" && shape.fill === "#00f")
      .map((shape) => "text" in shape && shape.text),
  ).toEqual(["5.5", "1.71634", "1", "1", "−1", "1", "1"]);
  expect(svg).not.toMatch(/class=|href=|url\(/);
  expect(
    svgText({ ...picture, shapes: [{ kind: "text", text: "a<b&c", x: 0, y: 0, size: 1, fill: "", anchor: "end" }] }),
  ).toContain(">a&lt;b&amp;c</text>");
});
