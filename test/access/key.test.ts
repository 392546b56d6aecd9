import { expect, test } from "vitest";
import { digestOf, isTenant, lineOf, newKey, readKeys } from "../../src/access/key.ts";
import { makeKey } from "./keys.ts";

test("a key has 256 random bits, and is known by its hash alone", () => {
  const key = newKey();
  expect(key).toMatch(/^ctg_[A-Za-z0-9_-]{43}$/);
  expect(newKey()).not.toBe(key);
  const line = lineOf({ id: "a", tenant: "acme", sha256: digestOf(key), scopes: ["call", "jobs"] });
  expect(line).not.toContain(key.slice(4));
  expect(readKeys(line).get(digestOf(key))).toMatchObject({
    key: "a",
    tenant: "acme",
    scopes: new Set(["call", "jobs"]),
  });
});

test("a file has a key a line, with limits and an end where they are named", () => {
  const { key, line } = makeKey({
    limits: { requestsPerSecond: 0.5, jobsQueued: 3 },
    expiresAt: "2031-01-31T12:00:00+01:00",
  });
  const record = readKeys(`\n${line}\n\n${makeKey().line}\n`).get(digestOf(key));
  expect(record).toMatchObject({
    limits: { requestsPerSecond: 0.5, jobsQueued: 3 },
    expiresAtMs: Date.UTC(2031, 0, 31, 11),
  });
  expect(readKeys(makeKey({ sha256: digestOf(key).toUpperCase() }).line).has(digestOf(key))).toBe(true);
});

test.each([
  ["line 2: it is not JSON", "{"],
  ["line 2: it is not JSON", "# a comment"],
  ["line 2: sha256: must be 64 hexadecimal digits", makeKey({ sha256: "abc" }).line],
  ["line 2: scopes.0: ", makeKey({ scopes: ["everything"] }).line],
  ["line 2: scopes: ", makeKey({ scopes: [] }).line],
  ["line 2: tenant: ", makeKey({ tenant: "" }).line],
  ["line 2: tenant: ", makeKey({ tenant: "a\nb" }).line],
  ["line 2: tenant: ", makeKey({ tenant: undefined }).line],
  ["line 2: expiresAt: must be a time", makeKey({ expiresAt: "soon" }).line],
  ["line 2: limits.requestsPerSecond: ", makeKey({ limits: { requestsPerSecond: 0 } }).line],
  ["line 2: limits: ", makeKey({ limits: { request: 1 } }).line],
  ["line 2: Unrecognized key", makeKey({ scope: ["call"] }).line],
  ["line 2: Invalid input", "[]"],
])("what is broken is told by its line: %s", (reason, line) => {
  expect(() => readKeys(`${makeKey().line}\n${line}`)).toThrow(reason);
});

test("two lines have neither one id nor one key, and a file has at least one", () => {
  const { line } = makeKey();
  expect(() => readKeys(`${line}\n${makeKey({ id: JSON.parse(line).id }).line}`)).toThrow(
    "line 2: another line has this id",
  );
  expect(() => readKeys(`${line}\n${JSON.stringify({ ...JSON.parse(line), id: "b" })}`)).toThrow(
    "line 2: another line has this key",
  );
  expect(() => readKeys("\n")).toThrow("there is no key in it");
});

test("a tenant is a short printable text", () => {
  for (const text of ["acme", "auth0|5f7c8ec7c33c6c004bbafe82", "a b@example.com", "x".repeat(128)])
    expect(isTenant(text)).toBe(true);
  for (const text of ["", " a", "a ", "é", "a\u0000", "x".repeat(129), 7, undefined])
    expect(isTenant(text)).toBe(false);
});
