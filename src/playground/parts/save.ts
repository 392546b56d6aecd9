/** Has the browser keep something as a file. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), revokeMs);
}

/** Browsers read it after the click, at their leisure. */
const revokeMs = 10_000;
