import { isDeepStrictEqual } from 'node:util';
import { eventFromText } from '@/core/intervention/event-text';
import type { InterventionCourse } from '@/core/intervention/events';
import { evolve } from '@/core/intervention/evolve';
import { verifyJournal } from '@/server/db/journal';
import type { Query } from '@/server/db/query';

const PAGE = 500;

interface Row {
  id: string;
  state: string;
  course: string;
}
interface Entry {
  id: string;
  type: string;
  at: number;
  body: string;
}

/** Compares the chain of the journal with itself, and every stored intervention with what its entries make of it. */
export async function verifyInterventions(query: Query): Promise<string[]> {
  const { fault } = await verifyJournal(query);
  const differences = fault === null ? [] : [`journal: ${fault.text}`];
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const page = await query<Row>(
      `select i.id::text as id, i.state, i.course from sagascope.intervention i where i.id > $1::text::uuid order by i.id limit ${PAGE}`,
      [after],
    );
    const entries = await query<Entry>(
      `select intervention_id::text as id, type, round(extract(epoch from at) * 1000)::float8 as at, body
         from sagascope.journal where intervention_id = any (string_to_array($1::text, ',')::uuid[]) order by seq`,
      [page.map(({ id }) => id).join(',')],
    );
    for (const row of page) {
      const why = difference(
        row,
        entries.filter(({ id }) => id === row.id),
      );
      if (why !== null) differences.push(`Intervention ${row.id} ${why}.`);
    }
    if (page.length < PAGE) return differences;
    after = page.at(-1)?.id ?? after;
  }
}

function difference({ state, course }: Row, entries: readonly Entry[]): string | null {
  let proven: InterventionCourse | null = null;
  for (const entry of entries) {
    const event = eventFromText(entry);
    if (event === null) return `has a journal entry that cannot be read (${entry.type})`;
    try {
      proven = evolve(proven, event);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return `has a journal that makes no sense: ${error.message}`;
    }
  }
  if (proven === null) return 'has no entry in the journal';
  if (proven.state !== state) return `is ${state}, but its journal makes it ${proven.state}`;
  // Both as JSON, since that is how the course is kept.
  return isDeepStrictEqual(JSON.parse(course), JSON.parse(JSON.stringify(proven)))
    ? null
    : 'differs from what its journal makes of it';
}
