import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { examples } from "../../src/playground/examples/index.ts";
import { snippetCall } from "../../src/playground/snippets/calls.ts";
import { type Json, prettyJson } from "../../src/playground/snippets/json.ts";
import { languages } from "../../src/playground/snippets/languages.ts";
import { fragmentOf, sessionOf } from "../../src/playground/state/link.ts";

const [{ session }] = examples as [(typeof examples)[0]];
const call = { graph: { expression: "log(x1) + x1*x2 - sin(x2)" }, inputs: { x1: 2, x2: [5, 6] } };

describe("calls for machines", () => {
  const written = (name: string) =>
    languages
      .find((language) => language.name === name)!
      .write(snippetCall("http://h:1", "jacobian", call, session, []));

  test("in a shell", () => {
    expect(written("curl")).toMatchInlineSnapshot(`
      "curl -s http://h:1/v1/jacobian -d '{
        "graph": {"expression": "log(x1) + x1*x2 - sin(x2)"},
        "inputs": {"x1": 2, "x2": [5, 6]}
      }'
      "
    `);
  });

  test("in Python", () => {
    expect(written("Python")).toMatchInlineSnapshot(`
      "import json

      import numpy as np
      import requests

      inputs = {
          "x1": np.array(2),
          "x2": np.array([5, 6]),
      }
      body = {
          "graph": {"expression": "log(x1) + x1*x2 - sin(x2)"},
          "inputs": {name: array.tolist() for name, array in inputs.items()},
      }
      response = requests.post("http://h:1/v1/jacobian", json=body, timeout=30)
      answer = response.json()
      if not response.ok:
          raise SystemExit(answer["detail"])
      print(json.dumps(answer["jacobian"]))
      "
    `);
  });

  test("in Go", () => {
    expect(written("Go")).toContain(`	body := \`{
  "graph": {"expression": "log(x1) + x1*x2 - sin(x2)"},
  "inputs": {"x1": 2, "x2": [5, 6]}
}\`
	response, err := http.Post("http://h:1/v1/jacobian", "application/json", strings.NewReader(body))`);
  });

  test("in Java", () => {
    expect(written("Java")).toContain(`    var body = """
        {
          "graph": {"expression": "log(x1) + x1*x2 - sin(x2)"},
          "inputs": {"x1": 2, "x2": [5, 6]}
        }
        """;
    var request = HttpRequest.newBuilder(URI.create("http://h:1/v1/jacobian"))`);
  });

  test("hold whatever a graph may hold", () => {
    const odd = { graph: { expression: 'it\'s `x`\n\\ """ y' }, inputs: {} };
    const snippet = (name: string) =>
      languages
        .find((language) => language.name === name)!
        .write(snippetCall("http://h", "jacobian", odd, session, []));
    expect(snippet("curl")).toContain(`it'\\''s \`x\`\\n\\\\ \\"\\"\\" y`);
    expect(snippet("Go")).toContain(`${String.raw`body := "{\"graph\":{\"expression\":\"it's `}\`x\``);
    expect(snippet("Java")).toContain(String.raw`\\n\\\\ \\"\\"\\" y`);
    expect(snippet("Python")).toContain('{"expression": "it\'s `x`\\n\\\\ \\"\\"\\" y"}');
  });

  test("send the seeds that are set, and one of 1 where a product needs some", () => {
    const body = (method: Parameters<typeof snippetCall>[1], cotangents = {}) =>
      snippetCall("", method, call, { seeds: { x1: 3 }, cotangents }, ["y"]).body;
    expect(body("jvp")).toEqual({ ...call, seeds: { x1: 3 } });
    expect(body("vjp")).toEqual({ ...call, seeds: { y: 1 } });
    expect(body("vjp", { y: 2 })).toEqual({ ...call, seeds: { y: 2 } });
    expect(body("symbolic")).toEqual({ graph: call.graph });
  });
});

test("JSON for people is the same JSON", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.stringify(JSON.parse(prettyJson(value as Json)))).toBe(JSON.stringify(value));
    }),
  );
});

describe("links", () => {
  test("give back every session", async () => {
    for (const example of examples) expect(await sessionOf(await fragmentOf(example.session))).toEqual(example.session);
  });

  test("that hold no session, or more than is sensible, are none", async () => {
    const packed = async (value: unknown) => fragmentOf(value as typeof session);
    for (const fragment of [
      "",
      "#graph",
      "#s=AAAA",
      await packed(7),
      await packed({ ...session, source: { form: "formula" } }),
      await packed({ ...session, inputs: { x: { value: [1, [2]] } } }),
      await packed({ ...session, source: { form: "formula", text: " ".repeat(5_000_000) } }),
    ]) {
      expect(await sessionOf(fragment)).toBeUndefined();
    }
    const odd = await packed({ ...session, tab: "other", direction: "up" });
    expect(await sessionOf(odd)).toEqual({ ...session, tab: "trace", direction: "reverse" });
  });
});
