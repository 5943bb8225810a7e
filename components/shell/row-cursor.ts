/** Moves the focus `by` rows from the cursor row; from outside it begins at the first. Rows are links with `data-row`. */
export function moveCursor(current: string | null, by: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('a[data-row]')];
  const at = links.findIndex((link) => link.dataset.row === current);
  const next = links[at === -1 ? 0 : Math.min(links.length - 1, Math.max(0, at + by))];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}
