import { type RefObject, useEffect } from 'react';

/**
 * Brings the selected node into sight when it is another one, or when the page of the flow is: then it may stand far
 * below or aside. Not at each drawing: whoever scrolls on must not be pulled back.
 * @param ready the picture is drawn; @param page what changes with the page, such as its first node
 */
export function useInView(
  host: RefObject<HTMLElement | null>,
  { selected, page, ready }: { selected: string | null; page: string; ready: boolean },
): void {
  useEffect(() => {
    if (selected === null || !ready) return;
    const node = host.current?.querySelector(`[data-node="${CSS.escape(selected)}"]`);
    if (node !== null && node !== undefined && !isInSight(node))
      node.scrollIntoView({ block: 'center', inline: 'center' });
  }, [host, selected, page, ready]);
}

/** Whether all of a node is to be seen, in the window below the top bar and in what scrolls around it. */
function isInSight(node: Element): boolean {
  const box = node.getBoundingClientRect();
  const around = node.closest('.ft-scroll, .ef-table')?.getBoundingClientRect();
  // The names of the lanes stay at the left end, over what is scrolled.
  const lanes = node.closest('.ft-in')?.querySelector('.ft-lanes')?.getBoundingClientRect();
  const bar = document.querySelector('header.top')?.getBoundingClientRect();
  return (
    box.top >= (bar?.bottom ?? 0) &&
    box.bottom <= window.innerHeight &&
    box.left >= Math.max(0, around?.left ?? 0, lanes?.right ?? 0) &&
    box.right <= Math.min(window.innerWidth, around?.right ?? Infinity)
  );
}
