'use client';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import type { SagaDiagram } from '@/core/contract/sagas';
import { asApiError } from '@/client/http';
import { Skeleton } from '@/components/ui/skeleton';
import { decorate, type Picture } from './decorate';
import { mermaidQuery, type Drawn } from './mermaid-svg';
import { isArrowKey, neighbour } from './neighbour';

export interface DiagramSelection {
  stepName: string;
  lane: 'forward' | 'undo';
}

interface Props {
  diagram: SagaDiagram;
  direction: 'LR' | 'TB';
  theme: 'light' | 'dark';
  selected: DiagramSelection | null;
  onSelect: (selection: DiagramSelection) => void;
}

/** A saga's state machine, drawn by mermaid. Where that fails its text is shown instead. */
export function SagaDiagramView({ diagram, direction, theme, selected, onSelect }: Props) {
  const drawing = useQuery(mermaidQuery(diagram, theme));
  if (drawing.data)
    return <Drawing drawn={drawing.data} direction={direction} selected={selected} onSelect={onSelect} />;
  if (drawing.isPending) return <Skeleton rows={4} rowHeight={48} label="The diagram is being drawn" />;
  return <DiagramText diagram={diagram} why={asApiError(drawing.error).detail} />;
}

/** The same as text, for when it cannot be drawn. */
function DiagramText({ diagram, why }: { diagram: SagaDiagram; why: string }) {
  return (
    <div className="dg-text" role="alert">
      <p className="m">The diagram could not be drawn: {why}</p>
      <p className="t2">{diagram.sentence}</p>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolls within itself, so the keyboard must reach it */}
      <pre className="json" tabIndex={0} aria-label="Diagram as mermaid text">
        {diagram.mermaid}
      </pre>
    </div>
  );
}

function Drawing({
  drawn,
  direction,
  selected,
  onSelect,
}: { drawn: Drawn } & Pick<Props, 'direction' | 'selected' | 'onSelect'>) {
  const host = useRef<HTMLDivElement>(null);
  const picture = useRef<Picture | null>(null);
  const { diagram } = drawn;
  const [room, setRoom] = useState(0);

  useLayoutEffect(() => {
    const place = host.current;
    if (place === null) return;
    setRoom(place.clientWidth);
    const watch = new ResizeObserver(() => setRoom(place.clientWidth));
    watch.observe(place);
    return () => watch.disconnect();
  }, []);

  useLayoutEffect(() => {
    const place = host.current;
    if (place === null || room === 0) return;
    const focused = place.contains(document.activeElement) ? document.activeElement?.getAttribute('data-node') : null;
    const left = place.scrollLeft;
    const made = decorate(drawn.svg, drawn.diagram, direction, room);
    picture.current = made;
    place.replaceChildren(made.svg);
    place.scrollLeft = left;
    if (focused) made.nodes.get(focused)?.focus({ preventScroll: true });
  }, [drawn, direction, room]);

  useEffect(() => {
    const made = picture.current;
    if (made === null) return;
    const node = (match: (each: SagaDiagram['nodes'][number]) => boolean) => diagram.nodes.find(match)?.id;
    const pressed = node(({ stepName, lane }) => stepName === selected?.stepName && lane === selected.lane);
    const stop = pressed ?? node(({ current }) => current) ?? diagram.nodes[0]?.id;
    for (const [id, group] of made.nodes) {
      group.setAttribute('aria-pressed', String(id === pressed));
      group.classList.toggle('dg-selected', id === pressed);
      group.setAttribute('tabindex', id === stop ? '0' : '-1');
    }
  }, [drawn, direction, room, diagram, selected]);

  const select = (id: string | null | undefined) => {
    const node = diagram.nodes.find((each) => each.id === id);
    if (node) onSelect({ stepName: node.stepName, lane: node.lane });
  };
  const click = (event: MouseEvent) => {
    const node = event.target instanceof Element ? event.target.closest<SVGGElement>('[data-node]') : null;
    node?.focus({ preventScroll: true });
    select(node?.getAttribute('data-node'));
  };
  const press = (event: KeyboardEvent) => {
    const id = event.target instanceof Element ? event.target.getAttribute('data-node') : null;
    const made = picture.current;
    if (id === null || made === null) return;
    if (event.key === 'Enter' || event.key === ' ') select(id);
    else if (isArrowKey(event.key)) {
      const next = neighbour(diagram, made.grid, id, event.key);
      if (next !== null) made.nodes.get(next)?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <>
      <svg className="vh" role="img" aria-label={diagram.sentence} />
      {/* The nodes inside are the buttons; this only hears what bubbles up from them. */}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions, jsx-a11y/click-events-have-key-events */}
      <div className="dg-scroll" ref={host} onClick={click} onKeyDown={press} />
    </>
  );
}
