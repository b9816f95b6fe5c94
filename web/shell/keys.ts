/** What the keys of the page do. */
export interface KeyActions {
  showHelp(): void;
}

/** Listens to the keys of the page. A view marks its search field with `data-search` and the link of each row with `data-row`. */
export function listenToKeys({ showHelp }: KeyActions): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target))
      return;
    if (document.querySelector('[role="dialog"]') !== null) return;
    if (event.key === '?') showHelp();
    else if (event.key === '/') document.querySelector<HTMLElement>('[data-search]')?.focus();
    else if (event.key === 'j') moveBy(1);
    else if (event.key === 'k') moveBy(-1);
    else return;
    event.preventDefault();
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches('input:not([type="checkbox"]), textarea, select, [contenteditable]')
  );
}

function moveBy(step: number): void {
  const rows: Element[] = [...document.querySelectorAll('[data-row]')];
  const at = document.activeElement === null ? -1 : rows.indexOf(document.activeElement);
  const next = rows[at === -1 ? 0 : at + step];
  if (!(next instanceof HTMLElement)) return;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'nearest' });
}
