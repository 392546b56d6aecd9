import { GraphCard } from "./graph/card.tsx";
import { Panels } from "./panels/panels.tsx";
import { FunctionCard } from "./parts/function-card.tsx";
import { InputsCard } from "./parts/inputs-card.tsx";
import { KeyField } from "./parts/key-field.tsx";
import { SeedsCard } from "./parts/seeds-card.tsx";
import { Top } from "./parts/top.tsx";

/** The whole page. */
export function Page() {
  return (
    <>
      <a class="skip" href="#graph">
        Skip to the graph
      </a>
      <Top />
      <KeyField />
      <main class="columns">
        <div class="column sources">
          <FunctionCard />
          <InputsCard />
          <SeedsCard />
        </div>
        <div class="column" id="graph">
          <GraphCard />
        </div>
        <div class="column panels">
          <Panels />
        </div>
      </main>
    </>
  );
}
