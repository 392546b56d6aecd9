import { createHash } from "node:crypto";

/** The SHA-256 of pieces, one after the other, in hexadecimal. */
export function sha256(pieces: Iterable<Uint8Array | string>): string {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}
