/** The word of a list that a misspelt one is nearest to; undefined where none is near. Case does not count. */
export function nearest(misspelt: string, words: Iterable<string>): string | undefined {
  if (misspelt.length > lengthMax) return undefined;
  const given = misspelt.toLowerCase();
  let best: string | undefined;
  let distanceMax = Math.max(1, Math.floor(misspelt.length / 3)) + 1;
  for (const word of words) {
    const meant = word.toLowerCase();
    // A word that was not written to its end is one letter off.
    const isBegun = given.length >= 3 && meant.startsWith(given);
    if (!isBegun && Math.abs(word.length - given.length) >= distanceMax) continue;
    const d = Math.min(isBegun ? 1 : Number.POSITIVE_INFINITY, distance(given, meant));
    if (d >= distanceMax || d >= word.length) continue;
    best = word;
    distanceMax = d;
  }
  return best;
}

const lengthMax = 64;

/** How many letters must be changed, added, left out or exchanged with their neighbour (optimal string alignment). */
function distance(a: string, b: string): number {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let d = Math.min(last[j - 1]! + (isSame ? 0 : 1), last[j]! + 1, row[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) d = Math.min(d, before[j - 2]! + 1);
      row.push(d);
    }
    [before, last] = [last, row];
  }
  return last[b.length]!;
}
