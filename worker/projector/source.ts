import { LRUCache } from 'lru-cache';
import type { DefinitionVersion } from '@/core/definition/definition';
import type { SagaRow } from '@/core/saga/row';
import type { InterventionFact } from '@/core/saga/saga';
import { contextPaths } from '@/server/db/context-paths';
import { interventionFacts } from '@/server/db/interventions';
import { notifyLive } from '@/server/db/notify';
import type { Query } from '@/server/db/query';
import { hasRefolds, takeRefolds } from '@/server/db/refold';
import {
  pathsArgument,
  type RawSagaRow,
  readSagaRows,
  type RowReading,
  sagaLogColumns,
  sagaRowSelect,
  toSagaRow,
} from '@/server/db/saga-log';
import type { FirstStart, LogSource, Work } from '@/worker/follower/source';
import { countedLive } from './backfilled';
import { CounterDeltas, raiseMetrics } from './counters';
import { definitionsMark, nextAffected, readDefinitions, saveApplied } from './definitions';
import { liveGroups } from './live-groups';
import { project, type Projected, type Stored, storedOf, unreadable } from './record';
import { SagaSearchKeys } from './saga-search-keys';
import { readStored, upsertSagas } from './saga-table';

/** A context above this is reduced in SQL to what a fold can look at. */
export const CONTEXT_BYTES = 8_192;
const REMEMBERED_BYTES = 64 * 1024 * 1024;
const ROW_BYTES = 700;
const COLUMNS_EVERY_MS = 10_000;
const REFOLDS_AT_ONCE = 100;

/** A row on its way, with what only the database knew: whether its time and when it was seen were written down. */
export interface FollowedRow extends SagaRow {
  isUndated: boolean;
  isSeen: boolean;
}

/** A saga that rows still come for: its rows so far and what the read model says of it. */
interface Remembered {
  rows: SagaRow[];
  stored: Stored;
}

interface Batch {
  sagaId: string;
  rows: readonly SagaRow[];
  before: Stored | null;
}

/** Turns rows of saga_log into the read models of sagas: what becomes of the rows that the follower reads. */
export class SagaProjector implements LogSource<FollowedRow, RawSagaRow> {
  readonly log = 'saga_log';
  readonly table = 'public.saga_log';
  readonly idColumn = 'id';
  readonly fingerprint = `concat_ws('|', l.id, l.saga_id, l.step_name, l.status, extract(epoch FROM l.created_at))`;

  private versions: DefinitionVersion[] = [];
  private pending: DefinitionVersion[] = [];
  private mark: string | null = null;
  private refolds = false;
  private reading: RowReading = { columns: new Map(), paths: [], contextBytes: CONTEXT_BYTES };
  private columnsAt = Number.NEGATIVE_INFINITY;
  private readonly remembered = new LRUCache<string, Remembered>({
    maxSize: REMEMBERED_BYTES,
    sizeCalculation: ({ rows }) =>
      rows.reduce((sum, row) => sum + ROW_BYTES + 2 * (row.context?.length ?? 0), ROW_BYTES),
  });

  private readonly searchKeys: SagaSearchKeys;

  constructor(private readonly say: (line: string) => void) {
    this.searchKeys = new SagaSearchKeys(say);
  }

  async prepare(query: Query): Promise<void> {
    if (performance.now() - this.columnsAt > COLUMNS_EVERY_MS) {
      this.reading = { ...this.reading, columns: await sagaLogColumns(query) };
      this.columnsAt = performance.now();
    }
    this.refolds = await hasRefolds(query);
    const mark = await definitionsMark(query);
    if (mark === this.mark) return;
    const { versions, pending } = await readDefinitions(query, (type, version, error) =>
      this.say(`Definition ${type} version ${version} cannot be read and is left out: ${error.message}`),
    );
    if (this.mark !== null) await notifyLive(query, ['definitions']);
    this.versions = versions;
    this.pending = pending;
    this.reading = { ...this.reading, paths: contextPaths(versions.map(({ body }) => body)) };
    this.mark = mark;
    // What is remembered was read with the places of contexts that counted until now.
    this.remembered.clear();
  }

  select(): { list: string; joins: string; params: unknown[] } {
    return {
      list: sagaRowSelect(this.reading, '$1'),
      joins: `LEFT JOIN sagascope.seen_row s ON s.log = 'saga_log' AND s.id = l.id`,
      params: [pathsArgument(this.reading.paths)],
    };
  }

  parse(raw: RawSagaRow): FollowedRow {
    const row = toSagaRow(raw, raw.saga_id ?? '', this.reading.paths);
    return Object.assign(row, { isUndated: raw.undated, isSeen: raw.seen_ms !== null });
  }

  async apply(query: Query, work: Work<FollowedRow>): Promise<void> {
    await this.writeDownSeen(query, work);
    const bySaga = new Map<string, SagaRow[]>();
    for (const row of work.rows) {
      const rows = bySaga.get(row.sagaId);
      if (rows) rows.push(row);
      else bySaga.set(row.sagaId, [row]);
    }
    if (bySaga.delete('')) this.say('Rows of saga_log without a saga_id belong to no saga and are on no page.');
    await this.write(query, await this.assemble(query, bySaga, work), work);
  }

  hasSpareWork(): boolean {
    return this.refolds || this.pending.length > 0;
  }

