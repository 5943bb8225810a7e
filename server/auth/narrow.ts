import type { Action } from '@/core/contract/action';
import type { Refusal } from '@/core/intervention/can';
import type { Reach } from './actor';
import { type Permission, PERMISSIONS, permits, reachOf, whyNot } from './permit';
import { type Looker, type Owner, reaches } from './visible';

/** What a person or machine asks of a saga: an action, or to go on with an intervention of it or give it up. */
export type Deed = Action | 'RETRY_INTERVENTION' | 'CANCEL_INTERVENTION';

/** The permission that each deed takes. */
const PERMISSION_OF: Readonly<Record<Deed, Permission>> = {
  RETRY_STEP: 'interventions.request',
  COMPENSATE_STEP: 'interventions.request',
  COMPENSATE_SAGA: 'interventions.request',
  SKIP_STEP: 'interventions.request',
  RESOLVE: 'interventions.request',
  LOCK: 'interventions.request',
  UNLOCK: 'interventions.request',
  RETRY_INTERVENTION: 'interventions.request',
  CANCEL_INTERVENTION: 'interventions.request',
};

/** A saga as its log rows say: whose it is, and of which type. */
export type SagaOwner = Required<Owner>;

/**
 * Whether the user may do this to this saga, or why not and who may. It takes away from what the role and `can` allow,
 * by where the role is held, and never adds: what it answers `true` for, `can` may still refuse.
 */
export function narrow(user: Looker, deed: Deed, saga: SagaOwner): true | Refusal {
  const permission = PERMISSION_OF[deed];
  const { actor } = user;
  if (!permits(actor, permission)) {
    const [text, who] = sentences(whyNot(actor, permission));
    return { code: 'forbidden', text, who };
  }
  const reach = reachOf(actor, permission);
  if (!reach.some((one) => reaches(one, saga))) return outOfReach(actor.kind, reach, permission, saga);
  if (user.tenant !== null && user.tenant !== saga.tenantId) {
    return {
      code: 'other_tenant',
      text: `You look at tenant ${user.tenant} now, and this saga is ${ofTenant(saga)}.`,
      who: 'Choose its tenant, or all of them, in the top bar.',
    };
  }
  return true;
}

function outOfReach(kind: Looker['actor']['kind'], reach: readonly Reach[], permission: Permission, saga: SagaOwner) {
  const where = reach.map(placeOf).join('; ');
  const roles: readonly string[] = PERMISSIONS[permission].roles;
  const mine = kind === 'token' ? 'This token holds' : 'Your role holds';
  return {
    code: 'out_of_reach',
    text: `${mine} for ${where} only, and this saga is ${ofTenant(saga)}, type ${saga.sagaType}.`,
    who: `Ask someone who is ${roles.join(' or ')} there.`,
  };
}

const placeOf = ({ tenants, sagaTypes }: Reach): string =>
  [
    tenants === null ? 'all tenants' : `${tenants.length === 1 ? 'tenant' : 'tenants'} ${tenants.join(', ')}`,
    ...(sagaTypes === null ? [] : [`${sagaTypes.length === 1 ? 'type' : 'types'} ${sagaTypes.join(', ')}`]),
  ].join(', ');

const ofTenant = ({ tenantId }: SagaOwner): string =>
  tenantId === null || tenantId === '' ? 'without a tenant' : `of tenant ${tenantId}`;

// The first sentence says why, what follows says who.
function sentences(text: string): [string, string] {
  const end = text.search(/[.:] /);
  return end === -1 ? [text, ''] : [`${text.slice(0, end)}.`, upper(text.slice(end + 2))];
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
