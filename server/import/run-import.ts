import { setImmediate } from 'node:timers/promises';
import { Client, Pool } from 'pg';
import type { ImportOptions, ImportWire } from '@/core/contract/imports';
import { beat, type JobEnd } from '@/server/db/import-job';
import { writeStaged } from '@/server/db/import-write';
import { beginImport, endImport, type RecordedImport, sweepImports } from '@/server/db/import-record';
import {
  copyRows,
  createStage,
  dropStage,
  numberRows,
  objectTypes,
  type StagedRow,
  whyNotImportable,
} from '@/server/db/import-stage';
import type { Hand } from '@/server/db/interventions';
import { pgQuery, poolTransaction } from '@/server/db/query';
import { sqlStatesOf } from '@/server/http/failure';
import { Cancelled, nextUnless } from './cancelled';
import { listed } from './columns';
import { elsewhereWords } from './elsewhere';
import { importedId } from './imported-id';
import { NotBegun } from './not-begun';
import { openLog, typeOfFile } from './read';
import { type BadLine, type Imported, ImportFailure, type ReadOptions, stagedEvent } from './row';
import { whyFailed } from './why-failed';

const SHOWN_BAD_LINES = 100;
const BEAT_MS = 1_000;
const TRIES = 3;

export interface ImportRequest {
  id: string;
  databaseUrl: string;
  /** Name of the file, as people know it. */
  file: string;
  bytes: AsyncIterable<Uint8Array>;
  /** Null: not known. Fewer bytes than this are a broken upload. */
  size: number | null;
  options: ImportOptions;
  /** Who imports. */
  hand: Hand;
  /** Whoever imports may write only to streams of `options.tenant`. */
  onlyTenant?: boolean;
  /** How many imports may run, this one included; any number unless told. */
  atMost?: number;
  signal?: AbortSignal;
  onProgress?: (progress: ImportProgress) => void;
}

export interface ImportProgress {
  phase: ImportWire['phase'];
  bytesRead: number;
  bytesTotal: number | null;
  events: number;
  badLines: number;
}

/** What came of it; `message` says why it failed, that it was cancelled, or whose its known events are. */
export type ImportReport = JobEnd;

/**
 * Imports a log: the file streams to a staging table, ids and versions are given there, and the good lines are written
 * in one transaction at the end, together with the word that it is done. Any failure before that leaves nothing.
 * @throws NotBegun, or where the database does not answer; else the report says what happened
 */
export async function runImport(request: ImportRequest): Promise<ImportReport> {
  const run = new ImportRun(request);
  return run.all();
}

class ImportRun {
  private readonly main: Client;
  private readonly side: Client;
  private readonly stop = new AbortController();
  private readonly progress: ImportProgress;
  private readonly badLines: BadLine[] = [];
  private cancelledBy: string | null = null;
  /** Events in the file that have an id of their own. */
  private identified = 0;

  constructor(private readonly request: ImportRequest) {
    const client = (): Client => {
      const one = new Client({ connectionString: request.databaseUrl, application_name: 'sagascope import' });
      // The statement at hand rejects as well.
      one.on('error', () => undefined);
      return one;
    };
    [this.main, this.side] = [client(), client()];
    this.progress = { phase: 'reading', bytesRead: 0, bytesTotal: request.size, events: 0, badLines: 0 };
  }

