'use client';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { sessionQueries } from '@/client/session';
import { Answer } from '@/components/shell/answer';
import { Panel } from '@/components/ui/panel';
import { EmptyState } from '@/components/ui/states';
import { type SectionName, sectionOf } from './sections';

/** A section as far as one may read it: to who may not, it says who may. */
export function Readable({ section, children }: { section: SectionName; children: ReactNode }) {
  const query = useQuery(sessionQueries.me());
  const { label, permission, what } = sectionOf(section);
  const allowed = permission === undefined ? true : query.data?.permissions[permission];
  if (allowed === true) return children;
  return (
    <Panel title={label}>
      <Answer query={query} what="What you may do" rows={4}>
        {() => (
          <EmptyState title={`${what} are not for your role`}>
            {typeof allowed === 'object'
              ? `Roles that may see them: ${allowed.who}. Ask an administrator for one of these roles.`
              : 'This console does not know who may read them.'}
          </EmptyState>
        )}
      </Answer>
    </Panel>
  );
}
