import { prettyJson } from "./json.ts";
import type { SnippetCall } from "./snippet-call.ts";

/** A command for a shell; of the body only quotes need care there. */
export function curl({ origin, method, body }: SnippetCall): string {
  return `curl -s ${origin}/v1/${method} -d '${prettyJson(body).replaceAll("'", "'\\''")}'\n`;
}
