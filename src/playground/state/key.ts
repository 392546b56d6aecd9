import { signal } from "@preact/signals";

/** The key that calls are sent with, where the service asks for one; kept as long as the tab is open. */
export const key = signal(stored());

/** Sets it; an empty one is none. */
export function setKey(next: string): void {
  key.value = next;
  try {
    sessionStorage.setItem("key", next);
  } catch {
    // A browser that keeps nothing asks again.
  }
}

function stored(): string {
  try {
    return sessionStorage.getItem("key") ?? "";
  } catch {
    return "";
  }
}
