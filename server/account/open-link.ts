import type { Query } from '@/server/db/query';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { findLink, type FoundLink, type LinkPurpose } from './person-links';

/** What the page of a link says before anything is chosen: who it is for, or why it is no longer good. */
export type LinkView =
  | { open: true; purpose: LinkPurpose; name: string | null; email: string | null }
  | { open: false; why: string };

/** Reads a one-time link for its page; nothing is used up. Whoever has the link may: it is the right. */
export async function readLink(
  { db }: Ctx,
  { token, purposes }: { token: string; purposes: readonly LinkPurpose[] },
): Promise<LinkView> {
  const link = await findLink(db.primary, token);
  const why = whyNotOpen(link, purposes);
  if (why !== null || link === null) return { open: false, why: why ?? '' };
  return { open: true, purpose: link.purpose, name: link.name, email: link.email };
}

/**
 * Takes a link for use, to the end of the caller's transaction.
 * @throws Problem `not_found` or `forbidden` with the words of its page
 */
export async function takeLink(query: Query, token: string, purposes: readonly LinkPurpose[]): Promise<FoundLink> {
  const link = await findLink(query, token, true);
  const why = whyNotOpen(link, purposes);
  if (link !== null && why === null) return link;
  throw new Problem(isKnown(link, purposes) ? 'forbidden' : 'not_found', why ?? '');
}

const isKnown = (link: FoundLink | null, purposes: readonly LinkPurpose[]): link is FoundLink =>
  link !== null && purposes.includes(link.purpose);

function whyNotOpen(link: FoundLink | null, purposes: readonly LinkPurpose[]): string | null {
  const renew = purposes.includes('set_up')
    ? 'Start the console again: it prints a new one.'
    : 'Ask an administrator of this console for a new one.';
  if (!isKnown(link, purposes)) {
    return `This link is not known here, or a newer one has taken its place. ${renew}`;
  }
  if (link.state === 'used') return 'This link was used already. Sign in with the password that was chosen by it.';
  if (link.state === 'expired') return `This link has expired. ${renew}`;
  if (link.disabled) return 'This account is disabled. An administrator of this console can enable it again.';
  return null;
}