  /** Folds sagas again: first those whose interventions changed, then those that a new definition version may change. */
  async spareWork(query: Query, place: { first: FirstStart; last: bigint }): Promise<void> {
    if (this.refolds) return this.foldAgain(query, await takeRefolds(query, REFOLDS_AT_ONCE), place);
    const [version] = this.pending;
    if (!version) return;
    const hasVersions = this.reading.columns.has('saga_version');
    const { sagaIds, isLast } = await nextAffected(query, version, this.versions, hasVersions);
    await this.foldAgain(query, sagaIds, place);
    await saveApplied(query, version, sagaIds.at(-1) ?? null, isLast);
    if (isLast) this.pending = this.pending.slice(1);
  }

  /** A saga that the follower has not come to yet has no rows here: it is folded when they come. */
  private async foldAgain(
    query: Query,
    sagaIds: readonly string[],
    { first, last }: { first: FirstStart; last: bigint },
  ): Promise<void> {
    const stored = await readStored(query, sagaIds);
    const rows = await readSagaRows(query, this.reading, sagaIds, last);
    const batches = [...rows].map(([sagaId, of]) => ({ sagaId, rows: of, before: stored.get(sagaId) ?? null }));
    await this.write(query, batches, { first, careful: false });
  }

  forget(): void {
    this.remembered.clear();
    this.searchKeys.forget();
    this.mark = null;
    this.columnsAt = Number.NEGATIVE_INFINITY;
  }

  /** at = least(created_at, first seen): a row from the future, or without a time, happened when it was seen. */
  private async writeDownSeen(query: Query, { rows, now }: Work<FollowedRow>): Promise<void> {
    const ahead = rows.filter((row) => !row.isSeen && (row.isUndated || row.createdAt > now));
    if (ahead.length === 0) return;
    await query(
      `INSERT INTO sagascope.seen_row (log, id, seen_at)
       SELECT $1, id, to_timestamp($3::float8 / 1000) FROM unnest($2::bigint[]) AS r(id) ON CONFLICT DO NOTHING`,
      [this.log, ahead.map((row) => row.id.toString()), now],
    );
    for (const row of ahead) {
      row.seenAt = now;
      if (row.isUndated) row.createdAt = now;
    }
  }

  /** All rows of each touched saga: remembered, new in this batch, or read again. */
  private async assemble(
    query: Query,
    bySaga: ReadonlyMap<string, SagaRow[]>,
    { late, upTo }: Work<FollowedRow>,
  ): Promise<Batch[]> {
    const unknown = [...bySaga.keys()].filter((sagaId) => late || !this.remembered.has(sagaId));
    const stored = await readStored(query, unknown);
    // A late row stands before others: from the start. A saga nobody knows has no row but these.
    const again = late ? unknown : unknown.filter((sagaId) => stored.has(sagaId));
    const read =
      again.length === 0 ? new Map<string, SagaRow[]>() : await readSagaRows(query, this.reading, again, upTo);
    return Array.from(bySaga, ([sagaId, rows]): Batch => {
      const known = late ? undefined : this.remembered.get(sagaId);
      if (known) return { sagaId, rows: [...known.rows, ...rows], before: known.stored };
      return { sagaId, rows: read.get(sagaId) ?? rows, before: stored.get(sagaId) ?? null };
    });
  }

  private async write(
    query: Query,
    batches: readonly Batch[],
    { first, careful }: { first: FirstStart; careful: boolean },
  ): Promise<void> {
    const facts = await interventionFacts(
      query,
      batches.map(({ sagaId }) => sagaId),
    );
    const projected = batches.map((batch) => this.projectOne(batch, first, facts.get(batch.sagaId)));
    const written = careful ? await this.writeOneByOne(query, batches, projected, first) : projected;
    if (!careful) {
      await upsertSagas(
        query,
        written.map(({ record }) => record),
      );
    }
    await this.searchKeys.save(
      query,
      batches.map(({ rows }) => rows),
      written,
      careful,
    );
    const deltas = new CounterDeltas();
    batches.forEach(({ before }, index) => {
      const after = written[index];
      if (after) deltas.replace(before, after.record);
    });
    await deltas.save(query);
    const rowsOf = batches.map(({ rows }) => rows);
    await raiseMetrics(query, await countedLive(query, written, rowsOf, { versions: this.versions, first }));
    batches.forEach(({ sagaId, rows }, index) => {
      const after = written[index];
      if (after) this.remembered.set(sagaId, { rows: [...rows], stored: storedOf(after.record) });
    });
    if (batches.length > 0) await notifyLive(query, [], liveGroups(batches, written));
  }

  private projectOne(
    { sagaId, rows, before }: Batch,
    first: FirstStart,
    interventions: readonly InterventionFact[] | undefined,
  ): Projected {
    try {
      return project(rows, this.versions, first, interventions);
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.say(`Saga ${sagaId} cannot be folded. It is listed as an anomaly; the others go on. ${reason}`);
      return unreadable(sagaId, rows, before, first);
    }
  }

  private async writeOneByOne(
    query: Query,
    batches: readonly Batch[],
    projected: readonly Projected[],
    first: FirstStart,
  ): Promise<Projected[]> {
    const written: Projected[] = [];
    for (const [index, { sagaId, rows, before }] of batches.entries()) {
      const wanted = projected[index];
      if (!wanted) continue;
      await query('SAVEPOINT one_saga');
      try {
        await upsertSagas(query, [wanted.record]);
        written.push(wanted);
      } catch (error) {
        await query('ROLLBACK TO SAVEPOINT one_saga');
        this.say(`Saga ${sagaId} cannot be stored. It is listed as an anomaly; the others go on. ${String(error)}`);
        const instead = unreadable(sagaId, rows, before, first);
        await upsertSagas(query, [instead.record]);
        written.push(instead);
      }
      await query('RELEASE SAVEPOINT one_saga');
    }
    return written;
  }
}
