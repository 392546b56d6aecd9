import { effect } from "@preact/signals";
import { fragmentOf, sessionOf } from "./link.ts";
import { open, session } from "./store.ts";

/** Keeps the address and what is set alike: a link opens what it holds, and what is changed is in the address. */
export async function followAddress(): Promise<void> {
  const given = await sessionOf(location.hash);
  if (given) open(given);
  let last = location.hash;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isFirst = true;
  effect(() => {
    const state = session.value;
    // The address of the page stays clean until something is changed.
    if (isFirst) {
      isFirst = false;
      return;
    }
    clearTimeout(timer);
    timer = setTimeout(async () => {
      last = await fragmentOf(state);
      history.replaceState(null, "", last);
    }, 300);
  });
  addEventListener("hashchange", async () => {
    if (location.hash === last) return;
    const other = await sessionOf(location.hash);
    if (other) open(other);
  });
}

/** The whole link to what is set now. */
export async function linkToNow(): Promise<string> {
  return new URL(await fragmentOf(session.peek()), location.href).href;
}
