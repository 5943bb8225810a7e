import type { Hand } from '@/server/db/interventions';
import type { Actor } from './permit';

/** The actor as the journal names it: who, with which role, from where. */
export const handOf = (actor: Actor): Hand => ({
  actor: actor.name,
  role: actor.roles.includes('admin') ? 'admin' : (actor.roles[0] ?? 'none'),
  origin: 'console',
});
