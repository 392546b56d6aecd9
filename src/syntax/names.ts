import { isReserved } from "./formula/grammar.ts";

/** Whether a formula can spell a name. */
export function isSpellable(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !isReserved(name);
}

/** A name that a formula can spell, that is not taken, and is as like a given one as can be. */
export function spellable(name: string, taken: ReadonlySet<string>): string {
  const like = name.replace(/[^A-Za-z0-9_]/g, "_");
  const free = (candidate: string) => isSpellable(candidate) && !taken.has(candidate);
  return [like, `${like}_`].find(free) ?? freshNames(`${like}_`, taken)();
}

/** Names `prefix1`, `prefix2`, … that are not taken. */
export function freshNames(prefix: string, taken: ReadonlySet<string>): () => string {
  let i = 0;
  return () => {
    do i++;
    while (taken.has(`${prefix}${i}`));
    return `${prefix}${i}`;
  };
}
