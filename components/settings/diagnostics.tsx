'use client';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { healthQueries } from '@/client/health';
import type { Diagnostics } from '@/core/contract/health';
import { ShapeIcon, type Shape } from '@/components/saga/status';
import { Answer } from '@/components/shell/answer';
import { counted } from '@/core/narrative/counted';
import { countWords, wholeWords } from '@/components/ui/number-words';
import { Panel } from '@/components/ui/panel';
import { RelativeTime } from '@/components/ui/relative-time';
import { durationWords } from '@/components/ui/time-words';

const VERDICT = {
  ok: ['completed', 'Both logs are followed'],
  degraded: ['attention', 'Something holds a log back'],
  unhealthy: ['failed', 'Unhealthy'],
} as const satisfies Record<Diagnostics['health']['status'], readonly [Shape, string]>;

const COORDINATOR = {
  running: 'running',
  stopped: 'stopped',
  held: 'held back',
  needs_rebuild: 'needs a rebuild: npm run rebuild',
} as const;

/** What the console may do, how far it has read, and what is in its way. */
export function DiagnosticsPanels() {
  const query = useQuery(healthQueries.diagnostics());
  return (
    <>
      <Panel title="Health" sub="asked every 5 s">
        <Answer query={query} what="The diagnostics" rows={5}>
          {({ health }) => <HealthFacts health={health} />}
        </Answer>
      </Panel>
      <Panel title="Database">
        <Answer query={query} what="The diagnostics" rows={4}>
          {({ database }) => (
            <dl className="kv facts">
              <Fact name="Right">
                <span className="m">{database.right}</span>
              </Fact>
              <Fact name="">
                <span className="t2 wrap">{database.rightText}</span>
              </Fact>
              <Fact name="Database">
                <span className="mono">{database.name}</span>{' '}
                {database.embedded ? <span className="tag">embedded</span> : null}
              </Fact>
              <Fact name="PostgreSQL">{database.version}</Fact>
              <Fact name="Server">{database.primary ? 'primary' : 'a standby: it cannot be followed'}</Fact>
            </dl>
          )}
        </Answer>
      </Panel>
      <Panel title="Logs" className="wide">
        <Answer query={query} what="The diagnostics" rows={4}>
          {({ logs }) => (
            <div className="logs">
              {logs.map((log) => (
                <LogFacts key={log.table} log={log} />
              ))}
            </div>
          )}
        </Answer>
      </Panel>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function HealthFacts({ health }: { health: Diagnostics['health'] }) {
  const [shape, words] = VERDICT[health.status];
  const { projection } = health;
  return (
    <>
      <dl className="kv facts">
        <Fact name="Verdict">
          <ShapeIcon shape={shape} />
          <span className="m">{words}</span>
        </Fact>
        {health.saga_coordinator === undefined ? null : (
          <Fact name="Projector">{COORDINATOR[health.saga_coordinator]}</Fact>
        )}
        {projection === undefined ? null : (
          <>
            <Fact name="Lag">
              {projection.lag_ms === null ? 'not measured yet' : durationWords(projection.lag_ms)}
              <span className="t3">
                · {projection.source} · {counted(projection.lag_rows, 'row')}{' '}
                {projection.lag_rows === 1 ? 'waits' : 'wait'}
              </span>
            </Fact>
            <Fact name="Folded again">
              {projection.refold.sagas.value === 0 ? (
                'nothing waits'
              ) : (
                <span className="wrap">
                  {countWords(projection.refold.sagas)} {projection.refold.sagas.value === 1 ? 'saga' : 'sagas'} still
                  to do
                  {projection.refold.types.length === 0 ? '' : `: ${projection.refold.types.join(', ')}`}
                </span>
              )}
            </Fact>
            <Fact name="Open gaps">{projection.open_gaps === 0 ? 'none' : wholeWords(projection.open_gaps)}</Fact>
            <Fact name="Held back by">
              {projection.held_back_by.length === 0 ? (
                'nobody'
              ) : (
                <ul className="wrap">
                  {projection.held_back_by.map((holder) => (
                    <li key={`${holder.log} ${holder.pid} ${holder.ids}`}>
                      {holder.pid === null ? 'a prepared transaction' : `process ${holder.pid}`},{' '}
                      {holder.age_ms === null ? (
                        <>
                          first seen <RelativeTime at={holder.first_seen} />
                        </>
                      ) : (
                        `open for ${durationWords(holder.age_ms)}`
                      )}
                      , {holder.log} <span className="mono">{holder.ids}</span>
                    </li>
                  ))}
                </ul>
              )}
            </Fact>
          </>
        )}
        <Fact name="Last failure">
          {health.last_failure_time ? <RelativeTime at={health.last_failure_time} /> : <span className="t3">none</span>}
        </Fact>
      </dl>
      {health.problems?.length ? (
        <ul className="problems">
          {health.problems.map((problem) => (
            <li className="note" key={problem}>
              <ShapeIcon shape="attention" on="sunken" />
              <span>{problem}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}

function LogFacts({ log }: { log: Diagnostics['logs'][number] }) {
  return (
    <section className="log" aria-label={log.table}>
      <h3 className="mono t1">{log.table}</h3>
      {log.exists ? (
        <dl className="kv facts">
          <Fact name="Rows">
            <span data-tip={log.rows.exact ? undefined : 'As the statistics of PostgreSQL have it'}>
              {log.rows.exact ? '' : 'about '}
              {grouped(log.rows.value)}
            </span>
          </Fact>
          <Fact name="Read up to">
            {log.checkpoint === null ? 'not followed' : <span className="mono">#{log.checkpoint}</span>}
          </Fact>
          <Fact name="Created by">{log.createdByUs ? 'the console' : 'its services'}</Fact>
          <Fact name="Append-only">{log.appendOnly ? 'yes, by a trigger' : 'not enforced'}</Fact>
          <Fact name="Missing columns">
            {log.missingColumns.length === 0 ? (
              'none'
            ) : (
              <span className="mono wrap">{log.missingColumns.join(', ')}</span>
            )}
          </Fact>
          <Fact name="Lock evidence">
            <ShapeIcon shape={log.lockEvidence.ok ? 'completed' : 'attention'} />
            <span className="wrap">{log.lockEvidence.why === '' ? 'sound' : log.lockEvidence.why}</span>
          </Fact>
          <Fact name="Open gaps">
            {log.openGaps.length === 0 ? (
              'none'
            ) : (
              <ul className="wrap">
                {log.openGaps.map((gap) => (
                  <li key={gap.fromId}>
                    <span className="mono">
                      {gap.fromId === gap.toId ? `#${gap.fromId}` : `#${gap.fromId} to #${gap.toId}`}
                    </span>
                    , held by {gap.heldBy}, <RelativeTime at={gap.since} />
                  </li>
                ))}
              </ul>
            )}
          </Fact>
          <Fact name="Skipped">
            {log.skipped.ranges === 0
              ? 'none'
              : `${grouped(log.skipped.ids)} ids in ${counted(log.skipped.ranges, 'range')}`}
          </Fact>
        </dl>
      ) : (
        <p className="t2">The table does not exist, and this role may not create it.</p>
      )}
    </section>
  );
}

/** A 64-bit number as text, in groups of three. */
function grouped(digits: string): string {
  return digits.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');
}
