import { createHash } from 'node:crypto';
import type { FlowCause } from '@/core/flow/group';

/** The parts as one UUID: 128 bits of their SHA-256, each part told apart from the next. */
function hashed(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:${part}`);
  const hex = hash.digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** The id of a flow: one tenant's events of one correlation. */
export const flowIdOf = (tenantId: string, correlationId: string): string => hashed('flow', tenantId, correlationId);

/** The id of a group: it follows from what its members have in common, so nobody has to look it up. */
export const groupIdOf = (flowId: string, cause: FlowCause, name: string, service: string): string =>
  hashed('group', flowId, cause.kind, 'ref' in cause ? cause.ref : '', name, service);
