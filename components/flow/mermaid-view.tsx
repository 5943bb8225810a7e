'use client';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { createPortal } from 'react-dom';
import { asApiError } from '@/client/http';
import type { FlowNode } from '@/core/contract/flows';
import { flowchart, mermaidIds, sequence, sequenceLines } from '@/core/diagram/flow-mermaid';
import { hasIcon } from '@/core/flow/node';
import { draw } from '@/components/diagram/mermaid-svg';
import { svgOf } from '@/components/diagram/svg-of';
import { CopyButton } from '@/components/ui/copy';
import { Skeleton } from '@/components/ui/skeleton';
import { useSeenTheme } from '@/components/saga/detail/media';
import { spriteHref } from '@/components/ui/icon';
import type { FlowPicture } from './flow-page';
import { nodeWords, shapeOf } from './node-words';
import { useInView } from './use-in-view';
import { scaleOf, Zoom, type ZoomLevel } from './zoom';

type Kind = 'graph' | 'sequence';

/** Sizes are those of our style sheet, so that mermaid leaves as much room as the words take. */
const SETTINGS = {
  fontSize: 12,
  themeVariables: { fontSize: '12px' },
  flowchart: { curve: 'rounded', nodeSpacing: 24, rankSpacing: 30, padding: 2, useMaxWidth: false },
  sequence: {
    actorFontSize: 12,
    messageFontSize: 12,
    noteFontSize: 12,
    width: 112,
    height: 34,
    actorMargin: 64,
    messageMargin: 26,
    noteMargin: 6,
    boxMargin: 6,
    diagramMarginX: 8,
    diagramMarginY: 8,
    mirrorActors: false,
    useMaxWidth: false,
  },
} as const;

/** A flow drawn by mermaid, in our colours: as a graph ordered by cause, or as a sequence of messages. */
export function MermaidView({ flow, selected, causes, state, slot, kind }: FlowPicture & { kind: Kind }) {
  const text = useMemo(() => (kind === 'graph' ? flowchart(flow) : sequence(flow)), [flow, kind]);
  const theme = useSeenTheme();
  const drawing = useQuery({
    queryKey: ['mermaid', text, theme],
    queryFn: () => draw(text, theme, SETTINGS, 'fm-measure'),
    staleTime: Infinity,
    retry: false,
  });
  return (
    <div className="ft fm-host">
      {slot === null
        ? null
        : createPortal(
            <CopyButton text={text} label="Copy as mermaid" className="btn sm ef-copy">
              <span className="lb">Copy as mermaid</span>
            </CopyButton>,
            slot,
          )}
      {drawing.data === undefined ? (
        drawing.isPending ? (
          <Skeleton rows={5} rowHeight={60} label="The diagram is being drawn" />
        ) : (
          <div className="dg-text" role="alert">
            <p className="m">The diagram could not be drawn: {asApiError(drawing.error).detail}</p>
            <p className="t2">Timeline and Table show the same.</p>
          </div>
        )
      ) : (
        <Drawn key={text} svg={drawing.data} {...{ flow, selected, causes, state, slot, kind }} />
      )}
    </div>
  );
}

