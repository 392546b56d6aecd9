import { isMarkedAsUntransferable } from "node:worker_threads";

/** Whether bytes have their memory to themselves, so that it can be given away. */
export function isOwn({ buffer, byteLength }: Uint8Array): boolean {
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength && !isMarkedAsUntransferable(buffer);
}

/**
 * Frees the memory of bytes that nobody reads any more, where nothing else has a share in it. Left to the collector, which
 * hears of such memory late, that of one long body or chunk after another would add up.
 */
export function letGo(bytes: Uint8Array): void {
  if (bytes.byteLength > 0 && isOwn(bytes)) (bytes.buffer as ArrayBuffer).transfer(0);
}
