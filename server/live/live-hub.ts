import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { LIVE_CHANNEL, type LiveMessage } from '@/core/contract/live';
import { measuredWords } from '@/core/diagram/duration-words';
import type { Actor } from '@/server/auth/actor';
import { pgQuery, type Query } from '@/server/db/query';
import { type Follower, readFollower } from '@/server/health/projection';
import { changeMark, EVERYTHING_LIVE, listens } from './listening';
import { Problem } from '@/server/http/problem';
import { type LagMessage, LiveClient } from './live-client';
import { type Listener, keysFor, messageOf } from './live-message';
import { endedPasses } from './live-pass';

const HEARTBEAT_MS = 2_000;
const LOOK_MS = 1_000;
/** A page is read, then its stream opens: what changed in between is told again. */
const REMEMBERED_MS = 10_000;
const IDLE_MS = 60_000;
const MOST_CLIENTS = 1_000;
/** A browser opens one for all its tabs: this is as many browsers. */
const MOST_OF_ONE = 20;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

/**
 * All live streams of this process over one LISTEN connection, which lasts while anyone listens and a minute longer.
 * Every new connection begins with `reset`: what was sent while there was none is unknown.
 */
export class LiveHub {
  /** Each stream with whose it is: it ends with their session, and hears of the rows that they see. */
  private readonly clients = new Map<LiveClient, Listener>();
  private recent: { at: number; message: LiveMessage }[] = [];
  private listening = false;
  private lostSince: number | null = null;
  private lag: LagMessage | null = null;
  private running: AbortController | undefined;
  private hurry = new AbortController();
  private idle: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly databaseUrl: () => string) {}

  /**
   * Opens a stream that ends with `signal`, and within a heartbeat of the actor's session or token.
   * @param actor whose it is; null: nobody's in particular, who hears everything
   * @param tenant the one that they look at; null: all that they may see
   * @throws Problem `unavailable` when there are too many, `rate_limited` when there are too many of one
   */
  open(signal: AbortSignal, actor: Actor | null = null, tenant: string | null = null): ReadableStream<Uint8Array> {
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
    const listener = { actor, tenant };
    this.clients.set(client, listener);
    signal.addEventListener('abort', () => client.close(), { once: true });
    clearTimeout(this.idle);
    if (!this.running) this.start();
    if (this.listening) client.changed(this.remembered(listener));
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
    return [...this.clients.values()].filter(({ actor }) => actor?.kind === kind && actor.id === id).length;
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
      const hears = await listens(client);
      if (!hears) console.error('live: this connection hears no notifications: changes are looked for each second.');
      this.heard();
      onListening();
      const query = pgQuery(client);
      let mark = hears ? '' : await changeMark(query);
      while (!either.aborted) {
        this.hurry = new AbortController();
        if (!hears) mark = await this.lookFor(query, mark);
        await this.endGone(query);
        this.beat(await readFollower(query));
        const soon = AbortSignal.any([either, this.hurry.signal]);
        await pause(hears ? HEARTBEAT_MS : LOOK_MS, undefined, { signal: soon, ref: false }).catch(ignoreAbort);
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

  /** Where notifications do not come: whatever changed, everything is told to be read again. */
  private async lookFor(query: Query, mark: string): Promise<string> {
    const now = await changeMark(query);
    if (now !== mark) this.receive(JSON.stringify({ keys: EVERYTHING_LIVE } satisfies LiveMessage));
    return now;
  }

  private heard(): void {
    this.listening = true;
    this.lostSince = null;
    this.recent = [];
    for (const client of this.clients.keys()) client.reset();
  }

  private receive(payload: string): void {
    const message = messageOf(payload);
    if (message === null) {
      for (const client of this.clients.keys()) client.reset();
      return;
    }
    const { keys } = message;
    this.recent = this.recent.filter(({ at }) => at > Date.now() - REMEMBERED_MS);
    this.recent.push({ at: Date.now(), message });
    for (const [client, listener] of this.clients) client.changed(keysFor(listener, message));
    // Lists are about to be folded again: the indicator says so before anybody reads them as they are. People changed:
    // whoever may not listen any more is sent away now.
    if (keys.includes('definitions') || keys.includes('people')) this.hurry.abort();
  }

  private remembered(listener: Listener): string[] {
    return this.recent
      .filter(({ at }) => at > Date.now() - REMEMBERED_MS)
      .flatMap(({ message }) => keysFor(listener, message));
  }

  private async endGone(query: Query): Promise<void> {
    const passes = new Map(Array.from(this.clients, ([client, { actor }]) => [client, actor]));
    for (const client of await endedPasses(query, passes)) client.close();
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

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) throw error;
}

const iso = (ms: number): string => new Date(ms).toISOString();
