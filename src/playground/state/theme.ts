import { effect, signal } from "@preact/signals";

const themes = ["system", "light", "dark"] as const;

/** Which colours the page has. */
export const theme = signal<(typeof themes)[number]>(stored());

/** Goes on to the next. */
export function nextTheme(): void {
  theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length]!;
}

effect(() => {
  const { dataset } = document.documentElement;
  if (theme.value === "system") delete dataset.theme;
  else dataset.theme = theme.value;
  try {
    localStorage.setItem("theme", theme.value);
  } catch {
    // A browser that keeps nothing still shows the page.
  }
});

function stored(): (typeof themes)[number] {
  try {
    return themes.find((name) => name === localStorage.getItem("theme")) ?? "system";
  } catch {
    return "system";
  }
}
