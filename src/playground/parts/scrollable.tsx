import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** What may be wider than its place; where it is, keys can scroll it too. */
export function Scrollable(props: {
  readonly label: string;
  readonly children: ComponentChildren;
  /** When it changes, the row marked `aria-current` is brought into sight. */
  readonly follow?: unknown;
}) {
  const { label, children, follow } = props;
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    const frame = place.current!;
    const look = () => {
      const overflows = frame.scrollWidth > frame.clientWidth + 1 || frame.scrollHeight > frame.clientHeight + 1;
      if (overflows) frame.tabIndex = 0;
      else frame.removeAttribute("tabindex");
    };
    const observer = new ResizeObserver(look);
    observer.observe(frame);
    for (const child of frame.children) observer.observe(child);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const frame = place.current!;
    const row = follow === undefined ? null : frame.querySelector<HTMLElement>("[aria-current]");
    if (!row) return;
    const [top, bottom] = [row.offsetTop, row.offsetTop + row.offsetHeight];
    if (top < frame.scrollTop + 40) frame.scrollTop = top - 40;
    else if (bottom > frame.scrollTop + frame.clientHeight) frame.scrollTop = bottom - frame.clientHeight + 8;
  }, [follow]);
  return (
    <section class="table-frame" aria-label={label} ref={place}>
      {children}
    </section>
  );
}
