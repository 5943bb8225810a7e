import type { Pool } from 'pg';
import { STEPS } from './definition';
import { loadSaga, saveSaga, type SagaMemory } from './memory';
import { inTransaction, type Db } from './schema';

interface Proof {
  step_name: string;
  done: string | null;
  undone: string | null;
  context: string | null;
}

export type Resumed = { status: 202 | 404 | 409; detail: string };

/**
 * Takes a saga forward again after a person repaired a step: what the log proves as done counts as done, the rest gets fresh
 * attempts. Refused (409) once a step was compensated: such a saga only goes back. Idempotent.
 */
export function resumeSaga(pool: Pool, sagaId: string): Promise<Resumed> {
  return inTransaction(pool, async (tx) => {
    await tx.query('SELECT 1 FROM shop.saga WHERE saga_id = $1 FOR UPDATE', [sagaId]);
    const saga = await loadSaga(tx, sagaId);
    if (!saga) return { status: 404, detail: 'this orchestrator runs no such saga' };
    if (saga.state === 'forward') return { status: 202, detail: 'already under way' };
    if (saga.state === 'done') return { status: 202, detail: 'already completed' };
    if (saga.state === 'back' || saga.state === 'undone') return { status: 409, detail: 'this saga goes back' };
    const proofs = await proofsOf(tx, sagaId);
    if (proofs.some(({ done, undone }) => undone !== null && BigInt(undone) > BigInt(done ?? 0))) {
      return { status: 409, detail: 'a step of this saga was compensated: it only goes back' };
    }
    takeUp(saga, proofs);
    await saveSaga(tx, saga);
    return { status: 202, detail: 'going forward' };
  });
}

/**
 * Notices sagas that a person has compensated to the end while the orchestrator stood aside: marks what the log proves as undone
 * and sends them back, so that their order is cancelled too. Answers their ids.
 */
export async function noticeRepaired(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ saga_id: string }>(
    `SELECT saga_id FROM shop.saga WHERE state IN ('person', 'lost')`,
  );
  const noticed: string[] = [];
  for (const { saga_id: sagaId } of rows) {
    const proofs = await proofsOf(pool, sagaId);
    if (!proofs.some(({ undone }) => undone !== null) || proofs.some(stands)) continue;
    await inTransaction(pool, async (tx) => {
      await tx.query('SELECT 1 FROM shop.saga WHERE saga_id = $1 FOR UPDATE', [sagaId]);
      const saga = await loadSaga(tx, sagaId);
      if (saga?.state !== 'person' && saga?.state !== 'lost') return;
      for (const { step_name: name, undone } of proofs) {
        const known = saga.steps[name];
        if (known && undone !== null) saga.steps[name] = { ...known, state: 'undone', undoing: false };
      }
      await saveSaga(tx, { ...saga, state: 'back' });
      noticed.push(sagaId);
    });
  }
  return noticed;
}

const stands = ({ done, undone }: Proof): boolean => done !== null && BigInt(done) > BigInt(undone ?? 0);

function takeUp(saga: SagaMemory, proofs: Proof[]): void {
  saga.state = 'forward';
  for (const { name } of STEPS) {
    const proof = proofs.find((row) => row.step_name === name);
    const known = saga.steps[name];
    if (proof?.done && known?.state !== 'done') {
      const nth = 1 + Math.max(0, ...Object.values(saga.steps).map((memory) => memory.nth));
      saga.steps[name] = {
        attempt: 1,
        tries: 1,
        undos: 0,
        undoing: false,
        ...known,
        state: 'done',
        logId: proof.done,
        nth,
      };
      saga.context = proof.context ?? saga.context;
    } else if (known && known.state !== 'done') {
      saga.steps[name] = { ...known, tries: 0, state: known.state === 'skipped' ? 'failed' : known.state };
    }
  }
}

async function proofsOf(db: Db, sagaId: string): Promise<Proof[]> {
  const { rows } = await db.query<Proof>(
    `SELECT step_name,
       max(id) FILTER (WHERE status = 'SUCCESS' AND phase IS DISTINCT FROM 'COMPENSATION')::text AS done,
       max(id) FILTER (WHERE status = 'COMPENSATED' OR (status = 'SUCCESS' AND phase = 'COMPENSATION'))::text AS undone,
       (array_agg(context::text ORDER BY id DESC) FILTER (WHERE status = 'SUCCESS' AND context IS NOT NULL))[1] AS context
     FROM saga_log WHERE saga_id = $1 GROUP BY step_name`,
    [sagaId],
  );
  return rows;
}
