import { useState } from "preact/hooks";
import { key, setKey } from "../state/key.ts";
import { fault, operators, traced } from "../state/store.ts";

/** Asks for a key where the service does. */
export function KeyField() {
  const [typed, setTyped] = useState(key.value);
  const problems = [fault.value, traced.value.problem, operators.value.problem];
  if (!problems.some((problem) => problem?.type === "unauthorized" || problem?.type === "forbidden")) return null;
  return (
    <form
      class="key"
      onSubmit={(event) => {
        event.preventDefault();
        setKey(typed.trim());
      }}
    >
      <label>
        The service asks for a key{" "}
        <input
          type="password"
          autocomplete="off"
          value={typed}
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        />
      </label>
      <button type="submit" class="button">
        Use it
      </button>
    </form>
  );
}
