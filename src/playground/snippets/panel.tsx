import { signal } from "@preact/signals";
import { origin } from "../api/client.ts";
import { CopyButton } from "../parts/copy.tsx";
import { Scrollable } from "../parts/scrollable.tsx";
import { linkToNow } from "../state/address.ts";
import { call, checked, session } from "../state/store.ts";
import { type Callable, callable, snippetCall } from "./calls.ts";
import { languages } from "./languages.ts";

const method = signal<Callable>("jacobian");
const language = signal(languages[0]!.name);

/** What is on the page, as a machine asks for it; and a link that holds all of it. */
export function CallPanel() {
  const outputs = (checked.value.data?.outputs ?? []).map(({ name }) => name);
  const written = languages.find(({ name }) => name === language.value)!;
  const text = call.value && written.write(snippetCall(origin, method.value, call.value, session.value, outputs));
  return (
    <div>
      <header class="panel-head">
        <h2>How a machine calls this</h2>
        <label class="choice small">
          <span>Method </span>
          <select
            value={method.value}
            onChange={({ currentTarget }) => {
              method.value = currentTarget.value as Callable;
            }}
          >
            {Object.keys(callable).map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      </header>
      <div class="languages">
        <fieldset class="segments">
          <legend class="hidden">Language</legend>
          {languages.map(({ name }) => (
            <button
              key={name}
              type="button"
              aria-pressed={name === language.value}
              onClick={() => {
                language.value = name;
              }}
            >
              {name}
            </button>
          ))}
        </fieldset>
      </div>
      <Scrollable label={`The call in ${language.value}`}>
        <pre class="snippet" data-testid="snippet">
          {text ?? "The function has to be right first."}
        </pre>
      </Scrollable>
      <div class="snippet-foot">
        <CopyButton label="Copy the call" text={() => text ?? ""} />
        <CopyButton label="Copy a link to this page" text={linkToNow} />
        <span class="note">The link holds everything; nothing is stored on the server.</span>
      </div>
    </div>
  );
}
