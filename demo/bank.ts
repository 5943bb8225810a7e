import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { PastEvent } from './history-rows';
import { Cents, type Json } from './json';
import { appendEvents, type EventFacts, type NewEvent } from './log';
import { pick, randomOf } from './random';
import { type Db, inTransaction } from './schema';

const OWNERS = ['acme', 'globex', 'initech', 'umbra'] as const;
const KINDS = ['operating', 'payroll', 'reserve'] as const;
const EVERY_MS = 120_000;
const OPENING_CENTS = 250_000;
const MINUTE = 60_000;

interface Account {
  id: string;
  tenantId: string;
  owner: string;
  cents: number;
}

/** Money on its way from one account to another of the same tenant. */
interface Move {
  from: Account;
  to: Account;
  cents: number;
  facts: EventFacts;
}

const accounts = (): Account[] =>
  OWNERS.flatMap((tenantId) =>
    KINDS.map((kind) => ({
      id: `acct-${tenantId}-${kind}`,
      tenantId,
      owner: `${tenantId} ${kind}`,
      cents: OPENING_CENTS,
    })),
  );

const factsOf = (tenantId: string): EventFacts => ({
  sagaId: null,
  correlationId: randomUUID(),
  traceId: randomUUID().replaceAll('-', ''),
  tenantId,
});

function moveOf(all: readonly Account[], random: () => number): Move | null {
  const from = pick(
    random,
    all.map((one) => [one, 1] as const),
  );
  const others = all.filter((one) => one.tenantId === from.tenantId && one.id !== from.id);
  if (others.length === 0) return null;
  const to = pick(
    random,
    others.map((one) => [one, 1] as const),
  );
  // Now and then more than there is: that is refused.
  return { from, to, cents: 1_000 + Math.floor(random() ** 3 * 4 * OPENING_CENTS), facts: factsOf(from.tenantId) };
}

const opened = ({ id, owner, cents }: Account): Json => ({
  account_id: id,
  owner,
  balance: new Cents(cents),
  currency: 'EUR',
});
const moved = (account: Account, other: Account, cents: number): Json => ({
  account_id: account.id,
  counterparty: other.id,
  amount: new Cents(cents),
  balance: new Cents(account.cents),
});
const refused = ({ from, to, cents }: Move): Json => ({
  account_id: from.id,
  counterparty: to.id,
  amount: new Cents(cents),
  rejected: { code: 'INSUFFICIENT_FUNDS', missing: new Cents(cents - from.cents) },
});

/** What a transfer does, one event after the other: it leaves one account and reaches the other, or is refused. */
function eventsOf(move: Move): (Omit<NewEvent, 'aggregateType'> & { aggregateType: 'BankAccount' })[] {
  const { from, to, cents } = move;
  if (cents > from.cents) {
    return [{ aggregateType: 'BankAccount', aggregateId: from.id, type: 'TransferRejectedV1', payload: refused(move) }];
  }
  from.cents -= cents;
  to.cents += cents;
  return [
    { aggregateType: 'BankAccount', aggregateId: from.id, type: 'MoneySentV1', payload: moved(from, to, cents) },
    { aggregateType: 'BankAccount', aggregateId: to.id, type: 'MoneyReceivedV1', payload: moved(to, from, cents) },
  ];
}

/** Twelve accounts and the transfers of the past, one each two minutes or so. */
export async function pastBank(db: Db, seed: number, start: number, end: number): Promise<PastEvent[]> {
  const random = randomOf('bank', seed);
  const all = accounts();
  const events: PastEvent[] = [];
  const happened = (at: number, facts: EventFacts, made: readonly NewEvent[]): void => {
    let cause: string | null = null;
    for (const [n, { aggregateType, aggregateId, type, payload }] of made.entries()) {
      const eventId = randomUUID();
      const actor = aggregateId;
      events.push({
        at: at + 40 * n,
        facts,
        eventId,
        cause,
        service: 'bank',
        actor,
        aggregateType,
        aggregateId,
        type,
        payload,
      });
      cause = eventId;
    }
  };
  for (const account of all) {
    const event: NewEvent = {
      aggregateType: 'BankAccount',
      aggregateId: account.id,
      type: 'BankAccountOpenedV1',
      payload: opened(account),
    };
    happened(start - MINUTE, factsOf(account.tenantId), [event]);
  }
  for (let at = start + random() * EVERY_MS; at < end - MINUTE; at += EVERY_MS * (0.4 + 1.2 * random())) {
    const move = moveOf(all, random);
    if (move) happened(Math.round(at), move.facts, eventsOf(move));
  }
  for (const { id, tenantId, owner, cents } of all) {
    await db.query(
      'INSERT INTO shop.bank_account (account_id, tenant_id, owner, balance_cents) VALUES ($1, $2, $3, $4)',
      [id, tenantId, owner, cents],
    );
  }
  return events;
}

interface Row {
  account_id: string;
  tenant_id: string;
  owner: string;
  balance_cents: string;
}

/** One transfer now: both accounts and its events in one transaction, or none of it. */
export async function transfer(pool: Pool, random: () => number): Promise<void> {
  await inTransaction(pool, async (tx) => {
    // All twelve, always in one order: two transfers cannot wait for each other.
    const { rows } = await tx.query<Row>('SELECT * FROM shop.bank_account ORDER BY account_id FOR UPDATE');
    if (rows.length === 0) return openAccounts(tx);
    const all = rows.map((row): Account => ({
      id: row.account_id,
      tenantId: row.tenant_id,
      owner: row.owner,
      cents: Number(row.balance_cents),
    }));
    const move = moveOf(all, random);
    if (!move) return;
    let cause: string | null = null;
    for (const event of eventsOf(move)) {
      cause = await appendEvents(
        tx,
        move.facts,
        { service: 'bank', actor: move.from.id, cause, startsFlow: cause === null },
        [event],
      );
    }
    for (const { id, cents } of [move.from, move.to]) {
      await tx.query('UPDATE shop.bank_account SET balance_cents = $2 WHERE account_id = $1', [id, cents]);
    }
  });
}

/** A shop that was opened without a history. */
async function openAccounts(tx: Db): Promise<void> {
  for (const account of accounts()) {
    await tx.query(
      'INSERT INTO shop.bank_account (account_id, tenant_id, owner, balance_cents) VALUES ($1, $2, $3, $4)',
      [account.id, account.tenantId, account.owner, account.cents],
    );
    await appendEvents(
      tx,
      factsOf(account.tenantId),
      { service: 'bank', actor: account.id, cause: null, startsFlow: true },
      [
        {
          aggregateType: 'BankAccount',
          aggregateId: account.id,
          type: 'BankAccountOpenedV1',
          payload: opened(account),
        },
      ],
    );
  }
}
