import type { ServerResponse } from "node:http";
import type { Text } from "../rpc/text.ts";

/** Writes and ends an answer that is in pieces, as fast as its client takes them. */
export async function writePieces(response: ServerResponse, text: Exclude<Text, string>): Promise<void> {
  try {
    for (const piece of text) {
      if (typeof piece === "string") {
        await write(response, piece);
        continue;
      }
      for (let bytes = piece.take(); bytes; bytes = piece.take()) {
        await write(response, bytes);
        // Frees the memory now: left to the collector, a long answer would make it stop this thread.
        bytes.buffer.transfer(0);
      }
    }
    response.end();
  } catch {
    // The client is gone.
    response.destroy();
  } finally {
    for (const piece of text) if (typeof piece !== "string") piece.close();
  }
}

/** Resolves when the socket has taken the bytes, and others have had their turn. */
function write(response: ServerResponse, bytes: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    response.write(bytes, (error) => (error ? reject(error) : setImmediate(resolve)));
  });
}
