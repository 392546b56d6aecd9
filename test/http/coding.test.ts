import { expect, test } from "vitest";
import { codingFor, codingOf } from "../../src/http/coding.ts";

test.each([
  [undefined, undefined],
  ["", undefined],
  ["identity", undefined],
  ["gzip, deflate", "gzip"],
  ["gzip, deflate, br", "br"],
  ["gzip, deflate, br, zstd", "zstd"],
  ["GZIP;q=0.5, br;q=0.1", "gzip"],
  ["*", "zstd"],
  ["*;q=0.5, zstd;q=0", "br"],
  ["gzip;q=0", undefined],
  ["gzip;q=0.5, identity;q=1", undefined],
  ["deflate", undefined],
  ["gzip;q=a", undefined],
])("an Accept-Encoding of %s is answered in %s", (accepted, coding) => {
  expect(codingFor(accepted)).toBe(coding);
});

test.each([
  [undefined, "identity"],
  ["Identity", "identity"],
  ["gzip", "gzip"],
  ["x-gzip", "gzip"],
  [" BR ", "br"],
  ["zstd", "zstd"],
  ["gzip, br", undefined],
  ["deflate", undefined],
])("a Content-Encoding of %s is %s", (sent, coding) => {
  expect(codingOf(sent)).toBe(coding);
});
