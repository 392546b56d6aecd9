import { expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { Base64 } from "../../src/wire/base64.ts";
import { parseJson } from "../../src/wire/json/read.ts";

const bytes = Uint8Array.from({ length: 20_001 }, (_, i) => (i * 7919) >> 3);
const text = bytes.toBase64();
const tensor = (data: unknown) => ({ shape: [20_001], dtype: "bool", data });
const limits = { ...readConfig().limits, depth: 8 };
const parse = (body: string) => parseJson(Buffer.from(body), limits);

test("long base64 of array objects is read as its bytes, wherever they are", () => {
  const body = { a: tensor(text), b: [[tensor(text)], tensor("AAAA")], "é\\": [1, "data", null] };
  const read = { a: tensor(bytes), b: [[tensor(bytes)], tensor("AAAA")], "é\\": [1, "data", null] };
  expect(parse(JSON.stringify(body))).toEqual(read);
  expect(parse(JSON.stringify(body, undefined, 2))).toEqual(read);
});

test("so is a long buffer that is said to be in base64", () => {
  const array = (buffer: unknown, more = {}) => ({ shape: [20_001], data: { buffer, encoding: "base64", ...more } });
  const body = { a: array(text), data: text, b: [array(text)] };
  expect(parse(JSON.stringify(body))).toEqual({ a: array(bytes), data: text, b: [array(bytes)] });
  for (const other of [array(text, { more: 1 }), array(text, { encoding: "json" }), { buffer: text }]) {
    expect(parse(JSON.stringify(other))).toEqual(other);
  }
});

test("elsewhere it stays the text that it was", () => {
  for (const value of [{ data: text }, { x: text }, { ...tensor(text), y: 1 }, { shape: 1, data: text }, [text]]) {
    expect(parse(JSON.stringify(value))).toEqual(value);
  }
  expect(parse(`{"\\"data":"${text}","shape":[]}`)).toEqual({ '"data': text, shape: [] });
});

test("of members of one name the last counts", () => {
  expect(parse(`{"shape":[1],"data":"${text}","data":1}`)).toEqual({ shape: [1], data: 1 });
  expect(parse(`{"shape":[1],"data":1,"data":"${text}"}`)).toEqual({ shape: [1], data: bytes });
});

test("what is not base64 to the letter is left to whoever reads it", () => {
  const half = text.length / 2;
  const odd = [
    text.slice(1),
    `${text.slice(0, half)}    ${text.slice(half)}`,
    `${text.slice(0, half)}-_-_${text.slice(half)}`,
    `${text.slice(0, half)}AA==${text.slice(half)}`,
    `${text.slice(0, half)}\\${text.slice(half + 1)}`,
    `${text.slice(0, half)}"${text.slice(half + 1)}`,
    `${"A".repeat(20_000)}AB==`,
  ];
  for (const data of odd) expect(parse(JSON.stringify(tensor(data)))).toEqual(tensor(data));
});

test("what is wrong with the rest is told as of the whole", () => {
  const whole = JSON.stringify(tensor(text));
  const refusal = (body: string) => {
    try {
      return parse(body);
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(refusal(`${whole}}`)).toContain(`the body is not JSON: line 1, column ${whole.length + 1}: `);
  expect(refusal(`${"[".repeat(9)}${whole}${"]".repeat(9)}`)).toBe("the body nests 11 deep, 8 allowed");
  expect(refusal(`"a"data":"${text}"`)).toContain("the body is not JSON: line 1, column 4: ");
  expect(refusal(`{"data":"${text}`)).toContain("the body is not JSON");
  expect(() => parseJson(Buffer.concat([Buffer.from(whole), Buffer.from([0xff])]), limits)).toThrow(
    "the body is not UTF-8",
  );
});

test("bytes are encoded piece by piece to the same text", () => {
  for (const length of [0, 1, 2, 3, 196_607, 196_608, 196_609, 600_001]) {
    const sent = Uint8Array.from({ length }, (_, i) => (i * 7919) >> 3);
    const source = new Base64(sent, false);
    const pieces = [];
    for (let piece = source.take(); piece; piece = source.take()) pieces.push(piece);
    const all = Buffer.concat(pieces);
    expect(all.length).toBe(source.length);
    expect(all.toString()).toBe(sent.toBase64());
  }
});
