import { sqlStatesOf } from '@/server/http/failure';
import { Problem } from '@/server/http/problem';

/** True where two wrote the same id or the same place at once. */
export const isUniqueViolation = (error: unknown): boolean => sqlStatesOf(error).includes('23505');

/** What PostgreSQL refused of a write into a log, in the words of who sent it; other errors stay as they are. */
export function logRefusal(error: unknown, table: 'saga_log' | 'event_store'): unknown {
  const states = sqlStatesOf(error);
  if (states.includes('42501')) {
    return new Problem(
      'unavailable',
      `The database user of the console may read ${table} but not append to it: as an owner, run GRANT INSERT ON public.${table}, and USAGE on its sequence. Nothing was written.`,
      { cause: error },
    );
  }
  if (states.some((state) => /^(22|23|54)/.test(state))) {
    return new Problem(
      'invalid',
      `PostgreSQL refused a value for ${table}: check times, numbers and the table's own constraints. Nothing was written.`,
      { cause: error },
    );
  }
  return error;
}
