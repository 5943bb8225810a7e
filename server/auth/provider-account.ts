import { journalPerson } from '@/server/account/journal-entry';
import { dropLinks } from '@/server/account/person-links';
import { primary } from '@/server/db/prisma';
import { prismaQuery } from '@/server/db/query';
import { clientAddress } from '@/server/http/client-address';
import { handOf } from './hand';
import { personOf } from './person-of';

/**
 * What follows the first sign-in by the provider: the person has accepted, so the link of their invitation is not left
 * open for somebody else; and that they have a new way in is told in the journal.
 */
export async function firstSingleSignOn(userId: string, headers: Headers): Promise<void> {
  await primary().$transaction(async (tx) => {
    const query = prismaQuery(tx);
    await dropLinks(query, userId);
    const person = await personOf(query, userId, clientAddress(headers));
    // Disabled: their session is refused next.
    if (person === null) return;
    const { id, name } = person;
    const event = { type: 'SingleSignOnLinked', by: name, personId: id, email: name } as const;
    await journalPerson(query, handOf(person, 'account.write'), event);
  });
}

/** An account of the provider without the tokens that came with it: nothing here asks it anything later. */
export const withoutTokens = <T extends object>(account: T) => ({
  data: { ...account, accessToken: null, refreshToken: null, idToken: null },
});
