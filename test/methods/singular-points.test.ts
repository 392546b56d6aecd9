import { readFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { createContext } from "../../src/calls/context.ts";
import { readConfig } from "../../src/config.ts";
import { buildApp } from "../../src/http/app.ts";
import { methods } from "../../src/methods/index.ts";
import { createDispatcher } from "../../src/rpc/dispatch.ts";
import { post } from "../http/service.ts";
import { type Json, start } from "./service.ts";

// What has gone wrong for somebody, somewhere: each is right, or says that it may not be.

/** A place in an answer and what is there; a text before which stands `NOT ` is anything else. */
interface Expected {
  readonly at?: string;
  readonly value?: Json;
  readonly rtol?: number;
  readonly atol?: number;
  readonly contains?: string;
}

interface Report {
  readonly name: string;
  readonly method: string;
  readonly params: object | string;
  readonly expect: Expected | readonly Expected[];
  /** Whether a warning or NaN may take the place of what is right. */
  readonly orWarned?: boolean;
}

/** By ../data/make-singular.py. */
interface Singular {
  readonly expression: string;
  readonly inputs: Record<string, Json>;
  readonly gradient?: Record<string, Json>;
  readonly hessian?: Json;
  readonly value?: number;
  readonly warns?: readonly string[];
  readonly mayWarn?: boolean;
  readonly rtol?: number;
}

const { cases }: { cases: Report[] } = read("reports.json");
const singular: Singular[] = read("singular.json");

test("reports of others are answered right, or with a warning", async () => {
  const app = startApp();
  const wrong: string[] = [];
  for (const { name, method, params, expect, orWarned } of cases) {
    const { body } = await post(app, method.startsWith("POST ") ? method.slice(5) : `/v1/${method}`, params);
    if (orWarned && /"warnings":|NaN/.test(body)) continue;
    for (const expected of [expect].flat()) {
      const said = whatIsWrong(body, expected);
      if (said !== undefined) wrong.push(`${name}: ${said}`);
    }
  }
  expect(cases.length).toBe(51);
  expect(wrong).toEqual([]);
});

test("derivatives at singular points are right, or warned of, and there are no other warnings", async () => {
  const { ok } = start();
  const wrong: string[] = [];
  for (const { expression, inputs, gradient = {}, hessian, value, warns = [], mayWarn, rtol = 1e-12 } of singular) {
    const shaped = Object.entries(inputs).map(([name, x]) => ({ name, shape: Array.isArray(x) ? [x.length] : [] }));
    const call = { graph: { expression, inputs: shaped }, inputs, layout: "matrix" };
    const { layout: _, ...plain } = call;
    const answer = await (hessian ? ok("hessian", call) : ok("gradient", plain));
    const types = new Set<string>((answer.warnings ?? []).map(({ type }: Json) => type));
    const complain = (text: string) => wrong.push(`${expression} at ${JSON.stringify(inputs)}: ${text}`);
    if (mayWarn && types.size > 0) continue;
    for (const type of warns) if (!types.has(type)) complain(`no warning ${type}`);
    if (warns.length === 0 && types.size > 0) complain(`false warning ${[...types]}`);
    const pairs = Object.entries(gradient).map(([name, right]) => [answer.gradient[name], right]);
    if (hessian) pairs.push([answer.hessian, hessian]);
    if (value !== undefined) pairs.push([Object.values(answer.outputs)[0], value]);
    for (const [actual, right] of pairs) {
      if (!isClose(actual, right, rtol, 0)) complain(`${JSON.stringify(actual)} instead of ${JSON.stringify(right)}`);
    }
  }
  expect(singular.length).toBeGreaterThan(150);
  expect(wrong).toEqual([]);
});

function read(name: string) {
  return JSON.parse(readFileSync(new URL(`../data/${name}`, import.meta.url), "utf8"));
}

function startApp() {
  const config = readConfig();
  const { limits } = config;
  const context = createContext(config);
  const app = buildApp({
    config,
    methods,
    dispatch: (observers) => createDispatcher({ methods, context, limits, ...observers }),
  });
  onTestFinished(() => app.close());
  return app;
}

/** What is not as it should be in the text of an answer; undefined where all is. */
function whatIsWrong(body: string, { at, value, contains, rtol = 0, atol = 0 }: Expected): string | undefined {
  let found: Json = body;
  if (at !== undefined) {
    const keys = at
      .replace(/^\/error\//, "/")
      .split("/")
      .slice(1);
    found = keys.reduce((part: Json, key) => part?.[key], JSON.parse(body));
  }
  const wanted = contains ?? value;
  const text = typeof found === "string" ? found : JSON.stringify(found);
  const shown = `${text} at ${at} instead of ${JSON.stringify(wanted)}`;
  if (typeof wanted === "string" && wanted.startsWith("NOT "))
    return text.includes(wanted.slice(4)) ? shown : undefined;
  if (contains !== undefined) return text.includes(contains) ? undefined : shown;
  return isClose(found, value, rtol, atol) ? undefined : shown;
}

/** Whether numbers, in lists of any depth, are near; NaN is near itself. */
function isClose(actual: Json, right: Json, rtol: number, atol: number): boolean {
  if (Array.isArray(right)) {
    const isList = Array.isArray(actual) && actual.length === right.length;
    return isList && right.every((x, i) => isClose(actual[i], x, rtol, atol));
  }
  const [a, b] = [Number(actual), Number(right)];
  if (Number.isNaN(b) || !Number.isFinite(b)) return String(actual) === String(right);
  return Math.abs(a - b) <= atol + rtol * Math.abs(b);
}
