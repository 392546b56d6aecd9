import { describe, expect, test } from "vitest";
import { type CallReport, createDispatcher } from "../../src/rpc/dispatch.ts";
import { type FakeContext, fakeExchange, fakeMethods } from "./fake.ts";

const limits = { calls: 100, responseBytes: 1000 };

function setUp({ admin = false, ...options }: Partial<typeof limits> & { admin?: boolean } = {}) {
  const context: FakeContext = { journal: [], admin };
  const faults: unknown[] = [];
  const reports: Omit<CallReport, "durationMs">[] = [];
  const dispatcher = createDispatcher({
    methods: fakeMethods,
    context,
    limits: { ...limits, ...options },
    onCall: ({ method, outcome }) => reports.push({ method, outcome }),
    onFault: (error) => faults.push(error),
  });
  const answer = async (body: unknown, exchange = fakeExchange()) => {
    const { text } = await dispatcher.answer(body, exchange);
    return text === undefined ? undefined : JSON.parse(String(text));
  };
  return { dispatcher, answer, faults, reports, journal: context.journal };
}

const call = (id: unknown, method: string, params?: unknown) => ({ jsonrpc: "2.0", id, method, params });
const notification = (method: string, params?: unknown) => ({ jsonrpc: "2.0", method, params });
const difference = { minuend: 42, subtrahend: 23 };
const invalidRequest = { code: -32600, data: { type: "invalid_request" } };

describe("the examples of the JSON-RPC 2.0 specification, params by name", () => {
  test("a call with named parameters", async () => {
    const { answer } = setUp();
    expect(await answer(call(3, "subtract", { subtrahend: 23, minuend: 42 }))).toEqual({
      jsonrpc: "2.0",
      id: 3,
      result: 19,
    });
    expect(await answer(call(4, "subtract", { minuend: 23, subtrahend: 42 }))).toEqual({
      jsonrpc: "2.0",
      id: 4,
      result: -19,
    });
  });

  test("positional parameters are invalid params here", async () => {
    expect(await setUp().answer(call(1, "subtract", [42, 23]))).toEqual({
      jsonrpc: "2.0",
      id: 1,
      error: {
        code: -32602,
        message: "params: must be an object: parameters go by name",
        data: { type: "invalid_params", issues: [{ path: "", message: "must be an object: parameters go by name" }] },
      },
    });
  });

  test("a notification runs and is not answered, whether its method exists or not", async () => {
    const { answer, journal } = setUp();
    expect(await answer(notification("update", { entry: "a" }))).toBeUndefined();
    expect(await answer(notification("foobar"))).toBeUndefined();
    expect(await answer(notification("subtract", { minuend: "x" }))).toBeUndefined();
    expect(await answer(notification("fail"))).toBeUndefined();
    expect(journal).toEqual(["a starts", "a ends"]);
  });

  test("a call of a method that does not exist", async () => {
    expect(await setUp().answer(call("1", "foobar"))).toEqual({
      jsonrpc: "2.0",
      id: "1",
      error: { code: -32601, message: 'no method "foobar"', data: { type: "method_not_found" } },
    });
  });

  test("a call that is no request object", async () => {
    const answered = await setUp().answer({ jsonrpc: "2.0", method: 1, params: "bar" });
    expect(answered).toMatchObject({ jsonrpc: "2.0", id: null, error: invalidRequest });
  });

  test("an empty batch", async () => {
    expect(await setUp().answer([])).toMatchObject({ jsonrpc: "2.0", id: null, error: invalidRequest });
  });

  test("an invalid batch, not empty", async () => {
    expect(await setUp().answer([1])).toMatchObject([{ id: null, error: invalidRequest }]);
  });

  test("an invalid batch of three", async () => {
    const one = { id: null, error: invalidRequest };
    expect(await setUp().answer([1, 2, 3])).toMatchObject([one, one, one]);
  });

  test("a mixed batch is answered in its order, notifications left out", async () => {
    const answered = await setUp().answer([
      call("1", "subtract", difference),
      notification("update"),
      call("2", "echo", { value: "b" }),
      { foo: "boo" },
      call("5", "foo.get", { name: "myself" }),
      call("9", "graph.put", { label: { text: "a" }, tensor: 1 }),
    ]);
    expect(answered).toMatchObject([
      { id: "1", result: 19 },
      { id: "2", result: "b" },
      { id: null, error: { code: -32600 } },
      { id: "5", error: { code: -32601 } },
      { id: "9", result: { size: 1 } },
    ]);
  });

  test("a batch of notifications is not answered", async () => {
    const { answer, journal } = setUp();
    expect(
      await answer([notification("update", { entry: "a" }), notification("update", { entry: "b" })]),
    ).toBeUndefined();
    expect(journal).toEqual(["a starts", "a ends", "b starts", "b ends"]);
  });
});

