import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { randomUUID } from 'node:crypto';
import { permits } from '@/server/auth/permit';
import { requestContext } from '@/server/http/context';

/** The settings open at what one may do something about: an administrator at people, anybody else at their roles. */
export default async function Page() {
  const { actor } = await requestContext(await headers(), randomUUID());
  redirect(permits(actor, 'people.read') ? '/settings/people' : '/settings/roles');
}
