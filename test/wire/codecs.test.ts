import { expect, test } from "vitest";
import { readerOf, writerOf } from "../../src/wire/codecs.ts";

test.each([
  [undefined, "json"],
  ["", "json"],
  ["*/*", "json"],
  ["application/*", "json"],
  ["application/json", "json"],
  ["Application/JSON; charset=utf-8", "json"],
  ["text/html, application/xhtml+xml, */*;q=0.8", "json"],
  ["application/problem+json, application/cbor;q=0.1", "json"],
  ["text/html", undefined],
  ["application/json;q=0", undefined],
  ["application/json;q=0, */*", "cbor"],
  ["application/json;q=0, application/*", "cbor"],
  ["application/*;q=0, application/cbor", "cbor"],
  ["application/cbor, text/plain;q=0.5", "cbor"],
  ["application/json;q=0.2, application/cbor;q=0.9", "cbor"],
  ["application/xml, text/plain;q=0.5", undefined],
])("an Accept of %s is answered in %s", (accept, name) => {
  expect(writerOf(accept)?.name).toBe(name);
});

test.each([
  [undefined, "json"],
  ["application/json; charset=utf-8", "json"],
  ["application/x-www-form-urlencoded", "json"],
  ["text/plain", "json"],
  ["application/vnd.api+json", "json"],
  ["image/png", undefined],
  ["application/cbor", "cbor"],
  ["Application/CBOR; charset=binary", "cbor"],
  ["application/xml", undefined],
])("a body of %s is read as %s", (contentType, name) => {
  expect(readerOf(contentType)?.name).toBe(name);
});
