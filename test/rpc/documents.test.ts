import * as openRpc from "@open-rpc/meta-schema";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import draft7 from "ajv/dist/refs/json-schema-draft-07.json" with { type: "json" };
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { discoverMethod } from "../../src/rpc/discover.ts";
import { createDispatcher } from "../../src/rpc/dispatch.ts";
import { openApiDocument } from "../../src/rpc/documents/openapi.ts";
import { openRpcDocument } from "../../src/rpc/documents/openrpc.ts";
import { anonymousUnions, methodSchemas } from "../../src/rpc/documents/schema.ts";
import { ref, wire } from "../../src/rpc/documents/wire.ts";
import { defineMethod } from "../../src/rpc/method.ts";
import { fakeExchange, fakeInfo, fakeMethods } from "./fake.ts";

// biome-ignore lint/suspicious/noExplicitAny: a test looks into documents by hand.
const openApi = openApiDocument(fakeMethods, fakeInfo) as any;
const method = (name: string, params: z.ZodObject, result: z.ZodType = z.null()) =>
  defineMethod()({ name, summary: "", description: "", params, result, errors: [], examples: [], handle: () => null });

describe("the OpenAPI document", () => {
  test("is valid", async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(openApi));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  });

  test("is the same each time", () => {
    expect(JSON.stringify(openApiDocument(fakeMethods, fakeInfo))).toBe(JSON.stringify(openApi));
  });

  test("refers to nothing that is not there, and uses all that is", () => {
    const names = [...JSON.stringify(openApi).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1]);
    expect([...new Set(names)].sort()).toEqual(Object.keys(openApi.components.schemas).sort());
  });

  test("has no union with a member that has no name", () => {
    expect(anonymousUnions(openApi)).toEqual([]);
    expect(anonymousUnions({ a: { oneOf: [ref("A"), { type: "null" }] } })).toEqual(["/a/oneOf"]);
  });

  test("closes what is sent and leaves open what is answered, names what has a name", () => {
    const { GraphPutParams, GraphPutResult, FakeLabel, FakeTensor, FakeNested } = openApi.components.schemas;
    expect(GraphPutParams).toEqual({
      type: "object",
      properties: {
        label: ref("FakeLabel"),
        tensor: ref("FakeTensor"),
        mode: { default: "fast", type: "string", enum: ["fast", "slow"] },
        tags: { type: "object", additionalProperties: ref("FakeTensor") },
      },
      required: ["label", "tensor"],
      additionalProperties: false,
    });
    expect(GraphPutResult).toEqual({
      type: "object",
      properties: { label: ref("FakeLabel"), size: { type: "integer" }, tensor: ref("FakeTensor") },
      required: ["label", "size"],
    });
    expect(FakeLabel.additionalProperties).toBe(false);
    expect(FakeTensor).toEqual({ oneOf: [ref("FakeScalar"), ref("FakeNested")] });
    expect(FakeNested).toEqual({ type: "array", items: ref("FakeTensor") });
  });

  test("groups a method's errors by status", () => {
    const { operationId, responses } = openApi.paths["/v1/graph.put"].post;
    expect(operationId).toBe("graphPut");
    expect(Object.keys(responses)).toEqual(["200", "400", "403", "408", "413", "415", "422", "500", "503"]);
    expect(responses[422].description).toMatch(/`invalid_graph`.*\n\n`input_mismatch`/);
    expect(responses[422].content).toEqual({ "application/problem+json": { schema: ref("Problem") } });
  });

  test("describes /rpc as one request per method, or an array of them", () => {
    const { RpcBody, RpcCall, GraphPutRequest, UpdateRequest } = openApi.components.schemas;
    expect(RpcBody).toEqual({ oneOf: [ref("RpcCall"), ref("RpcCalls")] });
    expect(RpcCall.oneOf).toContainEqual(ref("GraphPutRequest"));
    expect(GraphPutRequest.properties.method).toEqual({ const: "graph.put" });
    expect(GraphPutRequest.required).toContain("params");
    expect(UpdateRequest.required).not.toContain("params");
  });

  test("has examples that its own schemas accept", () => {
    const ajv = new Ajv2020({ strict: false, schemas: [{ ...openApi, $id: "openapi:" }] });
    const check = (name: string) => ajv.compile(ref(name).$ref ? { $ref: `openapi:${ref(name).$ref}` } : {});
    for (const { name, examples } of fakeMethods) {
      const operation = openApi.paths[`/v1/${name}`].post;
      const params = operation.requestBody.content["application/json"].schema.$ref.split("/").at(-1);
      for (const example of examples) {
        expect(check(params)(example.params)).toBe(true);
        expect(check(params)({ ...example.params, unknown: 1 })).toBe(false);
        expect(check("RpcBody")([{ jsonrpc: "2.0", id: 1, method: name, params: example.params }])).toBe(true);
        expect(check("RpcAnswer")([{ jsonrpc: "2.0", id: 1, result: example.result }])).toBe(true);
      }
    }
  });
});

