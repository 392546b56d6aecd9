import { describe, expect, test } from "vitest";
import { methods } from "../../src/methods/index.ts";
import { difference, post, start } from "./service.ts";

// Those that tell one story together are held in test/jobs.
const alone = methods.map(({ name, result, examples }) => {
  return { name, result, examples: examples.filter(({ isStory }) => !isStory) };
});
const examples = alone.flatMap(({ name, examples }) => examples.map((example) => [name, example.name, example]));

describe("every example of the documents is what the service answers", () => {
  test.each(examples as [string, string, (typeof methods)[number]["examples"][number]][])(
    "%s: %s",
    async (method, _, example) => {
      expect(difference(await start().ok(method, example.params), example.result)).toBeUndefined();
      const plain = await post(start().app, method, example.params);
      expect(plain.statusCode).toBe(200);
      expect(difference(plain.json(), example.result)).toBeUndefined();
    },
  );

  test("results are what their schemas declare", async () => {
    for (const { name, result, examples } of alone) {
      for (const { params } of examples) expect(result.safeParse(await start().ok(name, params)).success).toBe(true);
    }
  });

  test("methods without an example are those whose answers are tested elsewhere", () => {
    const without = methods.filter((method) => method.examples.length === 0).map(({ name }) => name);
    expect(without).toEqual(["graph.get", "operators", "rpc.discover"]);
  });
});

describe("what the service tells of itself", () => {
  test("rpc.discover is the document of /openrpc.json and lists every method", async () => {
    const { app, ok } = start();
    const document = await ok("rpc.discover");
    expect(document).toEqual((await app.inject({ url: "/openrpc.json" })).json());
    expect(document.methods.map(({ name }: { name: string }) => name).sort()).toEqual(
      methods.map(({ name }) => name).sort(),
    );
  });

  test("operators are told with all that the contract promises", async () => {
    const { operators } = await start().ok("operators");
    expect(operators.length).toBeGreaterThan(90);
    for (const operator of operators) {
      expect(Object.keys(operator)).toEqual(
        expect.arrayContaining(["name", "aliases", "summary", "signature", "attributes", "derivative", "cost"]),
      );
    }
    const byName = new Map<string, Record<string, unknown>>(operators.map((o: { name: string }) => [o.name, o]));
    expect(byName.get("add")).toMatchObject({ cost: expect.stringMatching(/1/) });
    expect(byName.get("abs")!.kinks).toMatch(/0/);
    expect(byName.get("subtract")!.aliases).toEqual(["sub"]);
    expect(byName.has("input")).toBe(false);
    expect(byName.has("constant")).toBe(false);
  });

  test("operators take no parameter", async () => {
    expect(await start().fails("operators", { verbose: true })).toMatchObject({
      code: -32602,
      issues: [{ path: "/verbose" }],
    });
  });
});
