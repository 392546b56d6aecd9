/** A Markdown table, its first column to the left and the others to the right. */
export function table(heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

/** Seconds in a unit that suits, with three digits. */
export function duration(seconds: number): string {
  const units = [
    ["ns", 1e-9],
    ["µs", 1e-6],
    ["ms", 1e-3],
  ] as const;
  const [name, unit] = units.find(([, unit]) => seconds < 999.5 * unit) ?? ["s", 1];
  return `${digits(seconds / unit)} ${name}`;
}

/** A factor with three digits. */
export function times(factor: number): string {
  return `${digits(factor)}×`;
}

/** A positive number with three digits, or all those before the point. */
export function digits(x: number): string {
  return x >= 100 ? x.toFixed(0) : x.toPrecision(3);
}
