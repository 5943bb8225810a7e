'use client';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import { sessionQueries } from '@/client/session';
import type { Overview } from '@/core/contract/overview';
import type { SagaListItem } from '@/core/contract/sagas';
import { isCarriedOut } from '@/core/intervention/carried-out';
import { ATTENTION_WORD, ShapeIcon, STATUS_SHAPE, STATUS_WORD } from '@/components/saga/status';
import { useShortcuts } from '@/components/shell/shortcuts';
import { useSteadyList } from '@/components/shell/steady-list';
import { WaitingRows } from '@/components/shell/waiting-rows';
import { Button } from '@/components/ui/button';
import { Icon, type IconName } from '@/components/ui/icon';
import { shortId } from '@/components/ui/id-chip';
import { countWords } from '@/components/ui/number-words';
import { Panel } from '@/components/ui/panel';
import { Age } from '@/components/ui/relative-time';
import { EmptyState } from '@/components/ui/states';

const ACTION_ICON: Record<string, IconName> = {
  RETRY_STEP: 'retry',
  COMPENSATE_STEP: 'undo',
  COMPENSATE_SAGA: 'undo',
  SKIP_STEP: 'skip',
  RESOLVE: 'check',
  LOCK: 'lock',
};

/** The sagas that wait for a person: what happened in words, since when, and one suggested action each. */
export function Queue({ overview }: { overview: Overview }) {
  const list = useSteadyList(overview.attention, (saga) => saga.sagaId);
  const [cursor, setCursor] = useState<string | null>(null);
  const move = (by: 1 | -1) => {
    const at = list.rows.findIndex((saga) => saga.sagaId === cursor);
    const next = list.rows[at === -1 ? 0 : Math.min(list.rows.length - 1, Math.max(0, at + by))];
    if (next !== undefined) document.querySelector<HTMLElement>(`a[data-row="${next.sagaId}"]`)?.focus();
  };
  useShortcuts({ j: () => move(1), k: () => move(-1) });
  const { attention } = overview.counts;
  return (
    <Panel
      title="Needs attention"
      sub={attention.value === 0 ? null : 'highest risk first'}
      right={
        <>
          <WaitingRows />
          {attention.value === 0 ? null : (
            <Link className="link fs12" href="/sagas?attention=any">
              View all {countWords(attention)}
            </Link>
          )}
        </>
      }
    >
      {list.rows.length === 0 ? (
        <EmptyState
          title="Nothing needs attention"
          action={
            <Link className="btn sm" href="/sagas">
              All sagas
            </Link>
          }
        >
          A saga comes here when its compensation failed, when it stopped with effects still in the world, or when it is
          stuck.
        </EmptyState>
      ) : (
        <table className="tbl wl">
          <colgroup>
            <col />
            <col className="c-waiting" />
            <col className="c-action" />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">What happened</th>
              <th scope="col" className="num">
                Waiting
              </th>
              <th scope="col" className="c-action">
                Suggested action
              </th>
            </tr>
          </thead>
          <tbody {...list.bind}>
            {list.rows.map((saga) => (
              <tr
                key={saga.sagaId}
                className={`${cursor === saga.sagaId ? 'cur' : ''} ${list.isNew(saga) ? 'enter' : ''}`}
                onFocus={() => setCursor(saga.sagaId)}
              >
                <QueueCells saga={saga} />
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function QueueCells({ saga }: { saga: SagaListItem }) {
  const name = saga.businessKey ?? shortId(saga.sagaId);
  const action = <Action saga={saga} />;
  return (
    <>
      <td>
        <div className="row wl-what">
          <ShapeIcon shape={STATUS_SHAPE[saga.status]} size={16} />
          <span className="vh">{STATUS_WORD[saga.status]}</span>
          <div className="grow">
            <div className="why trunc m" title={saga.headline}>
              <Link href={`/sagas/${saga.sagaId}`} prefetch={false} className="row-link" data-row={saga.sagaId}>
                {saga.headline}
              </Link>
            </div>
            <div className="meta">
              <span className="mono t2 trunc">{name}</span>·<span className="trunc wl-type">{saga.sagaType}</span>
              {saga.attention === null ? null : (
                <>
                  <span className="wl-type">·</span>
                  <span className="s-attention fg nw">{ATTENTION_WORD[saga.attention.reason]}</span>
                </>
              )}
            </div>
            <div className="narrow wl-act">{action}</div>
          </div>
        </div>
      </td>
      <td className="num">{saga.attention === null ? null : <Age at={saga.attention.since} />}</td>
      <td className="c-action">{action}</td>
    </>
  );
}

/** Leads to the saga, where the plan is made: nothing runs from a list. What one's role does not reach is off, and says so. */
function Action({ saga }: { saga: SagaListItem }) {
  const role = useQuery(sessionQueries.me()).data?.permissions['interventions.request'] ?? true;
  const suggestion = saga.suggestion !== null && isCarriedOut(saga.suggestion.action) ? saga.suggestion : null;
  if (suggestion !== null && !suggestion.mayAct) {
    return (
      <Button
        small
        className="act"
        icon={ACTION_ICON[suggestion.action] ?? 'flow'}
        disabledReason={
          role === true ? 'Your role does not reach this saga’s tenant or type. Open it to see who can.' : role.text
        }
      >
        <span className="trunc">{suggestion.label}</span>
        <span className="vh"> of {saga.businessKey ?? saga.sagaId}</span>
      </Button>
    );
  }
  return (
    <Link href={`/sagas/${saga.sagaId}`} prefetch={false} className="btn sm act">
      <Icon name={suggestion === null ? 'arr-r' : (ACTION_ICON[suggestion.action] ?? 'flow')} size={14} />
      <span className="trunc">{suggestion === null ? 'Review saga' : suggestion.label}</span>
      <span className="vh"> of {saga.businessKey ?? saga.sagaId}</span>
    </Link>
  );
}
