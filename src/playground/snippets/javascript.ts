import { prettyJson } from "./json.ts";
import type { SnippetCall } from "./snippet-call.ts";

/** A script for browsers, Node, Deno and Bun. */
export function javascript({ origin, method, body, member }: SnippetCall): string {
  return `const response = await fetch("${origin}/v1/${method}", {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(${prettyJson(body, 88, "  ")}),
});
const answer = await response.json();
if (!response.ok) throw new Error(answer.detail);
console.log(JSON.stringify(answer.${member}));
`;
}
