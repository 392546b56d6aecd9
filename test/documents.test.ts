import { readFileSync } from "node:fs";
import * as openRpc from "@open-rpc/meta-schema";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv } from "ajv";
import draft7 from "ajv/dist/refs/json-schema-draft-07.json" with { type: "json" };
import { afterAll, describe, expect, test } from "vitest";
import { about, readConfig } from "../src/config.ts";
import { buildApp } from "../src/http/app.ts";
import { methods } from "../src/methods/index.ts";
import { openApiClientDocument } from "../src/rpc/documents/client.ts";
import { generatorFaults } from "../src/rpc/documents/dialect.ts";
import { openApiDocument } from "../src/rpc/documents/openapi.ts";
import { openRpcDocument } from "../src/rpc/documents/openrpc.ts";
import { pascalCase } from "../src/rpc/documents/schema.ts";
import { anyService } from "../src/rpc/documents/security.ts";
import { documentYaml } from "../src/rpc/documents/yaml.ts";
import { alone } from "./support/alone.ts";
import { validators } from "./support/openapi.ts";

// biome-ignore lint/suspicious/noExplicitAny: a test looks into documents by hand.
const openApi = openApiDocument(methods, { ...about, ...anyService }) as any;
const committed = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");

describe("the service's OpenAPI document", () => {
  test("is valid", async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(openApi));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  });

  test("is the committed one", async () => {
    expect(await documentYaml(openApi)).toBe(committed("openapi.yaml"));
    expect(await documentYaml(openApiClientDocument(openApi))).toBe(committed("openapi.client.yaml"));
  });

  test("has nothing that generators of clients get wrong", () => {
    expect(generatorFaults(openApi)).toEqual([]);
  });

  test("accepts the methods' own examples, and no parameter that does not exist", () => {
    const check = validators(openApi);
    for (const { name, examples } of methods) {
      const { operationId, requestBody } = openApi.paths[`/v1/${name}`].post;
      const params = requestBody.content["application/json"].schema.$ref.split("/").at(-1);
      for (const example of examples) {
        const request = { jsonrpc: "2.0", id: 1, method: name, params: example.params };
        const verdict = {
          params: check(params)(example.params),
          unknown: check(params)({ ...example.params, unknown: 1 }),
          rpc: check("RpcBody")(request),
          result: check(`${operationId[0].toUpperCase()}${operationId.slice(1)}Result`)(example.result),
        };
        expect({ name, ...verdict }).toEqual({ name, params: true, unknown: false, rpc: true, result: true });
      }
    }
  });
});

describe("answers fit one member of each union that the OpenAPI document has", () => {
  const config = readConfig();
  const app = buildApp({ config, methods, dispatch: alone(config).dispatch });
  afterAll(() => app.close());
  const check = validators(openApi);
  const graph = {
    expression: "s = x * y; u = sum(x)",
    inputs: [{ name: "x", shape: [3] }, { name: "y" }],
    outputs: ["s"],
  };
  const scalar = { ...graph, outputs: ["u"] };
  const inputs = { x: [1, 2, 3], y: 2 };
  const matrices = ["blocks", "matrix"].flatMap((layout) =>
    ["dense", "coo", "csr"].flatMap((format) => [
      { layout, format },
      { layout, format, batch: 2 },
    ]),
  );
  const calls = [
    ...matrices.map((params) => ["jacobian", { graph, inputs, ...params }]),
    ...matrices.map((params) => ["hessian", { graph: scalar, inputs, ...params }]),
    ["numerical", { graph, inputs }],
    ["numerical", { graph, inputs, layout: "matrix", batch: 2 }],
    ["numerical", { graph: scalar, inputs, method: "gradient" }],
    ["numerical", { graph, inputs, method: "jvp", seeds: { y: 1 } }],
    ["numerical", { graph, inputs, method: "jvp", seeds: [{ y: 1 }, {}] }],
    ["jvp", { graph, inputs, seeds: { y: 1 } }],
    ["jvp", { graph, inputs, seeds: [] }],
    ["vjp", { graph, inputs, seeds: [{ s: [1, 0, 0] }] }],
  ].flatMap(([method, params]) =>
    ["json", "flat", "base64"].map((encoding) => [method, { ...(params as object), encoding }]),
  );

  test.for(calls as [string, Record<string, unknown>][])("%s %j", async ([method, params]) => {
    const answer = await app.inject({ method: "POST", url: `/v1/${method}`, payload: params });
    expect(answer.statusCode).toBe(200);
    const result = check(`${pascalCase(method)}Result`);
    result(answer.json());
    expect(result.errors).toBeNull();
  });

  test("a problem is what the document says that it is", async () => {
    const answer = await app.inject({
      method: "POST",
      url: "/v1/evaluate",
      payload: { graph: { expression: "lag(x)" } },
    });
    const problem = check("Problem");
    problem(answer.json());
    expect(problem.errors).toBeNull();
  });
});

describe("the service's OpenRPC document", () => {
  test("is valid", () => {
    const ajv = new Ajv({ strict: false, validateFormats: false });
    // As in test/rpc/documents.test.ts: the meta-schema refers to one that lives elsewhere.
    const { $id, ...draft } = { ...draft7, definitions: { ...draft7.definitions, JSONSchemaObject: draft7 } };
    for (const key of ["https://meta.json-schema.tools", "https://meta.json-schema.tools/"]) ajv.addSchema(draft, key);
    const { $schema, ...metaSchema } = (openRpc as unknown as { openrpcDocument: Record<string, unknown> })
      .openrpcDocument;
    const validate = ajv.compile(metaSchema);
    validate(openRpcDocument(methods, about));
    expect(validate.errors).toBeNull();
  });

  test("is the committed one", () => {
    expect(openRpcDocument(methods, about)).toEqual(JSON.parse(committed("openrpc.json")));
  });
});
