/** Rows in columns that are aligned: text to the left, numbers to the right. */
export function columns(rows: readonly (readonly string[])[], heads?: readonly string[]): string {
  const all = heads ? [heads, ...rows] : rows;
  const count = Math.max(0, ...all.map(({ length }) => length));
  const widths = Array.from({ length: count }, (_, i) => Math.max(...all.map((row) => widthOf(row[i] ?? ""))));
  const isNumeric = widths.map((_, i) => heads !== undefined && rows.every((row) => isNumber(row[i] ?? "")));
  const line = (row: readonly string[]) =>
    widths
      .map((width, i) => {
        const cell = row[i] ?? "";
        const gap = " ".repeat(width - widthOf(cell));
        return isNumeric[i] ? gap + cell : cell + gap;
      })
      .join("  ")
      .trimEnd();
  return all.map(line).join("\n");
}

function widthOf(text: string): number {
  return [...text].length;
}

function isNumber(text: string): boolean {
  return text === "" || /^-?(\d|NaN|Infinity|…)/.test(text);
}
