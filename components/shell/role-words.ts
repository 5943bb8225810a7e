import type { SessionWire } from '@/core/contract/session';

/** A role or scope and where it holds, in words: `operator`, or `support for tenants acme, globex`. */
export function grantWords({ holds, tenants, sagaTypes }: SessionWire['grants'][number]): string {
  const where = [
    tenants === null ? null : `${tenants.length === 1 ? 'tenant' : 'tenants'} ${tenants.join(', ')}`,
    sagaTypes === null ? null : `${sagaTypes.length === 1 ? 'saga type' : 'saga types'} ${sagaTypes.join(', ')}`,
  ].filter((part) => part !== null);
  return where.length === 0 ? holds : `${holds} for ${where.join(' and ')}`;
}

/** Two letters for a person: of the first and last word of a name, else the first two. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s@._-]+/u).filter((word) => word !== '');
  const [first = '?'] = words;
  const last = words.length > 1 ? words.at(-1) : undefined;
  const letters = last === undefined ? [...first].slice(0, 2) : [[...first][0] ?? '', [...last][0] ?? ''];
  return letters.join('').toUpperCase();
}
