/** Lines of cells as a text table: columns as wide as they need to be, the first ones from the left, numbers from the right. */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const isNumeric = header.map((_, i) => rows.every((row) => /^ *(-?[\d.]|—|NaN|-?Infinity|$)/.test(row[i]!)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (isNumeric[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join("  ")
      .trimEnd();
  return [header, widths.map((width) => "-".repeat(width)), ...rows].map((cells) => line(cells)).join("\n");
}
