import { signal } from "@preact/signals";
import { describe, expect, test } from "vitest";
import { problemOf, problemOfThrown, Refused } from "../../src/playground/api/problem.ts";
import { rangeOfProblem } from "../../src/playground/language/places.ts";
import { sessionOfText } from "../../src/playground/state/dropped.ts";
import { resource } from "../../src/playground/state/resource.ts";
import type { Session } from "../../src/playground/state/session.ts";
import { elementsOf, readTensor, shapeOf, shown, shownTensor, tensorOf } from "../../src/playground/state/tensor.ts";
import { graphParam, pointOf, translate } from "../../src/playground/state/translate.ts";

describe("tensors", () => {
  test("have a shape, elements in order, and are made of both", () => {
    const tensor = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    expect(shapeOf(tensor)).toEqual([2, 3]);
    expect(elementsOf(tensor)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(tensorOf([2, 3], (i) => i + 1)).toEqual(tensor);
    expect([shapeOf(7), shapeOf("NaN"), shapeOf({ shape: [2], data: [1, 2] })]).toEqual([[], [], [2]]);
  });

  test("are read from what people type, or it is told what is wrong", () => {
    expect([readTensor("2.5"), readTensor(" −3 "), readTensor("Infinity")]).toEqual([2.5, -3, "Infinity"]);
    expect(readTensor("[[1, 2], [3, 4]]")).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(() => readTensor("[1, [2]]")).toThrow("rows are not of one length");
    expect(() => readTensor("")).toThrow("write a number");
    expect(() => readTensor('["a"]')).toThrow('"a" is no number');
  });

  test("are shown short", () => {
    expect([shown(11.652071455223084), shown(-0.958924274), shown(1e-12), shown(Number.NaN)]).toEqual([
      "11.6521",
      "−0.958924",
      "1e−12",
      "NaN",
    ]);
    expect([shown(1.23456e-7), shown(Number.NEGATIVE_INFINITY), shown(123456789012)]).toEqual([
      "1.235e−7",
      "−∞",
      "1.235e+11",
    ]);
    expect([shownTensor([1, 2]), shownTensor([[1], [2]]), shownTensor(true)]).toEqual(["[1, 2]", "2 × 1", "true"]);
  });
});

const session: Session = {
  source: { form: "formula", text: "log(x1) + x1*x2" },
  inputs: { x1: { value: 2 } },
  seeds: {},
  cotangents: {},
  direction: "reverse",
  tab: "trace",
};

describe("sources", () => {
  test("have their free symbols as inputs, in the order in which they occur", () => {
    expect(translate(session.source)!.inputs).toEqual([{ name: "x1" }, { name: "x2" }]);
    expect(translate({ form: "formula", text: "a = x +" })).toBeUndefined();
  });

  test("declare inputs where one of them is a tensor, with the shapes of the values", () => {
    const translation = translate(session.source);
    expect(graphParam(session, translation)).toEqual({ expression: "log(x1) + x1*x2" });
    const inputs = { x1: { value: [1, 2] }, x2: { value: 1, dtype: "int32" } };
    expect(graphParam({ ...session, inputs }, translation)).toEqual({
      expression: "log(x1) + x1*x2",
      inputs: [
        { name: "x1", shape: [2] },
        { name: "x2", shape: [], dtype: "int32" },
      ],
    });
  });

  test("have a point in which what is not set is 1, of the declared shape", () => {
    expect(pointOf(session, translate(session.source)!)).toEqual({ x1: 2, x2: 1 });
    const text = JSON.stringify({ inputs: [{ name: "x", shape: [2] }], nodes: [], outputs: ["x"] });
    const document = translate({ form: "json", text })!;
    expect(pointOf(session, document)).toEqual({ x: [1, 1] });
    expect(graphParam({ ...session, source: { form: "json", text: "{" } }, undefined)).toBeUndefined();
  });
});

describe("a file that is dropped", () => {
  test("is a formula, a document, or a call with its point", () => {
    const document = { inputs: [{ name: "x" }], nodes: [], outputs: ["x"] };
    expect(sessionOfText("y = x^2\n").source).toEqual({ form: "formula", text: "y = x^2" });
    expect(sessionOfText(JSON.stringify(document))).toMatchObject({
      source: { form: "json", text: JSON.stringify(document) },
      inputs: {},
    });
    expect(
      sessionOfText(JSON.stringify({ graph: { expression: "x+y", outputs: ["y"] }, inputs: { x: [1, 2] } })),
    ).toMatchObject({
      source: { form: "formula", text: "x+y", outputs: ["y"] },
      inputs: { x: { value: [1, 2] } },
    });
    expect(JSON.parse(sessionOfText(JSON.stringify({ graph: document })).source.text)).toEqual(document);
  });
});

describe("problems", () => {
  test("are read from problem documents and JSON-RPC errors alike", () => {
    const data = { type: "invalid_graph", reason: "no such operator", line: 1, column: 5, node: "y" };
    const problem = { type: "invalid_graph", message: "no such operator", line: 1, column: 5, node: "y" };
    expect(problemOf({ type: "urn:cotangent:error:invalid_graph", detail: "at length", data }, 422)).toEqual(problem);
    expect(problemOf({ code: -32001, message: "at length", data }, 200)).toEqual(problem);
    expect(problemOf(undefined, 502)).toEqual({ type: "failed", message: "the service answered with status 502" });
  });

  test("are none where a call was given up, and tell of a service that is not there", () => {
    expect(problemOfThrown(new DOMException("", "AbortError"))).toBeUndefined();
    expect(problemOfThrown(new TypeError("fetch failed"))?.type).toBe("unreachable");
  });

  test("are at the word that is meant", () => {
    const at = (text: string, line: number, column: number) => {
      const range = rangeOfProblem(text, { type: "", message: "", line, column }, "formula")!;
      return text.slice(range.from, range.to);
    };
    expect(at("a = 1\r\ny = lag(a)", 2, 5)).toBe("lag");
    expect(at("x + § y", 1, 5)).toBe("§");
    expect(at("x + (y", 1, 7)).toBe("y");
    const json = '{"nodes":[{"id":"v.1","op":"lag"}]}';
    expect(rangeOfProblem(json, { type: "", message: "", node: "v.1" }, "json")).toEqual({ from: 16, to: 21 });
    expect(rangeOfProblem(json, { type: "", message: "", node: "other" }, "json")).toBeUndefined();
  });
});

describe("a resource", () => {
  const settled = async () => new Promise((resolve) => setTimeout(resolve, 5));

  test("asks for what its parameters are last, and drops older answers", async () => {
    const params = signal<number | undefined>(undefined);
    const answers: ((value: string) => void)[] = [];
    const loaded = resource(params, () => new Promise<string>((resolve) => answers.push(resolve)), 0);
    expect(loaded.value).toEqual({ data: undefined, problem: undefined, isPending: true });
    params.value = 1;
    await settled();
    params.value = 2;
    await settled();
    answers[1]!("second");
    await settled();
    answers[0]!("first");
    await settled();
    expect(loaded.value).toEqual({ data: "second", problem: undefined, isPending: false });
    params.value = undefined;
    expect(loaded.value).toEqual({ data: "second", problem: undefined, isPending: true });
  });

  test("keeps the last good answer beside a problem", async () => {
    const params = signal(1);
    const problem = { type: "invalid_graph", message: "no" };
    const ask = async (n: number) => {
      if (n === 2) throw new Refused(problem);
      return n;
    };
    const loaded = resource(params, ask, 0);
    await settled();
    params.value = 2;
    expect(loaded.value).toEqual({ data: 1, problem: undefined, isPending: true });
    await settled();
    expect(loaded.value).toEqual({ data: 1, problem, isPending: false });
  });
});
