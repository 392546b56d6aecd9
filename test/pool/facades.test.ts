import { expect, test } from "vitest";
import { call, send, startPooled } from "./service.ts";

test("bodies of facades that are large, or whose work is, are answered by workers", async () => {
  const { port, ...service } = await startPooled();
  const size = 30_000;
  const graph = {
    inputs: [{ name: "x", shape: [size] }],
    nodes: [
      { id: "s", op: "square", args: ["x"] },
      { id: "y", op: "sum", args: ["s"] },
    ],
    outputs: ["y"],
  };
  await call({ port, ...service }, "graph.put", { graph, alias: "squares" });
  const x = Array.from({ length: size }, (_, i) => i % 7);
  const body = { name: "squares", input: [x], outWrt: 0, inWrt: 0, sens: [1] };
  const large = await send(port, "/Gradient", JSON.stringify(body)).answer;
  expect([large.status, large.json.output.length, large.json.output[6]]).toEqual([200, size, 12]);
  const wrong = await send(port, "/Gradient", JSON.stringify({ ...body, sens: [1, 2] })).answer;
  expect([wrong.status, wrong.json.error.type]).toEqual([400, "InvalidInput"]);
  const garbled = await send(port, "/Gradient", JSON.stringify(body).slice(0, -1)).answer;
  expect([garbled.status, garbled.json.error.type]).toEqual([400, "InvalidInput"]);
  const nowhere = await send(port, "/Gradient", JSON.stringify({ ...body, name: "nowhere" })).answer;
  expect([nowhere.status, nowhere.json.error.type]).toEqual([400, "ModelNotFound"]);
  const small = { name: "squares", input: ["x"], config: { x: { shape: [size], data: "" } } };
  const moved = await send(port, "/Evaluate", JSON.stringify(small)).answer;
  expect([moved.status, moved.json.error.type]).toEqual([400, "InvalidInput"]);
  expect(service.faults).toEqual([]);
});
