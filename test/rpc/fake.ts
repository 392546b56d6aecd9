import { z } from "zod";
import { ServiceError } from "../../src/errors.ts";
import { ref, wire } from "../../src/rpc/documents/wire.ts";
import { createExchange, type Exchange } from "../../src/rpc/exchange.ts";
import { defineMethod } from "../../src/rpc/method.ts";
import { KeptAnswer, WrittenAnswer } from "../../src/wire/answer.ts";
import { json } from "../../src/wire/json/json.ts";

/** What the fake methods share: a journal of the calls that ran. */
export interface FakeContext {
  readonly journal: string[];
  readonly admin: boolean;
}

wire("FakeScalar", { description: "A number.", type: "number" });
wire("FakeNested", { type: "array", items: {} });
const tensor = wire<number | readonly unknown[]>(
  "FakeTensor",
  { oneOf: [ref("FakeScalar"), ref("FakeNested")] },
  (value) => (typeof value === "number" || Array.isArray(value) ? undefined : "must be a number or an array"),
);
const label = z.strictObject({ text: z.string(), weight: z.int().optional() }).meta({ id: "FakeLabel" });

const define = defineMethod<FakeContext>();

/** A small service of methods that do what tests need. */
export const fakeMethods = [
  define({
    name: "subtract",
    summary: "Subtracts.",
    description: "The difference of two numbers.",
    params: z.object({ minuend: z.number(), subtrahend: z.number() }),
    result: z.number(),
    errors: [],
    examples: [{ name: "the specification's", params: { minuend: 42, subtrahend: 23 }, result: 19 }],
    handle: ({ minuend, subtrahend }) => minuend - subtrahend,
  }),
  define({
    name: "graph.put",
    summary: "Keeps a label.",
    description: "Takes a label and a tensor.",
    params: z.object({
      label,
      tensor,
      mode: z.enum(["fast", "slow"]).default("fast"),
      tags: z.record(z.string(), tensor).optional(),
    }),
    result: z.object({ label, size: z.int(), tensor: tensor.optional() }),
    errors: ["invalid_graph", "input_mismatch"],
    examples: [
      {
        name: "a nested one",
        params: { label: { text: "a" }, tensor: [[1]] },
        result: { label: { text: "a" }, size: 1 },
      },
    ],
    handle: (params, _context, call) => {
      call.note({ graph: "sha256:0", cached: true });
      return { label: params.label, size: 1 };
    },
  }),
  define({
    name: "update",
    summary: "Writes to the journal.",
    description: "Leaves a trace, so that a test can see that it ran.",
    params: z.object({ entry: z.string().default("update") }),
    result: z.null(),
    errors: [],
    examples: [],
    async handle({ entry }, { journal }) {
      journal.push(`${entry} starts`);
      await new Promise((resolve) => setTimeout(resolve, 2));
      journal.push(`${entry} ends`);
      return null;
    },
  }),
  define({
    name: "echo",
    summary: "Answers what it is given.",
    description: "For whatever JSON can hold.",
    params: z.object({ value: z.unknown() }),
    result: z.unknown(),
    errors: [],
    examples: [],
    handle: ({ value }) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value),
  }),
  define({
    name: "raw",
    summary: "Answers text that is JSON already.",
    description: "As many digits as asked for.",
    params: z.object({ digits: z.int() }),
    result: z.number(),
    errors: [],
    examples: [],
    handle: ({ digits }) => new KeptAnswer(new WrittenAnswer("1".repeat(digits))),
  }),
  define({
    name: "fail",
    summary: "Fails.",
    description: "With an error of the caller, or of ours.",
    params: z.object({ type: z.string().optional() }),
    result: z.null(),
    errors: ["invalid_graph", "graph_not_found", "deadline_exceeded", "not_differentiable"],
    examples: [],
    handle({ type }) {
      if (type === undefined) throw new Error("secret: /etc/passwd");
      throw new ServiceError(type as "invalid_graph", "x".repeat(5000), { node: "v1", retryAfterMs: 2500 });
    },
  }),
  define({
    name: "wait",
    summary: "Waits.",
    description: "Until it is aborted, or for a time.",
    params: z.object({ waitMs: z.int().default(60_000) }),
    result: z.string(),
    errors: [],
    examples: [],
    handle({ waitMs }, { journal }, { signal }) {
      journal.push("waiting");
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => resolve("done"), waitMs);
        signal.addEventListener("abort", () => {
          clearTimeout(timer);
          journal.push("aborted");
          reject(signal.reason);
        });
      });
    },
  }),
  define({
    name: "admin.only",
    summary: "Exists for some.",
    description: "Only where the context says so.",
    params: z.object({}),
    result: z.boolean(),
    errors: [],
    examples: [],
    enabled: ({ admin }) => admin,
    handle: () => true,
  }),
];

/** An exchange that nobody aborts. */
export function fakeExchange(signal: AbortSignal = new AbortController().signal): Exchange {
  return createExchange({
    requestId: "00000000-0000-4000-8000-000000000000",
    codec: json,
    receivedAtMs: 0,
    signal,
  });
}

/** What the documents of the fake service say of it. */
export const fakeInfo = { title: "Fake", version: "1.2.3", description: "A service for tests.", license: "Apache-2.0" };
