import { Client } from 'pg';

/** A change that a barrier can stand before: of an intervention's call by the worker, or of its effect by the participant. */
export type Change = 'dispatched' | 'accepted' | 'verified' | 'effect';

const CLASS = 7_310_417;

// A lock that we hold stops the writer inside its transaction, before it has changed anything.
const INSTALL = `
  create schema if not exists fault;
  create table if not exists fault.barrier (
    id serial primary key, saga_id uuid not null, step_name text not null, change text not null);
  create or replace function fault.wait(saga uuid, step text, what text) returns void language plpgsql as $$
    declare found int;
    begin
      select b.id into found from fault.barrier b where b.saga_id = saga and b.step_name = step and b.change = what;
      if found is not null then perform pg_advisory_xact_lock(${CLASS}, found); end if;
    end $$;
  create or replace function fault.before_call() returns trigger language plpgsql as $$
    declare call record;
    begin
      for call in
        select n.step ->> 'stepName' as name, n.step ->> 'state' as state
          from jsonb_array_elements(new.course::jsonb -> 'calls') with ordinality n(step, i)
          join jsonb_array_elements(old.course::jsonb -> 'calls') with ordinality o(step, i) using (i)
         where n.step ->> 'state' <> o.step ->> 'state'
      loop
        perform fault.wait(new.saga_id, call.name, case call.state when 'dispatching' then 'dispatched' else call.state end);
      end loop;
      return new;
    end $$;
  create or replace function fault.before_effect() returns trigger language plpgsql as $$
    begin
      perform fault.wait(new.saga_id, tg_argv[0], 'effect');
      return new;
    end $$;
  create or replace trigger barrier before update on sagascope.intervention
    for each row execute function fault.before_call();
  create or replace trigger barrier before update on shop.payment_hold
    for each row execute function fault.before_effect('authorize_payment');
  create or replace trigger barrier before update on shop.reservation
    for each row execute function fault.before_effect('reserve_inventory');`;

/** Barriers in the database: a writer that comes to one waits in its open transaction until it is lifted. */
export class Barriers {
  private constructor(private readonly client: Client) {}

  static async open(databaseUrl: string): Promise<Barriers> {
    const client = new Client({ connectionString: databaseUrl, application_name: 'fault barriers' });
    // A server that restarts takes the barriers with it; queries reject.
    client.on('error', () => undefined);
    await client.connect();
    await client.query(INSTALL);
    return new Barriers(client);
  }

  /** Sets one up; answers its number. */
  async raise(sagaId: string, stepName: string, change: Change): Promise<number> {
    const { rows } = await this.client.query<{ id: number }>(
      `with raised as (insert into fault.barrier (saga_id, step_name, change) values ($1, $2, $3) returning id)
       select id, pg_advisory_lock(${CLASS}, id)::text from raised`,
      [sagaId, stepName, change],
    );
    const id = rows[0]?.id;
    if (id === undefined) throw new Error('no barrier was raised');
    return id;
  }

  /** Those that somebody waits at. */
  async reached(): Promise<Set<number>> {
    const { rows } = await this.client.query<{ id: number }>(
      `select distinct objid::int as id from pg_locks
        where locktype = 'advisory' and classid = ${CLASS} and objsubid = 2 and not granted
          and database = (select oid from pg_database where datname = current_database())`,
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Lifts all; whoever waited goes on. */
  async lift(): Promise<void> {
    await this.client.query('delete from fault.barrier');
    await this.client.query('select pg_advisory_unlock_all()');
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}
