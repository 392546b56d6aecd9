/** The shade of a number: its sign by colour, its size by weight, which grows slowly so that small ones are seen. */
export function shadeOf(value: number, largest: number): { readonly color: string; readonly weight: number } {
  if (!Number.isFinite(value)) return { color: "var(--bad)", weight: 1 };
  const color = value < 0 ? "var(--heat-minus)" : "var(--heat-plus)";
  if (value === 0 || largest === 0) return { color: "var(--heat-zero)", weight: 0.35 };
  return { color, weight: 0.15 + 0.85 * Math.sqrt(Math.abs(value) / largest) };
}

/** A colour for each group of columns or rows, far from those beside it; there may be any number. */
export function groupColor(group: number): string {
  const hue = Math.round((group * 137.508 + 265) % 360);
  return `hsl(${hue} 62% 52%)`;
}
