import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { join } from "node:path";
import type { PeerCertificate, SecureVersion, TLSSocket } from "node:tls";
import { expect, test } from "vitest";
import { folder } from "../../access/keys.ts";
import { listen, until } from "../service.ts";
import { startService } from "./service.ts";

test("is spoken from 1.2 on, with the certificate that is there, read again when it changes", async () => {
  const [first, second] = [makePair("first.example"), makePair("second.example")];
  const { app, lines } = startService({ TLS_CERT: first.cert, TLS_KEY: first.key, HOST: "127.0.0.1" });
  const port = await listen(app);
  expect(await ask(port)).toEqual({ status: 200, name: "first.example", protocol: "TLSv1.3" });
  expect(await ask(port, "TLSv1.2")).toMatchObject({ status: 200, protocol: "TLSv1.2" });
  await expect(ask(port, "TLSv1.1")).rejects.toThrow();
  await expect(fetch(`http://127.0.0.1:${port}/livez`)).rejects.toThrow();

  // A certificate whose key is still the other's changes nothing; then both fit.
  copyFileSync(second.cert, first.cert);
  await until(() => lines.some(({ audit }) => audit === "setting kept"));
  expect(await ask(port)).toMatchObject({ name: "first.example" });
  copyFileSync(second.key, first.key);
  await until(() => lines.some(({ audit }) => audit === "setting changed"));
  expect(await ask(port)).toMatchObject({ name: "second.example" });
  expect(JSON.stringify(lines)).not.toContain("PRIVATE");
});

test("does not start with a pair that does not fit, and says why", () => {
  const [one, other] = [makePair("one.example"), makePair("other.example")];
  const start = (TLS_CERT: string, TLS_KEY: string) => () => startService({ TLS_CERT, TLS_KEY });
  expect(start(one.cert, other.key)).toThrow("the key is not the certificate's");
  expect(start(one.key, one.cert)).toThrow("the certificate is not one in PEM");
  expect(start(one.cert, one.cert)).toThrow("the key is not a private key in PEM");
  expect(start(join(one.folder, "nothing.pem"), one.key)).toThrow("there is no such file");
  const broken = join(one.folder, "broken.pem");
  writeFileSync(broken, readFileSync(one.key, "utf8").replace(/\n[A-Za-z0-9+/]{10}/, "\n0000000000"));
  expect(start(one.cert, broken)).toThrow("the certificate or the key cannot be read");
});

function makePair(name: string): { readonly folder: string; readonly cert: string; readonly key: string } {
  const at = folder();
  const [cert, key] = [join(at, "cert.pem"), join(at, "key.pem")];
  const options = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  execFileSync("openssl", ["req", ...options, "-subj", `/CN=${name}`, "-keyout", key, "-out", cert], {
    stdio: "ignore",
  });
  return { folder: at, cert, key };
}

/** Asks over a connection of its own, by no later version than told. */
function ask(port: number, maxVersion: SecureVersion = "TLSv1.3") {
  const options = { port, host: "127.0.0.1", path: "/livez", rejectUnauthorized: false, agent: false };
  return new Promise<{ status: number; name: unknown; protocol: string | null }>((resolve, reject) => {
    get({ ...options, minVersion: "TLSv1", maxVersion, ciphers: "DEFAULT@SECLEVEL=0" }, (response) => {
      const socket = response.socket as TLSSocket;
      const { subject } = socket.getPeerCertificate() as PeerCertificate;
      const [status, protocol] = [response.statusCode!, socket.getProtocol()];
      response.resume().on("end", () => resolve({ status, name: subject.CN, protocol }));
    }).on("error", reject);
  });
}
