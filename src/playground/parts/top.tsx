import { examples, shelves } from "../examples/index.ts";
import { linkToNow } from "../state/address.ts";
import { open, session } from "../state/store.ts";
import { nextTheme, theme } from "../state/theme.ts";
import { CopyButton } from "./copy.tsx";

/** The top of the page: what it is, examples to choose from, and where to read on. */
export function Top() {
  const { text } = session.value.source;
  const example = examples.find(({ session: { source } }) => source.text === text);
  return (
    <header class="top">
      <h1 class="brand">
        <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
          <rect width="32" height="32" rx="8" class="brand-ground" />
          <path d="M5 24C13 24 12 8 20 8" class="brand-curve" />
          <path d="M6 21.5 27 10.5" class="brand-line" />
          <circle cx="16.5" cy="16" r="3" class="brand-point" />
        </svg>
        Cotangent
      </h1>
      <label class="choice">
        <span class="hidden">Example</span>
        <select
          aria-label="Example"
          value={example?.name ?? ""}
          onChange={({ currentTarget }) => {
            const chosen = examples.find(({ name }) => name === currentTarget.value);
            if (chosen) open(chosen.session);
          }}
        >
          {!example && <option value="">Your own function</option>}
          {shelves.map((shelf) => (
            <optgroup key={shelf.name} label={shelf.name}>
              {shelf.examples.map(({ name }) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
      <p class="shows">{example?.shows}</p>
      <span class="grow" />
      <nav aria-label="Documents">
        <a href="docs">Reference</a>
      </nav>
      <CopyButton label="Copy link" text={linkToNow} />
      <button
        type="button"
        class="quiet"
        onClick={nextTheme}
        title="Light, dark, or as the system has it"
        aria-label={`Theme: ${theme.value}`}
      >
        {themeSigns[theme.value]}
      </button>
    </header>
  );
}

const themeSigns = { system: "◐", light: "☀", dark: "☾" } as const;
