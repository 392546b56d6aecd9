import { expect, test } from "vitest";
import { createTurns, sharedTurnMs, turnMs } from "../../src/rpc/turns.ts";

/** An event loop whose time passes when calls say so. */
function loopOf() {
  let nowMs = 1000;
  let acts: (() => void)[] = [];
  const ran: string[] = [];
  const turns = createTurns({ now: () => nowMs, later: (act) => acts.push(act) });
  return {
    ran,
    /** Sends a call that takes so long. */
    send: (tenant: string, ms = 1) =>
      turns.run(tenant, nowMs, () => {
        nowMs += ms;
        ran.push(tenant);
      }),
    /** Lets the loop go round, and tells what ran meanwhile. */
    round(): string[] {
      const [before, now] = [ran.length, acts];
      acts = [];
      for (const act of now) act();
      return ran.slice(before);
    },
    rest: (ms: number) => {
      nowMs += ms;
    },
  };
}

test("calls run at once, as long as they take little of a turn of the event loop", () => {
  const loop = loopOf();
  for (let i = 0; i < 20; i++) {
    loop.send("a");
    expect(loop.ran).toHaveLength(i + 1);
    loop.round();
    loop.rest(i);
  }
});

test("one turn of the event loop runs so many calls and no more, whatever was sent", () => {
  const loop = loopOf();
  for (let i = 0; i < 50; i++) loop.send("a");
  const rounds = [loop.ran.length];
  while (loop.ran.length < 50) rounds.push(loop.round().length);
  expect(Math.max(...rounds)).toBeLessThanOrEqual(turnMs);
  expect(rounds.length).toBeLessThanOrEqual(1 + 50 / turnMs);
  expect(loop.ran).toHaveLength(50);
  loop.round();
  loop.send("a");
  expect(loop.ran).toHaveLength(51);
});

test("tenants have equal turns by the time that their calls take, and not by their number", () => {
  const loop = loopOf();
  for (let i = 0; i < 10; i++) loop.send("first");
  for (let i = 0; i < 100; i++) {
    loop.send("dear", 4);
    loop.send("cheap", 0.5);
  }
  const had = { dear: 0, cheap: 0, first: 0 };
  while (had.cheap < 30) {
    for (const tenant of loop.round()) had[tenant as keyof typeof had] += { dear: 4, cheap: 0.5, first: 1 }[tenant]!;
    expect(Math.abs(had.dear - had.cheap)).toBeLessThanOrEqual(4);
  }
});

test("a turn of the event loop is short where several tenants call, and ends when one of them has nothing left", () => {
  const loop = loopOf();
  loop.send("few", 0.01);
  for (let i = 0; i < 400; i++) loop.send("many", 0.01);
  for (let i = 0; i < 4; i++) loop.send("few", 0.01);
  const first = loop.round();
  expect(first.filter((tenant) => tenant === "few")).toHaveLength(4);
  expect(first.length).toBeLessThanOrEqual(10);
  // Nothing of the other has come meanwhile.
  expect(loop.round().length).toBeLessThanOrEqual(1 + sharedTurnMs / 0.01);
});

test("tenants alternate in what waits, however much more one of them sends", () => {
  const loop = loopOf();
  for (let i = 0; i < 40; i++) loop.send("many");
  for (let i = 0; i < 4; i++) loop.send("few");
  const waited = Array.from({ length: 8 }, () => loop.round()).flat();
  expect(waited).toHaveLength(8);
  expect(waited.filter((tenant) => tenant === "few")).toHaveLength(4);
});
