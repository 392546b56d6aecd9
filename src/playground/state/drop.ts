import { sessionOfText } from "./dropped.ts";
import { change } from "./store.ts";

/** Hears of files that are dropped onto the page, and shows the first. */
export function acceptFiles(): void {
  const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes("Files") === true;
  addEventListener("dragover", (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  // Before an editor hears of it, which would paste the text.
  addEventListener(
    "drop",
    async (event) => {
      const [file] = event.dataTransfer?.files ?? [];
      if (!file) return;
      event.preventDefault();
      event.stopPropagation();
      if (file.size <= bytesMax) change(sessionOfText(await file.text()));
    },
    { capture: true },
  );
}

const bytesMax = 20_000_000;
