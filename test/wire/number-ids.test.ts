import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import type { NumberText } from "../../src/wire/answer.ts";
import { parseJson } from "../../src/wire/json/read.ts";
import { writeJson } from "../../src/wire/json/write.ts";

type Call = { id: string | number | null | NumberText };
const { limits } = readConfig();
const read = (text: string) => parseJson(new TextEncoder().encode(text), limits);
const idText = (id: Call["id"]) => writeJson(id) as string;
const idsIn = (text: string) => ([read(text)].flat() as Call[]).map(({ id }) => idText(id));

describe("numeric ids", () => {
  test.each([
    "1",
    "1.5",
    "12345678901234567890",
    "-9223372036854775808",
    "0.1234567890123456789",
    "1e400",
    "-0",
    "2.50",
  ])("%s is echoed as it was written", (id) => {
    expect(idsIn(`{"jsonrpc":"2.0", "id" : ${id} ,"method":"m"}`)).toEqual([id]);
    expect(idsIn(`[{"id":1},{"x":[{"id":2.5}],"id":${id}},{"id":"a,{b"}, {"id":${id}}]`)).toEqual([
      "1",
      id,
      '"a,{b"',
      id,
    ]);
  });

  test("are those of the calls, not of what is inside, whatever stands before", () => {
    expect(idsIn('{"params":{"id":3.5,"s":"\\"id\\":4.5"},"i\\u0064":1.50}')).toEqual(["1.50"]);
    expect(idsIn('{"id":7.70,"params":{"id":3.50}}')).toEqual(["7.70"]);
    expect(idsIn('{"id":1.50,"id":2.50}')).toEqual(["2.50"]);
    expect(idsIn('{"id":1.50,"id":"x"}')).toEqual(['"x"']);
    expect(read("[[1.5], 2.5, null]")).toEqual([[1.5], 2.5, null]);
  });

  test("and nothing else is touched", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ id: fc.double(), params: fc.jsonValue({ maxDepth: 4 }) })), (calls) => {
        const text = JSON.stringify(calls);
        const back = read(text) as Call[];
        expect(back.map((call) => ({ ...call, id: JSON.parse(idText(call.id)) }))).toEqual(JSON.parse(text));
      }),
    );
  });
});
