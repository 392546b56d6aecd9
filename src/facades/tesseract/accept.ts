import type { Form } from "./arrays.ts";

const forms: Readonly<Record<string, Form>> = {
  "application/json": "json",
  "application/json+base64": "base64",
  // What keeps every bit, for the SDK, which asks so.
  "application/*": "base64",
  // Numbers, for who tries it with curl.
  "*/*": "json",
};

/** The form that `Accept` asks for: by quality, then in its order; undefined where that is none that there is. */
export function formFor(accept: string | undefined): Form | undefined {
  if (accept === undefined || accept.trim() === "") return "json";
  let best: Form | undefined;
  let bestQuality = 0;
  for (const range of accept.split(",")) {
    const [mediaType = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const form = Object.hasOwn(forms, mediaType) ? forms[mediaType] : undefined;
    if (!form) continue;
    const values = new Map(parameters.map((parameter) => split(parameter)));
    const isOdd = ["gpu_transport", "compression"].some((name) => (values.get(name) ?? "none") !== "none");
    const quality = Number(values.get("q") ?? 1);
    if (!isOdd && quality > bestQuality) [best, bestQuality] = [form, quality];
  }
  return best;
}

function split(parameter: string): readonly [name: string, value: string] {
  const at = parameter.indexOf("=");
  const value = parameter.slice(at + 1).trim();
  return [parameter.slice(0, at).trim(), value.replace(/^"(.*)"$/, "$1")];
}
