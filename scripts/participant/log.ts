import type { Pool } from 'pg';

const UNDONE = `(status = 'COMPENSATED' or (status = 'SUCCESS' and phase = 'COMPENSATION'))`;
const DONE = `status = 'SUCCESS' and phase is distinct from 'COMPENSATION'`;

/** The saga_log that a participant writes, as far as a check looks at it. */
export class ParticipantLog {
  constructor(private readonly pool: Pool) {}

  /** Appends the PENDING row of a step that an orchestrator is about to call; answers its id. */
  async announce(sagaId: string, stepName: string): Promise<bigint> {
    const { rows } = await this.pool.query<{ id: string }>(
      `insert into saga_log (saga_id, step_name, status, phase, saga_type)
       values ($1, $2, 'PENDING', 'ACTION', 'participant_check') returning id::text`,
      [sagaId, stepName],
    );
    return BigInt(rows[0]?.id ?? 0);
  }

  /** compensation_id of every row that proves the step undone; text `none` where a row has none. */
  async compensations(sagaId: string, stepName: string): Promise<string[]> {
    const { rows } = await this.pool.query<{ id: string }>(
      `select coalesce(l.compensation_id::text, 'none') as id from saga_log l
        where l.saga_id = $1 and l.step_name = $2 and ${UNDONE} order by l.id`,
      [sagaId, stepName],
    );
    return rows.map(({ id }) => id);
  }

  /** How many rows prove the step done. */
  async done(sagaId: string, stepName: string): Promise<number> {
    const { rowCount } = await this.pool.query(
      `select 1 from saga_log where saga_id = $1 and step_name = $2 and ${DONE}`,
      [sagaId, stepName],
    );
    return rowCount ?? 0;
  }

  async lastDone(sagaId: string, stepName: string): Promise<bigint | null> {
    const { rows } = await this.pool.query<{ id: string | null }>(
      `select max(id)::text as id from saga_log where saga_id = $1 and step_name = $2 and ${DONE}`,
      [sagaId, stepName],
    );
    return rows[0]?.id ? BigInt(rows[0].id) : null;
  }
}
