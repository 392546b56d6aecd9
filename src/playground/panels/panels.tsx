import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Tab, tabs } from "../state/session.ts";
import { change, fault, session } from "../state/store.ts";
import { TraceTable } from "../steps/table.tsx";

const titles: Readonly<Record<Tab, string>> = {
  trace: "Trace",
  jacobian: "Jacobian",
  compare: "Four ways",
  plot: "Plot",
  formulas: "Formulas",
  call: "Call it",
  jobs: "Jobs",
};

/** What is fetched when it is first looked at. */
const loaders: Readonly<Record<Exclude<Tab, "trace">, () => Promise<ComponentType>>> = {
  jacobian: async () => (await import("../jacobian/panel.tsx")).JacobianPanel,
  compare: async () => (await import("../compare/panel.tsx")).ComparePanel,
  plot: async () => (await import("../plots/panel.tsx")).PlotPanel,
  formulas: async () => (await import("../formulas/panel.tsx")).FormulasPanel,
  jobs: async () => (await import("../jobs/panel.tsx")).JobsPanel,
  call: async () => (await import("../snippets/panel.tsx")).CallPanel,
};

/** The panels beside the graph, one at a time. */
export function Panels() {
  const { tab } = session.value;
  return (
    <section class={`card panels-card ${fault.value ? "stale" : ""}`} aria-label="Panels">
      <div
        class="tabs"
        role="tablist"
        aria-label="What to look at"
        onKeyDown={(event) => {
          const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
          if (by === undefined) return;
          const next = tabs[(tabs.indexOf(session.peek().tab) + by + tabs.length) % tabs.length]!;
          change({ tab: next });
          event.currentTarget.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
        }}
      >
        {tabs.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={tab === name}
            aria-controls={tab === name ? "panel" : undefined}
            tabIndex={tab === name ? 0 : -1}
            onClick={() => change({ tab: name })}
          >
            {titles[name]}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="panel" aria-labelledby={`tab-${tab}`} class="panel">
        {fault.value && <p class="note stale-note">This is of the last function that could be read.</p>}
        {tab === "trace" ? <TraceTable /> : <Lazy key={tab} tab={tab} />}
      </div>
    </section>
  );
}

function Lazy({ tab }: { readonly tab: Exclude<Tab, "trace"> }) {
  const [Panel, setPanel] = useState<ComponentType>();
  useEffect(() => {
    let isWanted = true;
    loaders[tab]().then((panel) => isWanted && setPanel(() => panel));
    return () => {
      isWanted = false;
    };
  }, [tab]);
  return Panel ? <Panel /> : <p class="note pad">…</p>;
}
