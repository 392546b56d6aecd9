import { generateKeyPair, SignJWT } from "jose";
import { expect, test } from "vitest";
import { createTokens } from "../../src/access/tokens.ts";
import { inAnHour, startIssuer } from "./issuer.ts";

async function setUp(jwtTenantClaim = "sub") {
  const issuer = await startIssuer();
  return { issuer, tokens: createTokens({ jwtIssuer: issuer.url, jwtAudience: "us", jwtTenantClaim }) };
}

test.each(["RS256", "ES256", "EdDSA"])("a token that the issuer signed by %s says who calls", async (alg) => {
  const { issuer, tokens } = await setUp();
  const token = await issuer.token({}, alg);
  expect(tokens.known(token)).toBeUndefined();
  const caller = await tokens.verify(token);
  expect(caller).toEqual({ tenant: "acme", scopes: new Set(["call", "jobs"]), key: "jwt" });
  expect(tokens.known(token)).toBe(caller);
});

test("the issuer is asked for its keys once, however many tokens come", async () => {
  const { issuer, tokens } = await setUp();
  for (const sub of ["a", "b", "c"])
    expect(await tokens.verify(await issuer.token({ sub }))).toMatchObject({ tenant: sub });
  expect(issuer.asked).toEqual(["/.well-known/openid-configuration", "/keys"]);
});

test("the tenant comes from the claim that the settings name, and scopes that there are not count for nothing", async () => {
  const { issuer, tokens } = await setUp("org");
  const caller = await tokens.verify(await issuer.token({ org: "globex", scope: "call everything admin" }));
  expect(caller).toMatchObject({ tenant: "globex", scopes: new Set(["call", "admin"]) });
  expect(await tokens.verify(await issuer.token({ scope: undefined, org: "a" }))).toMatchObject({ scopes: new Set() });
  for (const org of [undefined, "", 7, ["acme"], "a\nb"]) {
    expect(await tokens.verify(await issuer.token({ org }))).toEqual({
      refused: "the token names no tenant in its claim org",
    });
  }
});

test.each([
  ["has expired", { exp: inAnHour() - 3601 }],
  ["does not say when it expires", { exp: undefined }],
  ["is for another audience", { aud: "them" }],
  ["is for another audience", { aud: undefined }],
  ["is of another issuer", { iss: "https://another.example" }],
  ["is not valid yet", { nbf: inAnHour() }],
])("a token that %s is refused", async (reason, claims) => {
  const { issuer, tokens } = await setUp();
  const token = await issuer.token(claims);
  expect(await tokens.verify(token)).toEqual({ refused: `the token ${reason}` });
});

test("a token without a signature, with one by a secret, or with another's is refused", async () => {
  const { issuer, tokens } = await setUp();
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const payload = { iss: issuer.url, aud: "us", sub: "acme", scope: "call", exp: inAnHour() };
  const notAccepted = { refused: "the token is signed by an algorithm that is not accepted" };
  for (const alg of ["none", "None", "nOnE"]) {
    expect(await tokens.verify(`${part({ alg })}.${part(payload)}.`)).toEqual(notAccepted);
  }
  const secret = new TextEncoder().encode("a secret of thirty-two bytes here");
  for (const alg of ["HS256", "HS512"]) {
    const signed = await new SignJWT(payload).setProtectedHeader({ alg, kid: "RS256" }).sign(secret);
    expect(await tokens.verify(signed)).toEqual(notAccepted);
  }
  // None of these had the issuer asked.
  expect(issuer.asked).toEqual([]);
  const { privateKey } = await generateKeyPair("RS256");
  const forged = await new SignJWT(payload).setProtectedHeader({ alg: "RS256", kid: "RS256" }).sign(privateKey);
  expect(await tokens.verify(forged)).toEqual({ refused: "the token's signature is wrong" });
  const [head, , signature] = (await issuer.token()).split(".");
  const changed = `${head}.${part({ ...payload, scope: "admin" })}.${signature}`;
  expect(await tokens.verify(changed)).toEqual({ refused: "the token's signature is wrong" });
  for (const text of ["", "a", "a.b", "a.b.c", "..", "a.b.c.d.e", "é"]) {
    expect(await tokens.verify(text)).toEqual({ refused: "the token is not well-formed" });
  }
});

test("a token whose key the issuer does not have is refused, and has it asked no more than now and then", async () => {
  const { issuer, tokens } = await setUp();
  for (let i = 0; i < 5; i++) {
    const refused = "the token names a key that its issuer does not have";
    expect(await tokens.verify(await issuer.token({}, "RS256", `unknown${i}`))).toEqual({ refused });
  }
  expect(issuer.asked.filter((url) => url === "/keys").length).toBe(1);
});

test.each(["refuses", "lies", "is not JSON"] as const)(
  "an issuer that %s has no tokens, and is left alone for a while",
  async (fault) => {
    const { issuer, tokens } = await setUp();
    issuer.fault = fault;
    const refused = "the keys of its issuer cannot be had now, so that it cannot be verified";
    expect(await tokens.verify(await issuer.token())).toEqual({ refused });
    const asked = issuer.asked.length;
    expect(await tokens.verify(await issuer.token({ sub: "b" }))).toEqual({ refused });
    expect(issuer.asked.length).toBe(asked);
  },
);

test("an issuer that does not answer is given up soon", async () => {
  const { issuer, tokens } = await setUp();
  issuer.fault = "hangs";
  const start = performance.now();
  expect(await tokens.verify(await issuer.token())).toMatchObject({
    refused: expect.stringContaining("cannot be had"),
  });
  expect(performance.now() - start).toBeLessThan(5000);
});
