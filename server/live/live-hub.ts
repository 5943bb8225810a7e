import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { z } from 'zod';
import { LIVE_CHANNEL, type LiveMessage } from '@/core/contract/live';
import { measuredWords } from '@/core/diagram/duration-words';
import type { Actor } from '@/server/auth/actor';
import { pgQuery, type Query } from '@/server/db/query';
import { type Follower, readFollower } from '@/server/health/projection';
import { Problem } from '@/server/http/problem';
import { type LagMessage, LiveClient } from './live-client';
import { endedPasses } from './live-pass';

const HEARTBEAT_MS = 2_000;
/** A page is read, then its stream opens: what changed in between is told again. */
const REMEMBERED_MS = 10_000;
const IDLE_MS = 60_000;
const MOST_CLIENTS = 1_000;
/** A browser opens one for all its tabs: this is as many browsers. */
const MOST_OF_ONE = 20;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

const Message = z.object({ keys: z.array(z.string().max(200)) }) satisfies z.ZodType<LiveMessage>;

/**
 * All live streams of this process over one LISTEN connection, which lasts while anyone listens and a minute longer.
 * Every new connection begins with `reset`: what was sent while there was none is unknown.
 */
export class LiveHub {
  /** Each stream with whose it is: it ends with their session. */
  private readonly clients = new Map<LiveClient, Actor | null>();
  private recent: { at: number; keys: string[] }[] = [];
  private listening = false;
  private lostSince: number | null = null;
  private lag: LagMessage | null = null;
  private running: AbortController | undefined;
  private hurry = new AbortController();
  private idle: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly databaseUrl: () => string) {}

  /**
   * Opens a stream that ends with `signal`, and within a heartbeat of the actor's session or token.
   * @param actor whose it is; null: nobody's in particular
   * @throws Problem `unavailable` when there are too many, `rate_limited` when there are too many of one
   */
  open(signal: AbortSignal, actor: Actor | null = null): ReadableStream<Uint8Array> {
    if (this.clients.size >= MOST_CLIENTS) {
      throw new Problem('unavailable', 'Too many live streams are open. The page asks by itself instead.');
    }
    if (actor !== null && this.openBy(actor) >= MOST_OF_ONE) {
      throw new Problem('rate_limited', `You have ${MOST_OF_ONE} live streams open already. Close one first.`);
    }
    const client = new LiveClient((gone) => this.left(gone));
    if (signal.aborted) {
      client.close();
      return client.stream;
    }
    this.clients.set(client, actor);
    signal.addEventListener('abort', () => client.close(), { once: true });
    clearTimeout(this.idle);
    if (!this.running) this.start();
    if (this.listening) client.changed(this.remembered());
    if (this.lag) client.tell('lag', this.lag);
    if (this.lostSince !== null) client.tell('offline', { since: iso(this.lostSince) });
    return client.stream;
  }

  /** Ends every stream and the connection. */
  stop(): void {
    clearTimeout(this.idle);
    for (const client of this.clients.keys()) client.close();
    clearTimeout(this.idle);
    this.running?.abort();
    this.running = undefined;
  }

  private openBy({ kind, id }: Actor): number {
    return [...this.clients.values()].filter((one) => one?.kind === kind && one.id === id).length;
  }

  private left(client: LiveClient): void {
    this.clients.delete(client);
    if (this.clients.size > 0) return;
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.stop(), IDLE_MS);
    this.idle.unref();
  }

  private start(): void {
    const running = new AbortController();
    this.running = running;
    this.run(running.signal).catch((error: unknown) => console.error('live: the listener ended', error));
  }

  private async run(signal: AbortSignal): Promise<void> {
    let wait = FIRST_WAIT_MS;
    while (!signal.aborted) {
      const why = await this.listen(signal, () => {
        wait = FIRST_WAIT_MS;
      });
      this.listening = false;
      this.lag = null;
      if (signal.aborted) return;
      if (this.lostSince === null) console.error(`live: the database connection is lost: ${why}`);
      this.lostSince ??= Date.now();
      for (const client of this.clients.keys()) client.tell('offline', { since: iso(this.lostSince) });
      await pause(wait, undefined, { signal, ref: false }).catch(ignoreAbort);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
  }

  /** Listens on one connection until it breaks; answers why it did. */
  private async listen(signal: AbortSignal, onListening: () => void): Promise<string> {
    const ended = new AbortController();
    const client = new Client({
      connectionString: this.databaseUrl(),
      application_name: 'sagascope live',
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
      keepAlive: true,
    });
    let why = 'it was closed';
    client.on('error', (error) => {
      why = error.message;
      ended.abort();
    });
    client.on('end', () => ended.abort());
    client.on('notification', ({ channel, payload }) => {
      if (channel === LIVE_CHANNEL) this.receive(payload ?? '');
    });
    const either = AbortSignal.any([signal, ended.signal]);
    try {
      await client.connect();
      await client.query(`LISTEN ${LIVE_CHANNEL}`);
      this.heard();
      onListening();
      while (!either.aborted) {
        this.hurry = new AbortController();
        const query = pgQuery(client);
        await this.endGone(query);
        this.beat(await readFollower(query));
        const soon = AbortSignal.any([either, this.hurry.signal]);
        await pause(HEARTBEAT_MS, undefined, { signal: soon, ref: false }).catch(ignoreAbort);
      }
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
    } finally {
      // A connection that broke cannot be ended in good manners.
      client.end().catch((error: unknown) => {
        why = String(error);
      });
    }
    return why;
  }

  private heard(): void {
    this.listening = true;
    this.lostSince = null;
    this.recent = [];
    for (const client of this.clients.keys()) client.reset();
  }

  private receive(payload: string): void {
    const keys = keysOf(payload);
    if (keys === null) {
      for (const client of this.clients.keys()) client.reset();
      return;
    }
    this.recent = this.recent.filter(({ at }) => at > Date.now() - REMEMBERED_MS);
    this.recent.push({ at: Date.now(), keys });
    for (const client of this.clients.keys()) client.changed(keys);
    // Lists are about to be folded again: the indicator says so before anybody reads them as they are. People changed:
    // whoever may not listen any more is sent away now.
    if (keys.includes('definitions') || keys.includes('people')) this.hurry.abort();
  }

  private remembered(): string[] {
    return this.recent.filter(({ at }) => at > Date.now() - REMEMBERED_MS).flatMap(({ keys }) => keys);
  }

  private async endGone(query: Query): Promise<void> {
    for (const client of await endedPasses(query, this.clients)) client.close();
  }

  private beat(follower: Follower): void {
    this.lag = lagOf(follower);
    for (const client of this.clients.keys()) client.tell('lag', this.lag);
  }
}

/** What the indicator shows of the follower. */
export function lagOf({ coordinator, projection }: Follower): LagMessage {
  const holder = projection.held_back_by.find(({ log }) => log === projection.source) ?? projection.held_back_by[0];
  const source = holder
    ? `${holder.log}, held back by ${holder.pid === null ? 'a prepared transaction' : `process ${holder.pid}`}${ageOf(holder)}`
    : projection.source;
  return { lagMs: projection.lag_ms, source, state: coordinator, refold: projection.refold.types };
}

// Without pg_read_all_stats nobody tells how old a transaction is: then it is told since when it was seen.
function ageOf({ age_ms, first_seen }: Follower['projection']['held_back_by'][number]): string {
  return ` for ${measuredWords(age_ms ?? Math.max(0, Date.now() - Date.parse(first_seen)))}`;
}

/** Keys of a message on the channel; null: this is none of ours, so anything may have changed. */
function keysOf(payload: string): string[] | null {
  try {
    const parsed = Message.safeParse(JSON.parse(payload));
    return parsed.success ? parsed.data.keys : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) throw error;
}

const iso = (ms: number): string => new Date(ms).toISOString();
