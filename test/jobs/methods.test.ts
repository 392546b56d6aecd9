import { describe, expect, test } from "vitest";
import { methods } from "../../src/methods/index.ts";
import { story } from "../../src/methods/jobs/examples.ts";
import { difference } from "../methods/service.ts";
import { type Json, numbersOf, standardJob, startOn, stores } from "./service.ts";

describe.each(stores)("jobs kept by %s", (store) => {
  const start = (env?: Readonly<Record<string, string>>) => startOn(store, env);

  describe("a job's answer is the method's own", () => {
    const points = 20;
    const x1 = Array.from({ length: points }, (_, i) => 0.5 + i / 3);
    const graph = { expression: "log(x1) + x1*x2 - sin(x2)" };
    const arrays = {
      inputs: [
        { name: "a", shape: [2, 2] },
        { name: "v", shape: [2], dtype: "float32" },
        { name: "n", dtype: "int32" },
      ],
      nodes: [
        { id: "p", op: "matmul", args: ["a", "v"] },
        { id: "q", op: "multiply", args: ["p", "n"] },
        { id: "s", op: "sum", args: ["q"] },
      ],
      outputs: ["q", "s", { name: "w", node: "v", dtype: "float32" }],
    };
    const given = {
      a: Array.from({ length: points }, (_, i) => [
        [i, 1],
        [2, -i],
      ]),
      v: [0.5, 3],
      n: Array.from({ length: points }, (_, i) => i % 4),
    };
    const cases: [string, string, Json][] = [
      ["evaluate", "of arrays of several dtypes", { graph: arrays, inputs: given }],
      ["jvp", "with one seed", { graph, inputs: { x1, x2: 5 }, seeds: { x1: 1 } }],
      ["jvp", "with a list of seeds, some batched", { graph, inputs: { x1, x2: 5 }, seeds: [{ x1 }, { x2: 2 }, {}] }],
      ["vjp", "with a seed of an output", { graph: arrays, inputs: given, seeds: { q: [1, 2] }, of: ["q"] }],
      ["gradient", "", { graph: arrays, inputs: given, of: ["s"], wrt: ["a"] }],
      ["gradient", "weighted", { graph: arrays, inputs: given, weights: { q: [1, -1] }, wrt: ["a", "v"] }],
      ["jacobian", "as a matrix", { graph: arrays, inputs: given, layout: "matrix", of: ["q"], wrt: ["v", "a"] }],
      ["jacobian", "as a sparse matrix", { graph: arrays, inputs: given, layout: "matrix", format: "csr", of: ["q"] }],
      ["jacobian", "as sparse blocks", { graph: arrays, inputs: given, format: "coo", of: ["q"] }],
      ["hvp", "", { graph, inputs: { x1, x2: 5 }, seeds: { x1: 1, x2: 2 } }],
      ["hessian", "in base64", { graph, inputs: { x1, x2: 5 }, encoding: "base64" }],
      ["evaluate", "flat", { graph: arrays, inputs: given, encoding: "flat" }],
    ];

    test.each(cases)("%s %s", async (method, _, params) => {
      const { ok, done } = await start();
      const call = { ...params, batch: points };
      const expected = await ok(method, call);
      const { job, state } = await done({ method, params: call, chunkPoints: 8 });
      expect(state).toBe("succeeded");
      const decoded = params.encoding === "base64" ? { encoding: "json" } : {};
      const answer = await ok("job.result", { job, ...decoded });
      const wanted = params.encoding === "base64" ? await ok(method, { ...call, encoding: "json" }) : expected;
      expect(difference(answer, wanted)).toBeUndefined();
    });

    test("at a single point", async () => {
      const { ok, done } = await start();
      const params = { graph, inputs: { x1: 2, x2: 5 } };
      const { job } = await done({ method: "jacobian", params });
      expect(difference(await ok("job.result", { job }), await ok("jacobian", params))).toBeUndefined();
    });

    test("for a range of points", async () => {
      const { ok, fails, done } = await start();
      const { job } = await done(standardJob(40, { chunkPoints: 8 }));
      const all = await ok("job.result", { job });
      const part = await ok("job.result", { job, from: 5, to: 23 });
      expect(part.outputs.y).toEqual(all.outputs.y.slice(5, 23));
      expect(part.jacobian.y.x1).toEqual(all.jacobian.y.x1.slice(5, 23));
      expect(await fails("job.result", { job, from: 7, to: 7 })).toMatchObject({
        code: -32602,
        issues: [{ path: "/from" }],
      });
      expect(await fails("job.result", { job, to: 41 })).toMatchObject({ code: -32602, issues: [{ path: "/to" }] });
    });

    test("with its warnings, whose points are those of the job", async () => {
      const { ok, done } = await start();
      const inputs = { x: Array.from({ length: 24 }, (_, i) => (i === 3 || i === 19 ? 0 : 1 + i)) };
      const params = { graph: { expression: "log(x)" }, inputs, batch: 24 };
      const { job } = await done({ method: "jacobian", params, chunkPoints: 8 });
      const { warnings } = await ok("jacobian", params);
      expect(warnings[0]).toMatchObject({ type: "nonfinite", points: [3, 19] });
      expect((await ok("job.result", { job })).warnings).toEqual(warnings);
      const part = await ok("job.result", { job, from: 16, to: 24 });
      expect(part.warnings).toMatchObject([{ type: "nonfinite", points: [3] }]);
    });
  });

  test("long inputs and short ones, equal ones too, are read from where they were put", async () => {
    const { ok, done } = await start();
    const x = Array.from({ length: 2 ** 17 }, (_, i) => i / 7);
    const n = Array.from({ length: 2 ** 17 }, (_, i) => i % 5);
    const declared = [...["a", "b", "c"].map((name) => ({ name })), { name: "n", dtype: "int32" }];
    const graph = { expression: "a + 2*b + n + c", inputs: declared };
    const { job, state } = await done({
      method: "evaluate",
      params: { graph, inputs: { a: x, b: x, n, c: 1 }, batch: 2 ** 17 },
    });
    expect(state).toBe("succeeded");
    const { y } = (await ok("job.result", { job, from: 100_000, to: 100_002 })).outputs;
    expect(y).toEqual([100_000, 100_001].map((i) => i / 7 + 2 * (i / 7) + (i % 5) + 1));
  });

  test("the bits are the same whatever the chunks, and on two threads", async () => {
    const { ok, done } = await start({ WORKERS: "3" });
    const answers = new Set<string>();
    for (const chunkPoints of [8, 1000, 1024, undefined]) {
      const { job } = await done(standardJob(3003, chunkPoints === undefined ? {} : { chunkPoints }));
      answers.add(JSON.stringify(await ok("job.result", { job, encoding: "base64" })));
    }
    expect(answers.size).toBe(1);
  });

  describe("calls", () => {
    const graph = { expression: "x^2" };

    test("are answered one by one, by the names that they were given", async () => {
      const { ok, done } = await start();
      const calls = Array.from({ length: 20 }, (_, i) => ({
        method: i % 2 === 0 ? "gradient" : "evaluate",
        params: { graph, inputs: { x: i } },
        ...(i < 2 ? { key: `call ${i}` } : {}),
      }));
      const told = await done({ calls, chunkPoints: 8 });
      expect(told).toMatchObject({
        state: "succeeded",
        method: "calls",
        progress: { points: { total: 20, done: 20 } },
      });
      const { results } = await ok("job.result", { job: told.job });
      expect(results).toHaveLength(20);
      expect(results[0]).toMatchObject({ key: "call 0", result: { gradient: { x: 0 } } });
      expect(results[1]).toMatchObject({ key: "call 1", result: { outputs: { y: 1 } } });
      expect(results[18]).toMatchObject({ result: { gradient: { x: 36 } } });
      const part = await ok("job.result", { job: told.job, from: 7, to: 10 });
      expect(part.results).toEqual(results.slice(7, 10));
    });

    test("may have batches of their own", async () => {
      const { ok, done } = await start();
      const params = { graph, inputs: { x: [1, 2, 3] }, batch: 3 };
      const { job } = await done({ calls: [{ method: "jacobian", params }] });
      const { results } = await ok("job.result", { job });
      expect(difference(results, [{ result: await ok("jacobian", params) }])).toBeUndefined();
    });

    test("are refused together where one is wrong, which is named", async () => {
      const { fails } = await start();
      const good = { method: "evaluate", params: { graph, inputs: { x: 1 } } };
      const bad = { method: "evaluate", params: { graph, inputs: { z: 1 } } };
      expect(await fails("job.submit", { calls: [good, bad] })).toMatchObject({ code: -32007, call: 1 });
      const odd = { method: "evaluate", params: { graph, timeoutMs: 1 } };
      expect(await fails("job.submit", { calls: [good, odd] })).toMatchObject({
        code: -32602,
        issues: [{ path: "/calls/1/params/timeoutMs" }],
      });
      const many = Array.from({ length: 10_001 }, () => good);
      expect(await fails("job.submit", { calls: many })).toMatchObject({
        code: -32004,
        limit: "jobCalls",
        allowed: 10_000,
        received: 10_001,
      });
    });
  });

  describe("what the method would refuse is refused before anything is kept", () => {
    const graph = { expression: "log(x1) + x1*x2", inputs: [{ name: "x1" }, { name: "x2" }] };
    const cases: [string, Json, Json][] = [
      ["an unknown parameter", { graph, inputs: {}, wat: 1 }, { code: -32602, issues: [{ path: "/params/wat" }] }],
      [
        "a time of its own",
        { graph, inputs: {}, timeoutMs: 1 },
        { code: -32602, issues: [{ path: "/params/timeoutMs" }] },
      ],
      ["a graph that is none", { graph: { expression: "log(" }, inputs: {} }, { code: -32001 }],
      ["a graph that nobody knows", { graph: `sha256:${"0".repeat(64)}`, inputs: {} }, { code: -32002 }],
      ["an input of another shape", { graph, inputs: { x1: [1, 2], x2: 3 }, batch: 3 }, { code: -32007, name: "x1" }],
      ["an input too few", { graph, inputs: { x1: 1 } }, { code: -32007, name: "x2" }],
      ["a name that the graph has not", { graph, inputs: { x1: 1, x2: 1 }, wrt: ["z"] }, { code: -32602 }],
      [
        "too many points",
        { graph, inputs: { x1: 1, x2: 1 }, batch: 100_000_001 },
        { code: -32004, limit: "jobPoints", allowed: 1e8, received: 100_000_001 },
      ],
      [
        "a blob that nobody sent",
        { graph, inputs: { x1: { shape: [], blob: `sha256:${"0".repeat(64)}` }, x2: 1 } },
        { code: -32013, blob: `sha256:${"0".repeat(64)}` },
      ],
      [
        "a blob that is none",
        { graph, inputs: { x1: { shape: [], blob: "nope" }, x2: 1 } },
        { code: -32007, name: "x1" },
      ],
    ];

    test.each(cases)("%s", async (_, params, expected) => {
      const { fails, ok } = await start();
      expect(await fails("job.submit", { method: "jacobian", params })).toMatchObject(expected);
      expect((await ok("job.list", {})).jobs).toEqual([]);
    });

    test.each([
      ["nothing at all", {}, "/method"],
      ["a method and calls", { method: "evaluate", params: {}, calls: [] }, "/calls"],
      ["a method that jobs do not run", { method: "explain", params: {} }, "/method"],
      ["chunks of a length that is no multiple of 8", standardJob(20, { chunkPoints: 12 }), "/chunkPoints"],
      ["17 labels", standardJob(8, { labels: Array.from({ length: 17 }, (_, i) => `${i}`) }), "/labels"],
      ["a key that is too long", standardJob(8, { idempotencyKey: "k".repeat(256) }), "/idempotencyKey"],
      ["a time to be kept that is too long", standardJob(8, { retainMs: 8 * 24 * 3_600_000 }), "/retainMs"],
    ])("%s", async (_, params, path) => {
      expect(await (await start()).fails("job.submit", params)).toMatchObject({ code: -32602, issues: [{ path }] });
    });

    test("more chunks than there may be", async () => {
      const x1 = { shape: [100_000], dtype: "float64", data: Buffer.alloc(800_000, 1).toString("base64") };
      const params = { graph, inputs: { x1, x2: 5 }, batch: 100_000 };
      const { fails } = await start();
      expect(await fails("job.submit", { method: "jacobian", params, chunkPoints: 8 })).toMatchObject({
        code: -32004,
        limit: "chunks",
        allowed: 10_000,
        received: 12_500,
      });
    });

    test("a job that is larger than its limits", async () => {
      const { fails } = await start({ LIMIT_JOB_INPUT_BYTES: "100", LIMIT_JOBS_BYTES: "2000" });
      expect(await fails("job.submit", standardJob(40))).toMatchObject({
        limit: "jobInputBytes",
        allowed: 100,
        received: 328,
      });
      const { fails: refuses } = await start({ LIMIT_JOB_RESULT_BYTES: "100" });
      expect(await refuses("job.submit", standardJob(40))).toMatchObject({ code: -32004, limit: "jobResultBytes" });
      const { fails: full } = await start({ LIMIT_JOBS_BYTES: "100" });
      expect(await full("job.submit", standardJob(40))).toMatchObject({
        code: -32012,
        quota: "jobsBytes",
        allowed: 100,
      });
    });
  });

  describe("asking about jobs", () => {
    test("of none, and of another tenant's, says that there is none", async () => {
      const { fails } = await start();
      for (const method of ["job.status", "job.result", "job.cancel", "job.delete"]) {
        expect(await fails(method, { job: "job_nobody" })).toMatchObject({ code: -32009, job: "job_nobody" });
      }
    });

    test("lists them page by page; a cursor cannot be made up, nor a state", async () => {
      const { ok, fails } = await start();
      const ids: string[] = [];
      for (let i = 0; i < 3; i++) ids.unshift((await ok("job.submit", standardJob(8, { labels: [`n${i}`] }))).job);
      const page = await ok("job.list", { limit: 2 });
      expect(page.jobs.map(({ job }: Json) => job)).toEqual(ids.slice(0, 2));
      const rest = await ok("job.list", { limit: 2, after: page.next });
      expect(rest.jobs.map(({ job }: Json) => job)).toEqual(ids.slice(2));
      expect(rest.next).toBeUndefined();
      expect((await ok("job.list", { labels: ["n1"] })).jobs).toHaveLength(1);
      expect(await fails("job.list", { after: "2.abc" })).toMatchObject({ code: -32602, issues: [{ path: "/after" }] });
      expect(await fails("job.list", { state: "done" })).toMatchObject({ code: -32602, issues: [{ path: "/state" }] });
    });

    test("before its end has no answer", async () => {
      const { ok, fails } = await start({ WORKERS: "1" });
      const { job } = await ok("job.submit", slowJob());
      expect(await fails("job.result", { job })).toMatchObject({ code: -32010, job, retryAfterMs: 1000 });
      expect(await fails("job.delete", { job })).toMatchObject({ code: -32010 });
      await ok("job.cancel", { job });
    });

    test("waits for another state, and no longer", async () => {
      const { ok } = await start();
      const { job } = await ok("job.submit", standardJob(8));
      const told = await ok("job.status", { job, wait: 20 });
      expect(["running", "succeeded"]).toContain(told.state);
      const again = await ok("job.status", { job, wait: 0.01 });
      expect(["running", "succeeded"]).toContain(again.state);
    });
  });

  test("a job is cancelled while it runs, keeps what it has, and is deleted", async () => {
    const { ok, fails, ended } = await start({ WORKERS: "1" });
    const { job } = await ok("job.submit", slowJob());
    await expect
      .poll(async () => (await ok("job.status", { job })).progress.chunks.done, { timeout: 20_000 })
      .toBeGreaterThan(0);
    expect(["cancelling", "cancelled"]).toContain((await ok("job.cancel", { job })).state);
    const told = await ended(job);
    expect(told).toMatchObject({ state: "cancelled", progress: { chunks: { running: 0 } } });
    expect(told.progress.chunks.done).toBeLessThan(told.progress.chunks.total);
    expect(numbersOf((await ok("job.result", { job, from: 0, to: 8 })).outputs)).toHaveLength(8);
    expect(await fails("job.result", { job })).toMatchObject({ code: -32010 });
    expect(await ok("job.cancel", { job })).toEqual(told);
    expect(await ok("job.delete", { job })).toEqual({ job, deleted: true });
    expect(await fails("job.status", { job })).toMatchObject({ code: -32009 });
  });

  test("a body that is not read on the thread that serves is a job all the same", async () => {
    const { app, ended, ok } = await start({ WORKERS: "1" });
    const payload = JSON.stringify(standardJob(30)) + " ".repeat(70_000);
    const response = await app.inject({
      method: "POST",
      url: "/v1/job.submit",
      payload,
      headers: { "idempotency-key": "k" },
    });
    expect([response.statusCode, response.headers.location]).toEqual([202, `/v1/jobs/${response.json().job}`]);
    expect(await ended(response.json().job)).toMatchObject({ state: "succeeded" });
    const same = await app.inject({
      method: "POST",
      url: "/v1/job.submit",
      payload,
      headers: { "idempotency-key": "k" },
    });
    expect([same.statusCode, same.headers["idempotent-replayed"], same.json().job]).toEqual([
      200,
      "true",
      response.json().job,
    ]);
    expect(await ok("job.submit", standardJob(30, { idempotencyKey: "k" }))).toEqual(same.json());
  });

  test("runs on a thread of its own beside that of calls", async () => {
    const { ok, done, pool } = await start({ WORKERS: "1" });
    const { job, state } = await done(standardJob(20, { chunkPoints: 8 }));
    expect(state).toBe("succeeded");
    expect((await ok("job.result", { job })).outputs.y).toHaveLength(20);
    expect(pool!.stats()).toMatchObject({ chunks: 0, queued: 0 });
  });

  test("the examples of the documents are one story", async () => {
    const { ok, ended } = await start();
    const told = (value: Json, id: string) =>
      JSON.parse(
        JSON.stringify(value)
          .replaceAll(id, story.id)
          .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "then"),
      );
    const example = (name: string) => methods.find((method) => method.name === name)!.examples[0]! as Json;
    const submitted = await ok("job.submit", example("job.submit").params);
    const id = submitted.job;
    expect(told(submitted, id)).toEqual(told(example("job.submit").result, story.id));
    await ended(id);
    for (const name of ["job.status", "job.result", "job.cancel", "job.delete"]) {
      const { params, result } = example(name);
      const answer = told(await ok(name, { ...params, job: id }), id);
      expect(difference(answer, told(result, story.id)) ?? name).toBe(name);
    }
  });
});

/** A job of many chunks that take some time each. */
function slowJob() {
  const graph = {
    inputs: [{ name: "x" }],
    nodes: [
      { id: "f", op: "full", attrs: { shape: [200, 200], value: 0.001 } },
      { id: "v0", op: "multiply", args: ["x", "f"] },
      ...Array.from({ length: 4 }, (_, i) => ({ id: `v${i + 1}`, op: "matmul", args: [`v${i}`, "f"] })),
      { id: "y", op: "sum", args: ["v4"] },
    ],
    outputs: ["y"],
  };
  const x = Array.from({ length: 800 }, (_, i) => i);
  return { method: "evaluate", params: { graph, inputs: { x }, batch: 800 }, chunkPoints: 8 };
}
