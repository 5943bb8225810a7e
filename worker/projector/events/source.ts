import {
  type EventColumns,
  type EventHead,
  eventHeadSelect,
  eventStoreColumns,
  type RawEventHead,
  toEventHead,
} from '@/server/db/event-store';
import { notifyLive } from '@/server/db/notify';
import type { Query } from '@/server/db/query';
import type { LogSource, Work } from '@/worker/follower/source';
import { saveEvents } from './event-table';
import { eventGroups } from './live-keys';
import { EVENT_PROJECTIONS, type EventProjection } from './projections';

const COLUMNS_EVERY_MS = 10_000;

/** An event on its way, dated: where its writer told no time, when it was first seen. */
export interface FollowedEvent extends EventHead {
  id: bigint;
  createdAt: number;
  occurredAt: number;
  /** No time was written, and none was noted down when it was seen. */
  isUnseen: boolean;
}

export interface RawFollowedEvent extends RawEventHead {
  id: string;
  seen_ms: number | null;
}

/** Turns rows of event_store into event_index and whatever else is kept of events, in one transaction a batch. */
export class EventProjector implements LogSource<FollowedEvent, RawFollowedEvent> {
  readonly log = 'event_store';
  readonly table = 'public.event_store';
  readonly idColumn = 'position';
  readonly fingerprint = `concat_ws('|', l.position, l.aggregate_id, l.version, l.event_type)`;

  private columns: EventColumns = new Set();
  private columnsAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly say: (line: string) => void,
    private readonly projections: Readonly<Record<string, EventProjection>> = EVENT_PROJECTIONS,
  ) {}

  async prepare(query: Query): Promise<void> {
    if (performance.now() - this.columnsAt <= COLUMNS_EVERY_MS) return;
    this.columns = await eventStoreColumns(query);
    this.columnsAt = performance.now();
  }

  select(): { list: string; joins: string; params: unknown[] } {
    return followedSelect(this.columns);
  }

  parse(raw: RawFollowedEvent): FollowedEvent {
    return toFollowedEvent(raw, Date.now());
  }

  async apply(query: Query, { rows, late, now, careful }: Work<FollowedEvent>): Promise<void> {
    await writeDownSeen(query, rows, now);
    await saveEvents(query, rows);
    for (const [name, project] of Object.entries(this.projections)) {
      if (careful) await this.oneByOne(query, name, project, rows, late);
      else await project(query, rows, late);
    }
    await notifyLive(query, ['events'], eventGroups(rows));
  }

  hasSpareWork(): boolean {
    return false;
  }

  async spareWork(): Promise<void> {}

  forget(): void {
    this.columnsAt = Number.NEGATIVE_INFINITY;
  }

  /** An event that cannot be stored is left out of the one projection that refuses it, by name; the others go on. */
  private async oneByOne(
    query: Query,
    name: string,
    project: EventProjection,
    events: readonly FollowedEvent[],
    late: boolean,
  ): Promise<void> {
    for (const event of events) {
      await query('SAVEPOINT one_event');
      try {
        await project(query, [event], late);
      } catch (error) {
        await query('ROLLBACK TO SAVEPOINT one_event');
        this.say(`Event ${event.position} of event_store is left out of ${name}; the others go on. ${String(error)}`);
      }
      await query('RELEASE SAVEPOINT one_event');
    }
  }
}

/** Select list and joins for rows of `public.event_store l`, whatever optional columns it has. */
export function followedSelect(columns: EventColumns): { list: string; joins: string; params: unknown[] } {
  return {
    list: `e.position::text AS id, CASE WHEN s.seen_at IS NOT NULL THEN (extract(epoch FROM s.seen_at) * 1000)::float8 END AS seen_ms,
      ${eventHeadSelect(columns)}`,
    joins: `CROSS JOIN LATERAL (SELECT l.*) e
      LEFT JOIN sagascope.seen_row s ON s.log = 'event_store' AND s.id = l.position`,
    params: [],
  };
}

/** An event as it is read; `now` (epoch ms) is when it was seen if nothing else tells a time. */
export function toFollowedEvent(raw: RawFollowedEvent, now: number): FollowedEvent {
  const head = toEventHead(raw);
  const occurredAt = head.occurredAt ?? raw.seen_ms ?? now;
  return {
    ...head,
    id: head.position,
    createdAt: occurredAt,
    occurredAt,
    isUnseen: head.occurredAt === null && raw.seen_ms === null,
  };
}

/** An event without a time happened when it was first seen. Noted down, so that a rebuild says the same. */
async function writeDownSeen(query: Query, rows: readonly FollowedEvent[], now: number): Promise<void> {
  const unseen = rows.filter((row) => row.isUnseen);
  if (unseen.length === 0) return;
  await query(
    `INSERT INTO sagascope.seen_row (log, id, seen_at)
     SELECT 'event_store', id, to_timestamp($2::float8 / 1000) FROM unnest($1::bigint[]) AS r(id) ON CONFLICT DO NOTHING`,
    [unseen.map((row) => row.position.toString()), now],
  );
  for (const row of unseen) {
    row.occurredAt = now;
    row.createdAt = now;
  }
}