describe("the OpenRPC document", () => {
  test("is valid", () => {
    const ajv = new Ajv({ strict: false, validateFormats: false });
    // The meta-schema refers to a JSON Schema meta-schema that lives elsewhere; it is draft 7, with a place of its own.
    const { $id, ...draft } = { ...draft7, definitions: { ...draft7.definitions, JSONSchemaObject: draft7 } };
    for (const key of ["https://meta.json-schema.tools", "https://meta.json-schema.tools/"]) ajv.addSchema(draft, key);
    const { $schema, ...metaSchema } = (openRpc as unknown as { openrpcDocument: Record<string, unknown> })
      .openrpcDocument;
    const validate = ajv.compile(metaSchema);
    validate(openRpcDocument(fakeMethods, fakeInfo));
    expect(validate.errors).toBeNull();
  });

  test("is what rpc.discover answers, itself included", async () => {
    const methods = [...fakeMethods, discoverMethod(() => methods, fakeInfo)] as typeof fakeMethods;
    const dispatcher = createDispatcher({
      methods,
      context: { journal: [], admin: false },
      limits: { calls: 1, responseBytes: 1e6 },
    });
    const outcome = await dispatcher.run("rpc.discover", undefined, fakeExchange());
    expect(outcome.ok && JSON.parse(String(outcome.text))).toEqual(openRpcDocument(methods, fakeInfo));
  });

  test("describes a method by its params, its errors and its examples", () => {
    const [subtract] = openRpcDocument(fakeMethods, fakeInfo).methods as [Record<string, unknown>];
    const { errors, ...rest } = subtract;
    expect(rest).toMatchInlineSnapshot(`
      {
        "description": "The difference of two numbers.",
        "examples": [
          {
            "name": "the specification's",
            "params": [
              {
                "name": "minuend",
                "value": 42,
              },
              {
                "name": "subtrahend",
                "value": 23,
              },
            ],
            "result": {
              "name": "result",
              "value": 19,
            },
          },
        ],
        "name": "subtract",
        "paramStructure": "by-name",
        "params": [
          {
            "name": "minuend",
            "required": true,
            "schema": {
              "type": "number",
            },
          },
          {
            "name": "subtrahend",
            "required": true,
            "schema": {
              "type": "number",
            },
          },
        ],
        "result": {
          "name": "result",
          "schema": {
            "$ref": "#/components/schemas/SubtractResult",
          },
        },
        "summary": "Subtracts.",
      }
    `);
    expect((errors as { code: number }[]).map((e) => e.code)).toEqual([
      -32700, -32600, -32602, -32603, -32003, -32004, -32006,
    ]);
  });
});

describe("schemas", () => {
  test("two of one name are refused", () => {
    const one = method("one", z.object({ a: z.strictObject({ x: z.string() }).meta({ id: "SameName" }) }));
    const two = method("two", z.object({ a: z.strictObject({ y: z.string() }).meta({ id: "SameName" }) }));
    expect(() => methodSchemas([one, two])).toThrow("two schemas called SameName");
    expect(() => wire("FakeScalar", {})).toThrow("two wire types called FakeScalar");
  });

  test("a reference to nothing is refused", () => {
    const lost = wire("Lost", { items: ref("Nowhere") });
    expect(() => methodSchemas([method("lost", z.object({ lost }))])).toThrow("Nowhere, which is not declared");
  });

  test("a schema may refer to itself by its id", () => {
    const tree: z.ZodType = z.strictObject({ children: z.array(z.lazy(() => tree)) }).meta({ id: "Tree" });
    expect(methodSchemas([method("plant", z.object({ tree }))]).Tree).toEqual({
      type: "object",
      properties: { children: { type: "array", items: ref("Tree") } },
      required: ["children"],
      additionalProperties: false,
    });
  });
});
