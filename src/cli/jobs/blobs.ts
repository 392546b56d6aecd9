import { createHash } from "node:crypto";
import { createReadStream, openAsBlob } from "node:fs";
import { npyType } from "../../wire/npy.ts";
import { answerOf, type Service } from "../client.ts";
import type { FileTensor } from "../given.ts";

/** Sends a file, and gives the tensor that names it; the file is read piece by piece, however long it is. */
export async function sendFile(service: Service, { path, shape, dtype }: FileTensor) {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(piece);
  const sha256 = hash.digest("hex");
  const file = await openAsBlob(path);
  const sent = service.api.PUT("/v1/blobs/{sha256}", {
    params: { path: { sha256 } },
    // The document's type of bytes is a text; what is sent is the file itself.
    body: path,
    bodySerializer: () => file,
    headers: { "content-type": npyType },
  });
  const { blob } = await answerOf(service, sent);
  return { shape, dtype, blob };
}
