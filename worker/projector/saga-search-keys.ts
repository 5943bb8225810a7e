import { LRUCache } from 'lru-cache';
import type { Identifier } from '@/core/search/identifiers';
import { sagaKeys } from '@/core/search/keys';
import type { SagaRow } from '@/core/saga/row';
import type { Query } from '@/server/db/query';
import type { Projected } from './record';
import { identifiersOfText, keyText, saveSearchKeys, type TenantKey } from './search-keys';

const REMEMBERED_SAGAS = 20_000;
/** Of one saga, over all contexts. */
const MOST_IDENTIFIERS = 64;

/**
 * Keeps what the search box finds of sagas. Remembers what it wrote, so that a saga's next row asks the database for
 * nothing that is there; `forget` when a transaction is rolled back. A context that is reduced to the places that
 * definitions name (it is long) is found by these alone.
 */
export class SagaSearchKeys {
  private readonly written = new LRUCache<string, Set<string>>({ max: REMEMBERED_SAGAS });
  private readonly ofRow = new WeakMap<SagaRow, Identifier[]>();

  constructor(private readonly say: (line: string) => void) {}

  forget(): void {
    this.written.clear();
  }

  /** `rows` of each saga in the order of `projected`. With `careful`, keys that cannot be stored are left out by name. */
  async save(
    query: Query,
    rows: readonly (readonly SagaRow[])[],
    projected: readonly Projected[],
    careful: boolean,
  ): Promise<void> {
    const fresh = projected.flatMap(({ record }, index) => {
      const known = this.written.get(record.saga_id) ?? new Set<string>();
      this.written.set(record.saga_id, known);
      const keys = keysOfSaga(record, identifiersOfRows(rows[index] ?? [], this.ofRow));
      return keys.filter((key) => !known.has(keyText(key)) && known.add(keyText(key)));
    });
    if (!careful) return saveSearchKeys(query, fresh);
    await query('SAVEPOINT search_keys');
    try {
      await saveSearchKeys(query, fresh);
    } catch (error) {
      await query('ROLLBACK TO SAVEPOINT search_keys');
      this.say(`What ${projected.length} sagas are found by could not be stored; the others go on. ${String(error)}`);
    }
    await query('RELEASE SAVEPOINT search_keys');
  }
}

/** The identifiers of a saga's contexts in log order, 64 at most; `known` remembers those of a row. */
export function identifiersOfRows(
  rows: readonly SagaRow[],
  known: WeakMap<SagaRow, Identifier[]> = new WeakMap(),
): Identifier[] {
  const found = new Map<string, Identifier>();
  for (const row of rows) {
    if (row.context === null || found.size >= MOST_IDENTIFIERS) continue;
    const ofRow = known.get(row) ?? identifiersOfText(row.context);
    known.set(row, ofRow);
    for (const one of ofRow) if (!found.has(one.value)) found.set(one.value, one);
  }
  return [...found.values()].slice(0, MOST_IDENTIFIERS);
}

/** The keys of one saga, given the identifiers of its contexts. */
export function keysOfSaga(record: Projected['record'], identifiers: readonly Identifier[]): TenantKey[] {
  const saga = {
    sagaId: record.saga_id,
    businessKey: record.business_key,
    correlationId: record.correlation_id,
    traceId: record.trace_id,
  };
  return sagaKeys(saga, identifiers).map((key) => ({ ...key, tenantId: record.tenant_id }));
}
