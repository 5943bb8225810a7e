import { eventTone } from '@/core/event/event-tone';
import { type Shape, ShapeIcon } from '@/components/saga/status';

const SHAPE = { failed: 'failed', compensating: 'compensating', compensated: 'compensated' } as const satisfies Record<
  string,
  Shape
>;

/** An event by its name, with the shape of what it says and the schema version of its payload. */
export function EventName({ name, version, on }: { name: string; version: number; on?: string }) {
  const tone = eventTone(name);
  return (
    <span className="ev-name">
      {tone === 'plain' ? <span className="ev-dot" aria-hidden="true" /> : <ShapeIcon shape={SHAPE[tone]} on={on} />}
      <span className="trunc" title={name}>
        {name}
      </span>
      <span className="ev-v" title={`Schema version ${version}`}>
        V{version}
      </span>
    </span>
  );
}
