import { describe, expect, test } from "vitest";
import { bearer, keysFile } from "../access/keys.ts";
import { digest, expectProblem, type Json, putBlob, standardJob, startOn, stores } from "./service.ts";

// What is refused, with the error that it has, what was allowed and what was received.

/** What the one fault of parameters says of a path. */
async function fault(asked: Promise<Json>): Promise<[path: string, message: string]> {
  const { code, issues } = await asked;
  expect([code, issues.length]).toEqual([-32602, 1]);
  return [issues[0].path, issues[0].message];
}
describe.each(stores)("jobs kept by %s", (store) => {
  const start = (env?: Readonly<Record<string, string>>) => startOn(store, env);

  test("parameters of jobs are refused with what is allowed and what was received", async () => {
    const { fails, ok } = await start();
    const labels = Array.from({ length: 65 }, (_, i) => `${i}`);
    const submit = (more: Json) => fails("job.submit", standardJob(8, more));
    expect(await fault(submit({ chunkPoints: 12 }))).toEqual([
      "/chunkPoints",
      "Invalid number: must be a multiple of 8, received 12",
    ]);
    expect(await fault(submit({ labels }))).toEqual([
      "/labels",
      "Too big: expected array to have <=16 items, received 65 items",
    ]);
    expect(await fault(submit({ retainMs: 604_800_001 }))).toEqual([
      "/retainMs",
      "Too big: expected number to be <=604800000, received 604800001",
    ]);
    const [path, message] = await fault(fails("job.list", { state: "done" }));
    expect([path, message]).toEqual(["/state", expect.stringMatching(/"queued"\|"running"\|.*, received "done"$/)]);
    expect(await fault(fails("job.list", { after: "2.abcdefghijkl" }))).toEqual([
      "/after",
      'must be `next` of the page before, received "2.abcdefghijkl"',
    ]);
    expect((await ok("job.list", {})).jobs).toEqual([]);
  });

  test("ranges are refused that end before they begin, or behind the job", async () => {
    const { fails, done } = await start();
    const { job } = await done(standardJob(40));
    expect(await fault(fails("job.result", { job, from: 5, to: 3 }))).toEqual([
      "/from",
      "must be before `to`: 5 is not before 3, and the job has 40 points",
    ]);
    expect(await fault(fails("job.result", { job, to: 41 }))).toEqual([
      "/to",
      "must be at most 40, as the job has no more points, received 41",
    ]);
  });

  test("limits name what is allowed and what was received", async () => {
    const call = { method: "evaluate", params: { graph: { expression: "x" }, inputs: { x: 1 } } };
    const { fails, ok } = await start({ LIMIT_JOB_POINTS: "100" });
    for (const [params, expected] of [
      [{ calls: Array(10_001).fill(call) }, { limit: "jobCalls", allowed: 10_000, received: 10_001 }],
      [standardJob(101), { limit: "jobPoints", allowed: 100, received: 101 }],
    ] as const) {
      expect(await fails("job.submit", params)).toMatchObject({ code: -32004, ...expected });
    }
    for (const [env, limit] of [
      ["LIMIT_JOB_INPUT_BYTES", "jobInputBytes"],
      ["LIMIT_JOB_RESULT_BYTES", "jobResultBytes"],
    ] as const) {
      const refused = await (await start({ [env]: "100" })).fails("job.submit", standardJob(40));
      expect(refused).toMatchObject({ code: -32004, limit, allowed: 100 });
      expect(refused.received).toBeGreaterThan(100);
    }
    expect((await ok("job.list", {})).jobs).toEqual([]);
  });

  test("a blob is refused whose hash is another, and a hash that nobody knows", async () => {
    const service = await start();
    const bytes = new Uint8Array(64);
    const wrong = await putBlob(service, bytes, undefined, "0".repeat(64));
    expect([wrong.statusCode, wrong.json().detail]).toEqual([
      422,
      `the SHA-256 of the bytes is ${digest(bytes)}, and not ${"0".repeat(64)}`,
    ]);
    const blob = `sha256:${"0".repeat(64)}`;
    const params = { graph: { expression: "x + 1" }, inputs: { x: { shape: [8], dtype: "float64", blob } }, batch: 8 };
    expect(await service.fails("job.submit", { method: "evaluate", params })).toMatchObject({ code: -32013, blob });
  });

  test("an idempotency key with other parameters is a conflict, which names the job", async () => {
    const { ok, fails } = await start();
    const { job } = await ok("job.submit", standardJob(8, { idempotencyKey: "k" }));
    const message = `the idempotency key "k" came with other parameters before, which became ${job}: send those again, or another key`;
    expect(await fails("job.submit", standardJob(9, { idempotencyKey: "k" }))).toMatchObject({
      code: -32011,
      message,
      job,
      idempotencyKey: "k",
    });
  });

  test("the plain routes say what was received and what is allowed, as the methods do", async () => {
    const { app, get, done } = await start();
    const { job } = await done(standardJob(20));
    const names = "outputs.y, jacobian.y.x1, jacobian.y.x2";
    for (const [path, status, detail] of [
      ["?wait=61", 400, "Too big: expected number to be <=60, received 61"],
      ["/result?tensor=jacobian.y.z", 400, `must be one of ${names}, received "jacobian.y.z"`],
      ["/result?encoding=hex", 400, 'must be one of json, flat, base64, received "hex"'],
      ["/result?follow=maybe", 400, 'must be 0 or 1, received "maybe"'],
      ["/events?after=soon", 400, 'must be the id of an event, received "soon"'],
    ] as const) {
      const response = await get(
        `/v1/jobs/${job}${path}`,
        path.includes("encoding") ? { accept: "application/json" } : {},
      );
      expect(expectProblem(response, status, "invalid_params").detail).toContain(detail);
    }
    const beyond = await get(`/v1/jobs/${job}/result?tensor=outputs.y`, { range: "bytes=5000-" });
    expect([beyond.statusCode, beyond.headers["content-range"]]).toEqual([416, "bytes */288"]);
    expect(beyond.json().detail).toBe("the tensor has bytes 0 to 287, received Range: bytes=5000-");
    const odd = await putBlob({ app }, new Uint8Array(8), undefined, "nope");
    expect(odd.json().detail).toContain('64 hexadecimal digits, received "nope"');
  });

  test("a job of another tenant is not found, whatever is asked of it, and neither is a cursor of its list", async () => {
    const { file, keys } = keysFile({
      ours: { tenant: "ours", scopes: ["call", "jobs"] },
      theirs: { tenant: "theirs", scopes: ["call", "jobs"] },
    });
    const { app } = await start({ KEYS_FILE: file });
    const as = (key: string, url: string, params?: object) =>
      app.inject({ url, headers: bearer(key), ...(params ? { method: "POST", payload: JSON.stringify(params) } : {}) });
    const { job } = (await as(keys.ours, "/v1/job.submit", standardJob(8))).json();
    await as(keys.ours, "/v1/job.submit", standardJob(8));
    for (const method of ["status", "result", "cancel", "delete"]) {
      expectProblem(await as(keys.theirs, `/v1/job.${method}`, { job }), 404, "job_not_found");
    }
    for (const path of ["", "/result", "/events", "/result?tensor=outputs.y"]) {
      expectProblem(await as(keys.theirs, `/v1/jobs/${job}${path}`), 404, "job_not_found");
    }
    const { next } = (await as(keys.ours, "/v1/job.list", { limit: 1 })).json();
    expectProblem(await as(keys.theirs, "/v1/job.list", { after: next }), 400, "invalid_params");
    expect((await as(keys.ours, "/v1/job.list", { after: next })).json().jobs).toHaveLength(1);
  });

  test("jobs of all tenants are told of, and ended, where the key is for administration", async () => {
    const { file, keys } = keysFile({
      ours: { tenant: "ours", scopes: ["call", "jobs"] },
      admin: { tenant: "operators", scopes: ["admin"] },
    });
    const { app, lines } = await start({ KEYS_FILE: file });
    const as = (key: string, url: string, params?: object) =>
      app.inject({ url, headers: bearer(key), ...(params ? { method: "POST", payload: JSON.stringify(params) } : {}) });
    const { job } = (await as(keys.ours, "/v1/job.submit", standardJob(8))).json();
    const told = async () => (await as(keys.admin, "/v1/job.status", { job, wait: 1 })).json();
    await expect.poll(told, { timeout: 20_000 }).toMatchObject({ job, state: "succeeded" });
    expect((await as(keys.admin, "/v1/job.list", {})).json().jobs).toMatchObject([{ job }]);
    for (const path of ["", "/result", "/events", "/result?tensor=outputs.y"]) {
      expect([path, (await as(keys.admin, `/v1/jobs/${job}${path}`)).statusCode]).toEqual([path, 200]);
    }
    // Each is told of once, as a method or as a route.
    const audits = lines.filter(({ audit }) => audit !== undefined).slice(-4);
    const byAdmin = { audit: "admin call", tenant: "operators", key: "admin" };
    expect(audits).toMatchObject([
      { ...byAdmin, method: "job.status", outcome: "ok" },
      { ...byAdmin, route: "/v1/jobs/:job/result", status: 200 },
      { ...byAdmin, route: "/v1/jobs/:job/events", status: 200 },
      { ...byAdmin, route: "/v1/jobs/:job/result", status: 200 },
    ]);
    expect((await as(keys.admin, "/v1/job.delete", { job })).json()).toMatchObject({ deleted: true });
    expectProblem(await as(keys.ours, "/v1/job.status", { job }), 404, "job_not_found");
    expectProblem(await as(keys.admin, "/v1/job.submit", standardJob(8)), 403, "forbidden");
  });
});
