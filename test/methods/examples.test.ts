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
      const { params, result, isPart, after } = example;
      const check = (answer: unknown) => {
        if (isPart) expect(answer).toEqual(partly(result));
        else expect(difference(answer, result)).toBeUndefined();
      };
      const services = [start(), start()] as const;
      if (after) for (const { ok } of services) await ok(after.method, after.params);
      check(await services[0].ok(method, params));
      const plain = await post(services[1].app, method, params);
      expect(plain.statusCode).toBe(200);
      check(plain.json());
    },
  );

  test("results are what their schemas declare", async () => {
    for (const { name, result, examples } of alone) {
      for (const { params, after } of examples) {
        const { ok } = start();
        if (after) await ok(after.method, after.params);
        expect(result.safeParse(await ok(name, params)).success).toBe(true);
      }
    }
  });

  test("methods have at least one", () => {
    expect(methods.filter(({ examples }) => examples.length === 0)).toEqual([]);
  });
});

/** What has at least the members of objects and the items of lists. */
function partly(part: unknown): unknown {
  if (Array.isArray(part)) return expect.arrayContaining(part.map(partly));
  if (typeof part !== "object" || part === null) return part;
  return expect.objectContaining(
    Object.fromEntries(Object.entries(part).map(([name, value]) => [name, partly(value)])),
  );
}

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
