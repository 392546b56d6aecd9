import type { Root, Storage } from "./steps.ts";

export const bytesPerNumber = 8;

/** A vector may be read or written past the last number. */
const paddingBytes = 8;
const alignment = 16;
const sizesMax = 64;

/** Lays out roots so that those which are needed at different times share memory. Linear but for a bounded search. */
export function planStorage(roots: ReadonlyMap<number, Root>, steps: number): Storage {
  const born: number[][] = Array.from({ length: steps + 2 }, () => []);
  const dead: number[][] = Array.from({ length: steps + 2 }, () => []);
  for (const [slot, { first, last }] of roots) {
    born[first + 1]!.push(slot);
    dead[last + 1]!.push(slot);
  }
  const sizeOf = (slot: number) =>
    Math.ceil((roots.get(slot)!.count * bytesPerNumber + paddingBytes) / alignment) * alignment;
  const offsets = new Map<number, number>();
  /** Free blocks by their size. */
  const gaps = new Map<number, number[]>();
  let bytes = 0;

  const give = (offset: number, size: number): void => {
    const list = gaps.get(size);
    if (list) list.push(offset);
    else if (gaps.size < sizesMax) gaps.set(size, [offset]);
  };
  const take = (size: number): number => {
    const exact = gaps.get(size)?.pop();
    if (exact !== undefined) return exact;
    let best = Number.POSITIVE_INFINITY;
    for (const [other, list] of gaps) if (other > size && other < best && list.length > 0) best = other;
    if (best === Number.POSITIVE_INFINITY) {
      bytes += size;
      return bytes - size;
    }
    const offset = gaps.get(best)!.pop()!;
    give(offset + size, best - size);
    return offset;
  };
  for (let step = 0; step < steps + 2; step++) {
    for (const slot of born[step]!) offsets.set(slot, take(sizeOf(slot)));
    for (const slot of dead[step]!) give(offsets.get(slot)!, sizeOf(slot));
  }
  return { offsets, bytes };
}
