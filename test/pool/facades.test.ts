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

test("large arrays of Tesseracts are read and answered by workers, in the form that was asked for", async () => {
  const { port, ...service } = await startPooled();
  const size = 20_000;
  const graph = {
    inputs: [{ name: "x", shape: [size] }],
    nodes: [{ id: "y", op: "square", args: ["x"] }],
    outputs: ["y"],
  };
  await call({ port, ...service }, "graph.put", { graph, alias: "squares" });
  const data = new Float64Array(size).fill(3);
  const buffer = Buffer.from(data.buffer).toString("base64");
  const body = { inputs: { x: { shape: [size], dtype: "float64", data: { buffer, encoding: "base64" } } } };
  const answer = await send(port, "/tesseract/squares/apply", JSON.stringify(body)).answer;
  expect([answer.status, answer.json.y.data.encoding, answer.json.y.data.buffer[7]]).toEqual([200, "json", 9]);
  const exact = await fetch(`http://127.0.0.1:${port}/tesseract/squares/apply`, {
    method: "POST",
    headers: { accept: "application/*" },
    body: JSON.stringify(body),
  });
  const { y } = await exact.json();
  expect(exact.headers.get("content-type")).toBe("application/json+base64");
  expect(Buffer.from(y.data.buffer, "base64").equals(Buffer.from(data.map((x) => x * x).buffer))).toBe(true);
  const wrong = await send(port, "/tesseract/squares/apply", JSON.stringify({ ...body, more: 1 })).answer;
  expect([wrong.status, wrong.json.detail[0].type]).toEqual([422, "extra_forbidden"]);
  expect(service.faults).toEqual([]);
});
