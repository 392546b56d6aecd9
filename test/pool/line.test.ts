import { expect, test } from "vitest";
import { Expectations } from "../../src/pool/expectations.ts";
import { Job } from "../../src/pool/job.ts";
import { createLine } from "../../src/pool/line.ts";
import { createExchange } from "../../src/rpc/exchange.ts";
import { json } from "../../src/wire/json/json.ts";

function job(tenant: string, ms: number, receivedAtMs = 0, operations = 10): Job {
  const exchange = createExchange({ codec: json, receivedAtMs, caller: { tenant, scopes: new Set(["call"]) } });
  const work = { kind: "call", call: { name: "evaluate", params: {}, bytesMax: 1 } } as const;
  return new Job(work, exchange, [], "", { ms, operations, isKnown: true });
}

function takeAll(line: ReturnType<typeof createLine>): Job[] {
  const jobs: Job[] = [];
  for (let next = line.take(); next; next = line.take()) jobs.push(next);
  return jobs;
}

test("work of one tenant goes in the order in which it came, where it takes about as long", () => {
  const line = createLine();
  const jobs = [0, 1, 2, 3].map((at) => job("a", 10, at));
  for (const each of jobs) line.add(each);
  expect(takeAll(line)).toEqual(jobs);
});

test("short work goes before long work, and long work before what comes much later", () => {
  const line = createLine();
  const [long, short, late] = [job("a", 1000, 0), job("a", 1, 100), job("a", 1, 5000)];
  for (const each of [long, late, short]) line.add(each);
  expect(takeAll(line)).toEqual([short, long, late]);
});

test("tenants have equal turns by the time that their work takes, however much one of them sends", () => {
  const line = createLine();
  for (let i = 0; i < 100; i++) line.add(job("many", 10, i));
  for (let i = 0; i < 10; i++) line.add(job("few", 10, 1000 + i));
  for (let i = 0; i < 10; i++) line.add(job("long", 40, 1000 + i));
  const order = takeAll(line).map(({ exchange }) => exchange.call.tenant);
  const early = order.slice(0, 27);
  const count = (tenant: string) => early.filter((each) => each === tenant).length;
  // Until the few are through, each has had a third of the time.
  expect([count("many"), count("few"), count("long")]).toEqual([13, 10, 4]);
});

test("a tenant that had nothing waiting has no turns saved up, and is not behind for those that it had", () => {
  const line = createLine();
  for (let i = 0; i < 20; i++) line.add(job("a", 10, i));
  for (let i = 0; i < 10; i++) line.take();
  for (let i = 0; i < 5; i++) line.add(job("b", 10, 100 + i));
  const order = takeAll(line).map(({ exchange }) => exchange.call.tenant);
  expect(order.slice(0, 10).filter((tenant) => tenant === "b").length).toBe(5);
  expect(order.slice(0, 4)).toContain("a");
});

test("counts what waits, and what is before a tenant's next", () => {
  const line = createLine();
  expect([line.size, line.operations, line.expectedMs, line.aheadMs("a", 10)]).toEqual([0, 0, 0, 0]);
  const removed = job("a", 100);
  for (const each of [job("a", 10), removed, job("b", 500)]) line.add(each);
  expect([line.size, line.operations, line.expectedMs, line.tenants]).toEqual([3, 30, 610, 2]);
  // Another tenant waits for no more of others than it sends itself.
  expect([line.aheadMs("c", 20), line.aheadMs("c", 1000), line.aheadMs("a", 20)]).toEqual([40, 610, 110 + 130]);
  expect([line.remove(removed), line.remove(removed)]).toEqual([true, false]);
  expect([line.size, line.expectedMs]).toEqual([2, 510]);
  takeAll(line);
  expect([line.size, line.operations, line.expectedMs, line.tenants]).toEqual([0, 0, 0, 0]);
});

test("gives room to a tenant that has less waiting, by the latest of that which has most", () => {
  const line = createLine();
  const jobs = [0, 1, 2].map((at) => job("a", 100, at));
  for (const each of [...jobs, job("b", 50)]) line.add(each);
  expect(line.victim("c", 100)).toBe(jobs[2]);
  expect(line.victim("b", 100)).toBe(jobs[2]);
  expect(line.victim("b", 300)).toBeUndefined();
  expect(line.victim("a", 1)).toBeUndefined();
});

test("what work takes is learnt from work of its kind, the latest most", () => {
  const expectations = new Expectations();
  expect(expectations.of("a").isKnown).toBe(false);
  for (let i = 0; i < 40; i++) expectations.learn("a", 100, 1000);
  expect(expectations.of("a")).toEqual({ ms: 100, operations: 1000, isKnown: true });
  for (let i = 0; i < 40; i++) expectations.learn("a", 10, 1000);
  expect(expectations.of("a").ms).toBeCloseTo(10, 1);
  expect(expectations.of("b").isKnown).toBe(false);
});