  async all(): Promise<ImportReport> {
    const { id, size, signal } = this.request;
    // Two: a statement is cancelled while the heartbeat waits for its own.
    const watch = new Pool({
      connectionString: this.request.databaseUrl,
      application_name: 'sagascope import watch',
      max: 2,
    });
    watch.on('error', () => undefined);
    const abort = (): void => this.stop.abort(new Cancelled());
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted === true) abort();
    try {
      await Promise.all([this.main.connect(), this.side.connect()]);
      await sweepImports(watch);
      const begun = await beginImport(watch, this.recorded(), {
        bytesTotal: size,
        atMost: this.request.atMost ?? null,
      });
      if (begun !== 'begun') throw new NotBegun(begun, id);
      const end = await this.watched(watch);
      await dropStage(pgQuery(watch), id);
      return end;
    } finally {
      signal?.removeEventListener('abort', abort);
      await Promise.allSettled([this.main.end(), this.side.end(), watch.end()]);
    }
  }

  /** Runs it under a heartbeat, and turns what it throws into its end. */
  private async watched(watch: Pool): Promise<ImportReport> {
    const query = pgQuery(watch);
    const { id } = this.request;
    let beating: Promise<void> | null = null;
    const tick = async (): Promise<void> => {
      const { cancelledBy, running } = await beat(query, id, this.progress);
      this.cancelledBy = cancelledBy;
      if (cancelledBy !== null || !running) this.stop.abort(new Cancelled());
    };
    const timer = setInterval(() => {
      this.request.onProgress?.(this.progress);
      // A beat that fails stops nothing: what the import does next fails as well, or the database is back.
      beating ??= tick()
        .catch(() => undefined)
        .finally(() => {
          beating = null;
        });
    }, BEAT_MS);
    // A statement that runs is cancelled, not waited for.
    const cancel = (): void => {
      for (const { processID } of [this.main, this.side] as (Client & { processID?: number })[]) {
        if (processID !== undefined)
          void query('SELECT pg_cancel_backend($1::int)', [processID]).catch(() => undefined);
      }
    };
    this.stop.signal.addEventListener('abort', cancel, { once: true });
    try {
      return await this.work();
    } catch (error) {
      await this.main.query('ROLLBACK').catch(() => undefined);
      const end = this.endOf(error);
      await poolTransaction(watch, (query) => endImport(query, this.recorded(), end, this.cancelledBy));
      return end;
    } finally {
      clearInterval(timer);
      this.stop.signal.removeEventListener('abort', cancel);
      await (beating ?? Promise.resolve());
    }
  }

  private async work(): Promise<ImportReport> {
    const { id, options, file, size } = this.request;
    const query = pgQuery(this.main);
    const refused = await whyNotImportable(query);
    if (refused !== null) throw new ImportFailure(refused);
    await createStage(query, id);
    const read: ReadOptions = { ...options, defaultType: typeOfFile(file) };
    const { isOcel, items } = await openLog(this.counted(), read);
    const staged = await copyRows(this.main, id, this.staged(items));
    if (size !== null && this.progress.bytesRead !== size) {
      throw new ImportFailure(
        `Only ${this.progress.bytesRead.toLocaleString('en')} of ${size.toLocaleString('en')} bytes arrived. Nothing was written; import the file again.`,
      );
    }
    const objectType = isOcel ? await this.objectType() : null;
    this.progress.phase = 'numbering';
    const clients = { out: this.main, in: this.side };
    const numbered = await numberRows(clients, id, { order: options.order, objectType }, importedId);
    // Tables that a crash of the server has emptied would look like a short file.
    if (objectType === null && numbered !== staged) throw new Error(`${staged} rows staged, ${numbered} numbered`);
    this.progress.events = numbered;
    this.progress.phase = 'writing';
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.write(numbered);
      } catch (error) {
        await this.main.query('ROLLBACK');
        // A service has appended to one of these streams at the same moment.
        if (!sqlStatesOf(error).includes('23505') || tries === TRIES) throw error;
      }
    }
  }

  /** Events and the end of the import, in one transaction: it is done exactly if they stand. */
  private async write(numbered: number): Promise<ImportReport> {
    const { id, options, file, onlyTenant = false } = this.request;
    await this.main.query('BEGIN');
    const tenantId = options.tenant ?? null;
    const { staged, written, cases, foreign, elsewhere, leftOut } = await writeStaged(this.main, id, {
      file,
      tenantId,
      onlyTenant,
      identified: this.identified > 0,
      shownLeftOut: SHOWN_BAD_LINES - this.badLines.length,
    });
    if (foreign !== null) {
      throw new ImportFailure(
        `The stream ${foreign} cannot be appended to here. Nothing was written; choose another aggregate type.`,
      );
    }
    if (staged !== numbered) throw new Error(`${numbered} rows numbered, ${staged} found`);
    const read = this.counts();
    const end: ImportReport = {
      ...read,
      events: numbered - leftOut.count,
      badLines: read.badLines + leftOut.count,
      bad: [...read.bad, ...leftOut.bad],
      state: 'done',
      written,
      known: numbered - leftOut.count - written,
      cases,
      message: elsewhere && elsewhereWords(elsewhere, tenantId),
    };
    if (!(await endImport(pgQuery(this.main), this.recorded(), end, null))) throw new Cancelled();
    this.stop.signal.throwIfAborted();
    await this.main.query('COMMIT');
    return end;
  }

  private async objectType(): Promise<string> {
    const types = await objectTypes(pgQuery(this.main), this.request.id);
    const { objectType } = this.request.options;
    if (objectType !== undefined && types.includes(objectType)) return objectType;
    const there = `The file has ${listed(types)}.`;
    throw new ImportFailure(
      objectType === undefined
        ? `Of which type of object? Name it in the form, or with --object-type TYPE. ${there}`
        : `There is no type of object ${objectType}. ${there}`,
    );
  }

  /** The bytes, counted; whoever stops the import need not wait for the next ones. */
  private async *counted(): AsyncGenerator<Uint8Array> {
    const { signal } = this.stop;
    signal.throwIfAborted();
    const source = this.request.bytes[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await nextUnless(signal, source);
        if (next.done === true) return;
        this.progress.bytesRead += next.value.byteLength;
        yield next.value;
        // A console answers its pages between two pieces of a file.
        await setImmediate();
      }
    } finally {
      // Not awaited: it may be waiting for bytes that never come.
      void source.return?.();
    }
  }

  private async *staged(items: AsyncIterable<Imported>): AsyncGenerator<StagedRow> {
    for await (const item of items) {
      this.stop.signal.throwIfAborted();
      if (item.kind === 'bad') {
        this.progress.badLines += 1;
        if (this.badLines.length < SHOWN_BAD_LINES) this.badLines.push(item);
      } else if (item.kind === 'object') {
        yield ['o', null, item.id, item.type, null, null, null, null, null, null, null];
      } else {
        this.progress.events += 1;
        if (item.identity !== null) this.identified += 1;
        yield stagedEvent(item);
      }
    }
  }

  private recorded(): RecordedImport {
    const { id, file, hand, options } = this.request;
    return { id, file, hand, tenantId: options.tenant ?? null };
  }

  private counts() {
    const { bytesRead, events, badLines } = this.progress;
    const bad = this.badLines.map(({ at, message }) => ({ at, message }));
    return { bytesRead, events, badLines, bad, written: 0, known: 0, cases: 0 };
  }

  private endOf(error: unknown): ImportReport {
    if (this.stop.signal.aborted) {
      const by = this.cancelledBy === null ? '' : ` by ${this.cancelledBy}`;
      return { ...this.counts(), state: 'cancelled', message: `Cancelled${by}. Nothing was written.` };
    }
    return { ...this.counts(), state: 'failed', message: whyFailed(error) };
  }
}
