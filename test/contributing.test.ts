import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createContext } from "../src/calls/context.ts";
import { readConfig } from "../src/config.ts";
import { buildApp } from "../src/http/app.ts";
import { methods } from "../src/methods/index.ts";
import type { Op } from "../src/operators/kinds.ts";
import { createDispatcher } from "../src/rpc/dispatch.ts";
import { jvpIsDifference, modesAreAdjoint } from "./support/laws.ts";
import { sampleOperator } from "./support/samples.ts";

// The code in CONTRIBUTING, as a reader would write it: each block as a file, its imports where it says it stands.

const root = new URL("../", import.meta.url).pathname;
const contributing = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
const blocks = [...contributing.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text]) => text!);
const folder = mkdtempSync(join(tmpdir(), "contributing-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The module of the block that declares a name, as if it stood in a folder of `src/`, after some imports. */
async function moduleOf(name: string, place: string, imports = ""): Promise<Record<string, unknown>> {
  const block = blocks.find((text) => new RegExp(`^export const ${name}\\b.* = `, "m").test(text));
  const path = join(folder, `${name}.ts`);
  const source = (imports + block).replaceAll(
    / from "(\.[^"]+)"/g,
    (_, target) => ` from "${join(root, place, target)}"`,
  );
  writeFileSync(path, source.replace(' from "zod"', ` from "${import.meta.resolve("zod")}"`));
  return import(path);
}

const imports = `
  import { abs, divide, multiply, reciprocal, square } from "./arithmetic.ts";
  import type { ElementwiseOperator } from "../../graph/operator.ts";
  import { composite, type Op } from "../kinds.ts";
  import { equal } from "./choice.ts";
  import { add } from "../linear.ts";
  import { smooth } from "../smooth.ts";
`;

test.for(["fourth_root", "softsign"])("the operator %s keeps the laws", async (name) => {
  const { operator } = (await moduleOf(name, "src/operators/families", imports))[name] as Op;
  const samples = Array.from({ length: 10 }, (_, seed) => sampleOperator(operator, seed, "generic"));
  const said = samples.map((sample) => [jvpIsDifference(sample), modesAreAdjoint(sample)]);
  expect(said.filter(([difference, adjoint]) => difference && adjoint).length).toBeGreaterThan(5);
});

test("the method answers its example", async () => {
  const { graphCount } = (await moduleOf("graphCount", "src/methods")) as {
    graphCount: (typeof methods)[number];
  };
  const config = readConfig();
  const all = [...methods, graphCount];
  const app = buildApp({
    config,
    methods: all,
    dispatch: (observers) =>
      createDispatcher({ methods: all, context: createContext(config), limits: config.limits, ...observers }),
  });
  const [example] = graphCount.examples;
  const answer = await app.inject({ method: "POST", url: "/v1/graph.count", payload: example!.params });
  expect(answer.json()).toEqual(example!.result);
  await app.close();
});
