'use client';
import { useEffect, useRef } from 'react';
import { fullTimeWords } from './time-words';

function textOf(element: Element): string | null {
  const text = element.getAttribute('data-tip');
  if (text !== null) return text;
  const at = Date.parse(element.getAttribute('datetime') ?? '');
  return Number.isNaN(at) ? null : fullTimeWords(at);
}

/**
 * The page's one tooltip, in the top layer so that no table clips it. It answers hover and focus and leaves on Escape.
 * What it says must also be reachable without it: `aria-describedby`, `datetime`, or the words themselves.
 */
export function TooltipLayer() {
  const layer = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const box = layer.current;
    if (box === null || typeof box.showPopover !== 'function') return;
    let owner: Element | null = null;

    const hide = () => {
      owner = null;
      if (box.matches(':popover-open')) box.hidePopover();
    };
    const show = (event: Event) => {
      const target = event.target instanceof Element ? event.target.closest('[data-tip], time[datetime]') : null;
      if (target === owner) return;
      const text = target === null ? null : textOf(target);
      if (target === null || text === null || text === '') return hide();
      owner = target;
      box.textContent = text;
      if (!box.matches(':popover-open')) box.showPopover();
      const at = target.getBoundingClientRect();
      const width = box.offsetWidth;
      const above = at.top - box.offsetHeight - 6;
      const left = Math.min(Math.max(8, at.left + at.width / 2 - width / 2), window.innerWidth - width - 8);
      box.style.left = `${left}px`;
      box.style.top = `${above < 4 ? at.bottom + 6 : above}px`;
    };
    const focus = (event: FocusEvent) => {
      if (event.target instanceof Element && event.target.matches(':focus-visible')) show(event);
    };
    const key = (event: KeyboardEvent) => {
      if (event.key === 'Escape') hide();
    };
    document.addEventListener('pointerover', show);
    document.addEventListener('focusin', focus);
    document.addEventListener('focusout', hide);
    document.addEventListener('pointerdown', hide);
    document.addEventListener('keydown', key);
    window.addEventListener('scroll', hide, { capture: true, passive: true });
    return () => {
      document.removeEventListener('pointerover', show);
      document.removeEventListener('focusin', focus);
      document.removeEventListener('focusout', hide);
      document.removeEventListener('pointerdown', hide);
      document.removeEventListener('keydown', key);
      window.removeEventListener('scroll', hide, { capture: true });
    };
  }, []);

  return <div className="tip" ref={layer} popover="manual" role="tooltip" />;
}
