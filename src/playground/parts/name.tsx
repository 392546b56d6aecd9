import { nameParts } from "../graph/symbols.ts";

/** A name as textbooks set it: `x1` with its digits as an index, under a dot as a tangent, under a bar as an adjoint. */
export function Name({ name, accent }: { readonly name: string; readonly accent?: "dot" | "bar" }) {
  const { base, index } = nameParts(name);
  return (
    <span class="name">
      {accent ? <span class={`accent over-${accent}`}>{base}</span> : base}
      {index !== "" && <sub>{index}</sub>}
    </span>
  );
}

/** A name in plain text: what those hear who do not see it. */
export function spoken(name: string, accent: "dot" | "bar"): string {
  return accent === "dot" ? `tangent of ${name}` : `adjoint of ${name}`;
}