function Drawn({ svg, flow, selected, causes, state, slot, kind }: FlowPicture & { kind: Kind; svg: string }) {
  const host = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState<ZoomLevel>('auto');
  const [size, setSize] = useState({ width: 1, room: 1 });

  useLayoutEffect(() => {
    const place = host.current;
    if (place === null) return;
    const picture = svgOf(svg);
    // The rules of mermaid's own theme: ours are in the style sheet.
    for (const style of picture.querySelectorAll('style')) style.remove();
    const box = picture.viewBox.baseVal;
    picture.setAttribute('width', String(box.width));
    picture.setAttribute('height', String(box.height));
    picture.removeAttribute('style');
    picture.setAttribute('class', `fm fm-${kind}`);
    picture.setAttribute('role', kind === 'graph' ? 'group' : 'img');
    picture.removeAttribute('aria-roledescription');
    picture.setAttribute('aria-label', flow.sentence);
    place.replaceChildren(picture);
    if (kind === 'graph') {
      name(picture, flow);
      for (const lane of picture.querySelectorAll<SVGGElement>('g.cluster')) labelLeft(lane);
    }
    setSize({ width: box.width, room: place.clientWidth });
  }, [svg, flow, kind]);

  useInView(host, { selected: selected?.id ?? null, page: svg, ready: size.room > 1 });

  useEffect(() => {
    const place = host.current;
    if (place === null) return;
    if (kind === 'sequence') {
      markLines(place, flow, causes, selected);
      return;
    }
    const stop = selected?.id ?? flow.nodes[0]?.id;
    for (const group of place.querySelectorAll('[data-node]')) {
      const id = group.getAttribute('data-node');
      group.setAttribute('aria-pressed', String(id === selected?.id));
      group.setAttribute('tabindex', id === stop ? '0' : '-1');
    }
    const ids = mermaidIds(flow.nodes);
    const bold = new Set([...causes.edges].map(({ from, to }) => `L_${ids.get(from)}_${ids.get(to)}_0`));
    for (const path of place.querySelectorAll<SVGElement>('.flowchart-link'))
      path.classList.toggle('fm-bold', bold.has(/L_n\d+_n\d+_\d+$/.exec(path.id)?.[0] ?? ''));
  }, [svg, flow, selected, causes, kind]);

  const pick = (target: EventTarget) =>
    target instanceof Element ? (target.closest('[data-node]')?.getAttribute('data-node') ?? null) : null;
  const click = (event: MouseEvent) => {
    const id = pick(event.target);
    if (id !== null) state.select(id);
  };
  const press = (event: KeyboardEvent) => {
    const id = pick(event.target);
    if (id === null) return;
    const at = flow.nodes.findIndex((node) => node.id === id);
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (event.key === 'Enter' || event.key === ' ') state.select(id);
    else if (step !== undefined) {
      const next = flow.nodes[at + step];
      if (next) host.current?.querySelector<SVGElement>(`[data-node="${CSS.escape(next.id)}"]`)?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const scale = scaleOf(zoom, size.room, size.width);
  return (
    <>
      {slot === null ? null : createPortal(<Zoom value={zoom} scale={scale} onChange={setZoom} />, slot)}
      {/* Scrolls within itself: where no node inside takes the focus, it does. */}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions, jsx-a11y/no-noninteractive-tabindex */}
      <div
        className="ft-scroll fm-scroll"
        {...(kind === 'sequence' ? { tabIndex: 0, role: 'region', 'aria-label': 'Sequence diagram' } : {})}
        onClick={click}
        onKeyDown={press}
      >
        <div ref={host} style={{ zoom: scale }} />
      </div>
    </>
  );
}

/**
 * Sets the causes of the selection bold in a sequence, and marks the selection. Mermaid gives its messages and notes no
 * ids, but draws each kind in the order of the text.
 */
function markLines(
  place: HTMLElement,
  flow: FlowPicture['flow'],
  causes: FlowPicture['causes'],
  selected: FlowNode | null,
): void {
  const arrows = [...place.querySelectorAll('.messageLine0, .messageLine1')];
  const texts = [...place.querySelectorAll('.messageText')];
  const notes = [...place.querySelectorAll('rect.note')];
  const noteTexts = [...place.querySelectorAll('.noteText')];
  for (const { node, edge } of sequenceLines(flow)) {
    const [line, text] = edge === null ? [notes.shift(), noteTexts.shift()] : [arrows.shift(), texts.shift()];
    line?.classList.toggle('fm-bold', edge === null ? causes.nodes.has(node.id) : causes.edges.has(edge));
    text?.classList.toggle('fm-bold', causes.nodes.has(node.id));
    for (const part of [line, text]) part?.classList.toggle('fm-sel', node.id === selected?.id);
  }
}

/** Makes buttons of mermaid's nodes; their ids in the text are `n0`, `n1` … in the order of the picture. */
function name(picture: SVGSVGElement, flow: FlowPicture['flow']): void {
  for (const group of picture.querySelectorAll<SVGGElement>('g.node')) {
    const at = /flowchart-n(\d+)-\d+$/.exec(group.id)?.[1];
    const node = at === undefined ? undefined : flow.nodes[Number(at)];
    if (node === undefined) continue;
    group.setAttribute('data-node', node.id);
    group.setAttribute('role', 'button');
    group.setAttribute('aria-label', nodeWords(node));
    if (node.tone !== 'plain' && node.kind !== 'ghost') group.classList.add(`s-${node.tone}`);
    const shape = shapeOf(node);
    if (hasIcon(node) && shape !== null) group.append(iconOf(shape, group.getBBox(), node));
  }
}

/** The shape of its status, beside the first line of a node: colour alone does not say it. */
function iconOf(shape: string, box: DOMRect, node: FlowNode): SVGSVGElement {
  const icon = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const inside = node.kind === 'step' ? 15 : node.count > 1 ? 11 : 5;
  const at = { x: box.x + inside, y: box.y + box.height / 2 - 14, width: 13, height: 13 };
  for (const [key, value] of Object.entries(at)) icon.setAttribute(key, String(value));
  icon.setAttribute('class', 'si');
  icon.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', spriteHref(`s-${shape}`));
  icon.append(use);
  return icon;
}

/** The name of a lane at its left end: the middle of a wide one is out of sight. */
function labelLeft(lane: SVGGElement): void {
  const box = lane.querySelector('rect')?.getBBox();
  if (box === undefined) return;
  lane.querySelector(':scope > .cluster-label')?.setAttribute('transform', `translate(${box.x + 14} ${box.y + 3})`);
}
