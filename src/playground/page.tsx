import { GraphCard } from "./graph/card.tsx";
import { FunctionCard } from "./parts/function-card.tsx";
import { InputsCard } from "./parts/inputs-card.tsx";
import { Top } from "./parts/top.tsx";
import { TraceTable } from "./steps/table.tsx";

/** The whole page. */
export function Page() {
  return (
    <>
      <a class="skip" href="#graph">
        Skip to the graph
      </a>
      <Top />
      <main class="columns">
        <div class="column sources">
          <FunctionCard />
          <InputsCard />
        </div>
        <div class="column" id="graph">
          <GraphCard />
        </div>
        <div class="column panels">
          <TraceTable />
        </div>
      </main>
    </>
  );
}