describe("envelopes", () => {
  test.each(["", "abc", null, 0, -1, 9007199254740991, 1.5, -2.25, 1e300])("the id %j is answered", async (id) => {
    expect(await setUp().answer(call(id, "subtract", difference))).toEqual({ jsonrpc: "2.0", id, result: 19 });
  });

  test.each([true, [1], { a: 1 }, { text: "1" }])("the id %j is invalid", async (id) => {
    expect(await setUp().answer(call(id, "subtract", difference))).toMatchObject({ id: null, error: invalidRequest });
  });

  test.each([
    { method: "update", id: 1 },
    { jsonrpc: "1.0", method: "update", id: 1 },
    { jsonrpc: 2, method: "update", id: 1 },
  ])("%j does not speak version 2.0", async (body) => {
    expect(await setUp().answer(body)).toMatchObject({ id: 1, error: invalidRequest });
  });

  test.each([null, true, 1, "x"])("the body %j is no request", async (body) => {
    expect(await setUp().answer(body)).toMatchObject({ id: null, error: invalidRequest });
  });

  test.each([null, true, 1, "x"])("params that are %j are no JSON-RPC at all", async (params) => {
    expect(await setUp().answer(call(1, "update", params))).toMatchObject({ id: 1, error: invalidRequest });
  });

  test("unknown members of the request object are tolerated", async () => {
    expect(await setUp().answer({ ...call(1, "subtract", difference), trace: "x" })).toMatchObject({ result: 19 });
  });

  test.each(["constructor", "__proto__", "toString", "hasOwnProperty", "rpc.foo", "", "Subtract", "admin.only"])(
    "there is no method %j",
    async (method) => {
      const { answer, reports } = setUp();
      expect(await answer(call(1, method))).toMatchObject({ error: { code: -32601 } });
      expect(reports).toEqual([{ method: "_other", outcome: "method_not_found" }]);
    },
  );

  test("a method exists where the context enables it", async () => {
    const { answer, dispatcher } = setUp({ admin: true });
    expect(await answer(call(1, "admin.only"))).toMatchObject({ result: true });
    expect(dispatcher.names.has("admin.only")).toBe(true);
    expect(setUp().dispatcher.names.has("admin.only")).toBe(false);
  });
});

describe("params", () => {
  const issues = async (method: string, params: unknown) =>
    (await setUp().answer(call(1, method, params))).error.data.issues;

  test("every fault is reported at its JSON Pointer", async () => {
    expect(await issues("subtract", { minuend: "x", "a/b~c": 1 })).toEqual([
      { path: "/minuend", message: "Invalid input: expected number, received string" },
      { path: "/subtrahend", message: "required" },
      { path: "/a~1b~0c", message: 'unknown: "a/b~c"' },
    ]);
    expect(await issues("graph.put", { label: { text: 1, colour: 2 }, tensor: "x", mode: "medium" })).toEqual([
      { path: "/label/text", message: "Invalid input: expected string, received number" },
      { path: "/label/colour", message: 'unknown: "colour"' },
      { path: "/tensor", message: "must be a number or an array" },
      { path: "/mode", message: 'Invalid option: expected one of "fast"|"slow", received "medium"' },
    ]);
  });

  test("a wire type that is missing is required", async () => {
    expect(await issues("graph.put", { label: { text: "a" } })).toEqual([{ path: "/tensor", message: "required" }]);
  });

  test("an own __proto__ is an unknown parameter", async () => {
    const params = JSON.parse('{"minuend":1,"subtrahend":2,"__proto__":3}');
    expect(await issues("subtract", params)).toEqual([{ path: "/__proto__", message: 'unknown: "__proto__"' }]);
  });

  test("absent params are an empty object", async () => {
    expect(await setUp().answer(call(1, "update"))).toEqual({ jsonrpc: "2.0", id: 1, result: null });
  });

  test("an overflowing number reaches the handler as Infinity", async () => {
    expect(await setUp().answer(call(1, "echo", { value: Infinity }))).toMatchObject({ result: "Infinity" });
  });

  test("a thousand unknown names fit in a short answer", async () => {
    const params = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`${i}`.repeat(1000), 1]));
    const { text } = await setUp().dispatcher.answer(call(1, "update", params), fakeExchange());
    expect(text!.length).toBeLessThan(40_000);
  });
});

