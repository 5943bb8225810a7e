'use client';
import { Icon } from './icon';

/** One filter, `field op value`, and the way to drop it. */
export function Chip({ name, value, onRemove }: { name: string; value: string; onRemove: () => void }) {
  return (
    <span className="chip">
      <span className="k">{name}</span>
      <span className="v">{value}</span>
      <button type="button" className="x" aria-label={`Remove filter ${name} ${value}`} onClick={onRemove}>
        <Icon name="x" size={12} />
      </button>
    </span>
  );
}
