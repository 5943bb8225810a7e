import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { TENANTS } from './catalog';
import type { PastEvent } from './history-rows';
import type { Json } from './json';
import { appendEvents, type EventFacts } from './log';
import { pick, randomOf, shortId } from './random';
import { type Db, inTransaction } from './schema';

const NAMES = ['Ada', 'Björn', 'Chen', 'Dilara', 'Émile', 'Fatima', 'Goran', 'Hana', 'Ivo', 'Jun'] as const;
const CITIES = ['Hamburg', 'München', 'Leipzig', 'Köln', 'Zürich'] as const;
const EVERY_MS = 180_000;
const MINUTE = 60_000;

/** Somebody who registers: everything about them follows from a generator of numbers. */
interface Newcomer {
  userId: string;
  name: string;
  email: string;
  city: string;
  facts: EventFacts;
  /** How many of the four events come at all: most people finish, some never verify their address. */
  stopsAt: number;
}

function newcomer(random: () => number): Newcomer {
  const userId = shortId('usr_', random);
  const name = pick(
    random,
    NAMES.map((one) => [one, 1] as const),
  );
  return {
    userId,
    name,
    email: `${userId.slice(4).toLowerCase()}@example.com`,
    city: pick(
      random,
      CITIES.map((one) => [one, 1] as const),
    ),
    facts: {
      sagaId: null,
      correlationId: randomUUID(),
      traceId: randomUUID().replaceAll('-', ''),
      tenantId: pick(random, TENANTS),
    },
    stopsAt: pick(random, [
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 7],
    ] as const),
  };
}

/** The four events of a user, each with the schema version that its writers are at. */
const STAGES: readonly {
  type: string;
  payload: (user: Pick<Newcomer, 'userId' | 'email' | 'name' | 'city'>) => Json;
}[] = [
  {
    type: 'UserRegisteredV1',
    payload: ({ userId, email, name }) => ({
      user_id: userId,
      email,
      name,
      status: 'REGISTERED',
      email_verified: false,
    }),
  },
  { type: 'EmailVerifiedV1', payload: ({ userId }) => ({ user_id: userId, email_verified: true, status: 'VERIFIED' }) },
  {
    type: 'ProfileCompletedV2',
    payload: ({ userId, city }) => ({
      user_id: userId,
      profile: { city, country: city === 'Zürich' ? 'CH' : 'DE', locale: 'de' },
      newsletter: city.length % 2 === 0,
    }),
  },
  {
    type: 'OnboardingCompletedV3',
    payload: ({ userId }) => ({
      user_id: userId,
      status: 'ACTIVE',
      onboarding: { steps: ['email', 'profile', 'first_look'], completed: true },
    }),
  },
];

/** The users of the past: one each three minutes or so, each stage minutes after the one before. */
export async function pastUsers(db: Db, seed: number, start: number, end: number): Promise<PastEvent[]> {
  const random = randomOf('users', seed);
  const events: PastEvent[] = [];
  for (let at = start + random() * EVERY_MS; at < end - MINUTE; at += EVERY_MS * (0.4 + 1.2 * random())) {
    const user = newcomer(random);
    let now = Math.round(at);
    let cause: string | null = null;
    let stage = 0;
    for (const { type, payload } of STAGES.slice(0, user.stopsAt)) {
      if (now >= end) break;
      const eventId = randomUUID();
      events.push({
        at: now,
        facts: user.facts,
        eventId,
        cause,
        service: 'accounts',
        actor: user.userId,
        aggregateType: 'User',
        aggregateId: user.userId,
        type,
        payload: payload(user),
      });
      cause = eventId;
      stage += 1;
      now += Math.round(MINUTE * (0.5 + 9 * random()));
    }
    if (cause !== null) await remember(db, user, stage, cause, now);
  }
  return events;
}

async function remember(db: Db, user: Newcomer, stage: number, cause: string, nextAt: number): Promise<void> {
  await db.query(
    `INSERT INTO shop.app_user (user_id, tenant_id, email, stage, stops_at, correlation_id, trace_id, cause, next_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, to_timestamp($9::float8 / 1000))`,
    [
      user.userId,
      user.facts.tenantId,
      user.email,
      stage,
      user.stopsAt,
      user.facts.correlationId,
      user.facts.traceId,
      cause,
      nextAt,
    ],
  );
}

/** Somebody registers now. */
export async function registerUser(pool: Pool, random: () => number): Promise<void> {
  await inTransaction(pool, async (tx) => {
    const user = newcomer(random);
    const [first] = STAGES;
    if (!first) return;
    const cause = await appendEvents(tx, user.facts, { service: 'accounts', actor: user.userId, cause: null }, [
      { aggregateType: 'User', aggregateId: user.userId, type: first.type, payload: first.payload(user) },
    ]);
    if (cause !== null) await remember(tx, user, 1, cause, Date.now() + MINUTE * (0.3 + random()));
  });
}

interface Row {
  user_id: string;
  tenant_id: string;
  email: string;
  stage: number;
  correlation_id: string;
  trace_id: string;
  cause: string;
}

/** Whoever is due does the next thing: verifies the address, completes the profile, finishes. */
export async function takeNextSteps(pool: Pool): Promise<void> {
  await inTransaction(pool, async (tx) => {
    const { rows } = await tx.query<Row>(
      `SELECT user_id, tenant_id, email, stage, correlation_id, trace_id, cause::text AS cause FROM shop.app_user
       WHERE stage < stops_at AND next_at <= now() ORDER BY next_at LIMIT 20 FOR UPDATE SKIP LOCKED`,
    );
    for (const row of rows) {
      const stage = STAGES[row.stage];
      if (!stage) continue;
      const user = {
        userId: row.user_id,
        email: row.email,
        name: '',
        city: CITIES[row.user_id.length % 5] ?? CITIES[0],
      };
      const facts = {
        sagaId: null,
        correlationId: row.correlation_id,
        traceId: row.trace_id,
        tenantId: row.tenant_id,
      };
      const cause = await appendEvents(tx, facts, { service: 'accounts', actor: row.user_id, cause: row.cause }, [
        { aggregateType: 'User', aggregateId: row.user_id, type: stage.type, payload: stage.payload(user) },
      ]);
      await tx.query(
        `UPDATE shop.app_user SET stage = stage + 1, cause = $2, next_at = now() + interval '90 seconds' WHERE user_id = $1`,
        [row.user_id, cause],
      );
    }
  });
}
