import { computed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { service } from "../api/client.ts";
import { CopyButton } from "../parts/copy.tsx";
import { resource } from "../state/resource.ts";
import { call, session } from "../state/store.ts";

const answered = resource(
  computed(() => (call.value && session.value.tab === "formulas" ? { graph: call.value.graph } : undefined)),
  service.symbolic,
  0,
);

/** The derivatives as formulas, set as mathematics. */
export function FormulasPanel() {
  const { data, problem } = answered.value;
  const formulas = Object.entries((!problem && data?.derivatives) || {}).flatMap(([of, byInput]) =>
    Object.entries(byInput as Readonly<Record<string, Formula>>).map(([wrt, formula]) => ({ of, wrt, formula })),
  );
  return (
    <div>
      <header class="panel-head">
        <h2>Derivatives as formulas</h2>
        <span class="note">simplified, by the service</span>
      </header>
      {problem && (
        <p class="verdict bad" role="status">
          {problem.message}
        </p>
      )}
      <ul class="formulas">
        {formulas.map(({ of, wrt, formula }) => (
          <li key={`${of} ${wrt}`}>
            <Mathematics latex={formula.latex} text={`derivative of ${of} by ${wrt}: ${formula.text}`} />
            <p class="formula-source">
              <code>{formula.text}</code>
              <CopyButton label="Copy" text={() => formula.text} />
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface Formula {
  readonly text: string;
  readonly latex: string;
}

/** LaTeX, drawn once KaTeX is there. */
function Mathematics({ latex, text }: { readonly latex: string; readonly text: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let isWanted = true;
    import("./katex.ts").then(({ draw }) => isWanted && draw(latex, place.current!));
    return () => {
      isWanted = false;
    };
  }, [latex]);
  return (
    <>
      <p class="hidden">{text}</p>
      <div class="mathematics" ref={place} aria-hidden="true" />
    </>
  );
}
