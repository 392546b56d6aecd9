import { useSignal } from "@preact/signals";

/** A button that puts a text into the clipboard, and says so. */
export function CopyButton({ text, label }: { readonly text: () => string | Promise<string>; readonly label: string }) {
  const said = useSignal("");
  return (
    <button
      type="button"
      class="button"
      onClick={async () => {
        try {
          await navigator.clipboard.writeText(await text());
          said.value = "Copied";
        } catch {
          said.value = "Not allowed here";
        }
        setTimeout(() => {
          said.value = "";
        }, 1500);
      }}
    >
      <span aria-live="polite">{said.value || label}</span>
    </button>
  );
}
