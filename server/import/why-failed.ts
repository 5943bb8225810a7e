import { sqlStatesOf } from '@/server/http/failure';
import { ImportFailure } from './row';

/** What ended an import, in a sentence or two for a person; what nobody foresaw goes to the log as well. */
export function whyFailed(error: unknown): string {
  if (error instanceof ImportFailure) return error.message;
  const states = sqlStatesOf(error);
  if (states.includes('53100')) return 'The database has no space left. Nothing was written.';
  if (states.includes('42501'))
    return 'The database user may not do this: it needs CREATE on schema sagascope and INSERT on event_store. Nothing was written.';
  if (states.includes('23505'))
    return 'Services append to the same streams all the time. Nothing was written; choose another aggregate type, or import again.';
  console.error(error);
  const why = error instanceof Error ? error.message : String(error);
  return `It broke off: ${why.slice(0, 300)}. Nothing was written.`;
}
