/** Names `prefix1`, `prefix2`, … that are not taken. */
export function freshNames(prefix: string, taken: ReadonlySet<string>): () => string {
  let i = 0;
  return () => {
    do i++;
    while (taken.has(`${prefix}${i}`));
    return `${prefix}${i}`;
  };
}