describe("errors", () => {
  test("a caller's error carries its type and data, its message at most 1 kB", async () => {
    const { error } = await setUp().answer(call(1, "fail", { type: "graph_not_found" }));
    expect(error).toMatchObject({ code: -32002, data: { type: "graph_not_found", node: "v1" } });
    expect(Buffer.byteLength(error.message)).toBe(1000);
  });

  test("our own error says nothing but the request id, and is logged whole", async () => {
    const { answer, faults } = setUp();
    expect(await answer(call(1, "fail"))).toEqual({
      jsonrpc: "2.0",
      id: 1,
      error: {
        code: -32603,
        message: "internal error: quote the request id when reporting it",
        data: { type: "internal_error", requestId: "00000000-0000-4000-8000-000000000000" },
      },
    });
    expect(faults).toEqual([new Error("secret: /etc/passwd")]);
  });

  test("a fault that is reported as such is logged, and answered like any other", async () => {
    const { answer, faults } = setUp();
    const { error } = await answer(call(1, "fail", { type: "internal_error" }));
    expect(Object.keys(error.data)).toEqual(["type", "requestId"]);
    expect(faults).toHaveLength(1);
  });

  test("a call that is aborted answers the reason, or counts as cancelled", async () => {
    const { dispatcher, reports, faults } = setUp();
    const outcome = dispatcher.run("wait", {}, fakeExchange(AbortSignal.timeout(5)));
    expect(await outcome).toMatchObject({ ok: false, cancelled: true });
    expect(await dispatcher.run("update", {}, fakeExchange(AbortSignal.abort()))).toMatchObject({ cancelled: true });
    expect(reports).toEqual([
      { method: "wait", outcome: "cancelled" },
      { method: "update", outcome: "cancelled" },
    ]);
    expect(faults).toEqual([]);
  });
});

describe("limits", () => {
  test("a batch of as many calls as allowed runs; one more is refused whole", async () => {
    const { answer, journal } = setUp({ calls: 2 });
    const update = call(1, "update");
    expect(await answer([update, update])).toHaveLength(2);
    expect(await answer([update, update, update])).toEqual({
      jsonrpc: "2.0",
      id: null,
      error: {
        code: -32600,
        message: "the batch has 3 calls, 2 allowed",
        data: { type: "invalid_request", limit: "calls", allowed: 2, received: 3 },
      },
    });
    expect(journal).toHaveLength(4);
  });

  test("a response may be as long as allowed, and not a byte longer", async () => {
    const overhead = '{"jsonrpc":"2.0","id":1,"result":}'.length;
    const { dispatcher } = setUp();
    const send = (digits: number) => dispatcher.answer(call(1, "raw", { digits }), fakeExchange());
    const fits = await send(1000 - overhead);
    expect(fits.text).toHaveLength(1000);
    const long = await send(1001 - overhead);
    expect(long.outcome).toBe("response_too_large");
    expect(JSON.parse(String(long.text)).error).toEqual({
      code: -32003,
      message: "the answer would pass the response limit",
      data: { type: "response_too_large", limit: "responseBytes", allowed: 1000 },
    });
  });

  test("after a response that is too large the rest of the batch is too large as well, and does not run", async () => {
    const { answer, journal } = setUp();
    const answered = await answer([
      call(1, "subtract", difference),
      call(2, "raw", { digits: 2000 }),
      call(3, "update"),
      notification("update", { entry: "n" }),
    ]);
    expect(answered).toMatchObject([
      { id: 1, result: 19 },
      { id: 2, error: { code: -32003 } },
      { id: 3, error: { code: -32003 } },
    ]);
    expect(journal).toEqual(["n starts", "n ends"]);
  });

  test("the answers of a batch count together", async () => {
    const { answer } = setUp();
    const raw = call(1, "raw", { digits: 400 });
    expect(await answer([raw, raw, raw])).toMatchObject([{ id: 1 }, { id: 1 }, { error: { code: -32003 } }]);
    expect(JSON.stringify(await answer([raw, raw])).length).toBeLessThanOrEqual(1000);
  });

  test("the calls of a batch run one after another", async () => {
    const { answer, journal } = setUp();
    await answer(["a", "b", "c"].map((entry, id) => call(id, "update", { entry })));
    expect(journal).toEqual(["a starts", "a ends", "b starts", "b ends", "c starts", "c ends"]);
  });
});

test("raw JSON goes out as it is", async () => {
  const { text } = await setUp().dispatcher.answer(call(1, "raw", { digits: 30 }), fakeExchange());
  expect(text).toBe(`{"jsonrpc":"2.0","id":1,"result":${"1".repeat(30)}}`);
});
