import { expect, test } from "vitest";
import { Moves } from "../../src/pool/moves.ts";
import { call, startPooled } from "./service.ts";

test("bodies are given away unread once eight like them were moved, but for one of sixteen", () => {
  const moves = new Moves();
  expect(moves.isExpected("a")).toBe(false);
  for (let i = 0; i < 8; i++) {
    expect(moves.isExpected("a")).toBe(false);
    moves.learn("a", true);
  }
  const asked = Array.from({ length: 64 }, () => moves.isExpected("a"));
  expect(asked.filter((isExpected) => !isExpected)).toHaveLength(4);
  expect(moves.isExpected("b")).toBe(false);
});

test("bodies are read again as soon as one like them was not moved", () => {
  const moves = new Moves();
  for (let i = 0; i < 100; i++) moves.learn("a", true);
  moves.learn("a", false);
  expect(Array.from({ length: 20 }, () => moves.isExpected("a"))).toEqual(new Array(20).fill(false));
});

test("a body that is given away unread is answered as one that was read", async () => {
  const service = await startPooled({ PROGRAMS: "interpreted" });
  const x = Array.from({ length: 1000 }, (_, i) => i / 7);
  const asked = { graph: { expression: "sin(x)*exp(-x) + tanh(x)^3" }, batch: x.length, inputs: { x } };
  const answers = [];
  for (let i = 0; i < 12; i++) answers.push(await call(service, "gradient", asked));
  const face = { path: "/v1/gradient" } as Parameters<typeof service.pool.isMoveExpected>[0];
  expect(service.pool.isMoveExpected(face, JSON.stringify(asked).length)).toBe(true);
  expect([answers[0]!.status, new Set(answers.map(({ body }) => body)).size]).toEqual([200, 1]);
  const bad = await call(service, "gradient", { ...asked, inputs: { x: [...x.slice(1), "one"] } });
  expect([bad.status, bad.json.data.type]).toEqual([422, "input_mismatch"]);
  expect(service.faults).toEqual([]);
});
