'use client';
import type { MouseEvent } from 'react';
import { hasIcon } from '@/core/flow/node';
import type { PlacedNode } from '@/core/flow/timeline';
import { spriteHref } from '@/components/ui/icon';
import { nodeWords, shapeOf, toneClass } from './node-words';

/** One node of the timeline: a button. A stack is chosen by the first click and unfolded by the second. */
export function TimelineNode({
  placed: { node, x, y, width, height, label, detail },
  isSelected,
  isStop,
  onSelect,
  onUnfold,
}: {
  placed: PlacedNode;
  isSelected: boolean;
  isStop: boolean;
  onSelect: () => void;
  onUnfold: () => void;
}) {
  const stack = node.count > 1;
  const shape = shapeOf(node);
  const left = hasIcon(node) ? 28 : 10;
  const click = (event: MouseEvent) => {
    const onChevron = event.target instanceof Element && event.target.closest('.ft-chevron') !== null;
    if (stack && (isSelected || onChevron)) onUnfold();
    else onSelect();
  };
  return (
    // The keys are heard by the picture around it.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <g
      className={`ft-n ft-${node.kind} ${toneClass(node)}${node.fault === null ? '' : ' ft-fault'}`}
      transform={`translate(${x} ${y})`}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- SVG has no button of its own
      role="button"
      tabIndex={isStop ? 0 : -1}
      data-node={node.id}
      aria-pressed={isSelected}
      aria-label={nodeWords(node)}
      data-tip={label === node.label ? undefined : node.label.slice(0, 500)}
      onClick={click}
    >
      {isSelected ? (
        <rect
          className="ft-ring"
          x={-4}
          y={-4}
          width={width + 8}
          height={height + 8}
          rx={node.kind === 'step' ? 25 : 8}
        />
      ) : null}
      {stack ? (
        <>
          <rect className="ft-box" x={6} y={6} width={width} height={height} rx={5} />
          <rect className="ft-box" x={3} y={3} width={width} height={height} rx={5} />
        </>
      ) : null}
      <rect className="ft-box" width={width} height={height} rx={node.kind === 'step' ? 21 : 5} />
      {hasIcon(node) && shape !== null ? (
        <svg className="si" x={9} y={7} width={13} height={13} aria-hidden="true">
          <use href={spriteHref(`s-${shape}`)} />
        </svg>
      ) : null}
      <text className="ft-label" x={left} y={17}>
        {stack ? <tspan className="ft-times">×{node.count} </tspan> : null}
        {label}
      </text>
      {/* Read out as two words, and not drawn: a group draws no text. */}{' '}
      <text className="ft-detail" x={left} y={33}>
        {detail}
      </text>
      {stack ? (
        <g className="ft-chevron">
          <rect className="ft-hit" x={width - 26} y={18} width={26} height={24} />
          <path d={`M${width - 16} 26l4 4 4-4`} />
        </g>
      ) : null}
    </g>
  );
}
