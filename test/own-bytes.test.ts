import { expect, test } from "vitest";
import { isOwn, letGo } from "../src/own-bytes.ts";

test("memory is let go of where nothing else has a share in it, once or twice", () => {
  const own = new Uint8Array(100);
  letGo(own);
  letGo(own);
  expect(own.buffer.detached).toBe(true);
});

test.each([
  ["a part of more", new Uint8Array(100).subarray(0, 99)],
  ["memory of several threads", new Uint8Array(new SharedArrayBuffer(100))],
  ["what node keeps for short buffers", Buffer.from("short")],
  ["no bytes", new Uint8Array(0)],
])("%s stays", (_, bytes) => {
  const { byteLength } = bytes;
  letGo(bytes);
  expect(bytes.byteLength).toBe(byteLength);
  if (bytes.buffer instanceof ArrayBuffer) expect(bytes.buffer.detached).toBe(false);
  expect(isOwn(bytes)).toBe(byteLength === 0);
});
