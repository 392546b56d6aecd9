import type { IncomingMessage } from "node:http";

/** The target of a request, several slashes in a row being one: clients join paths of theirs and ours. */
export function singleSlashes({ url = "/" }: Pick<IncomingMessage, "url">): string {
  if (!url.startsWith("/") || !url.includes("//")) return url;
  const end = url.search(/[?#]/);
  const path = end < 0 ? url : url.slice(0, end);
  return path.replaceAll(/\/{2,}/g, "/") + url.slice(path.length);
}
