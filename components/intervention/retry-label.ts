import type { InterventionWire } from '@/core/contract/interventions';
import { callName, stoppedCalls } from '@/core/narrative/intervention';

/** "Retry release_inventory…", or how many where several stopped. */
export function retryLabel(one: InterventionWire): string {
  const stopped = stoppedCalls(one);
  const [first] = stopped;
  return stopped.length === 1 && first !== undefined ? `Retry ${callName(first)}…` : `Retry ${stopped.length} calls…`;
}
