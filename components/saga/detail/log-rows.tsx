'use client';
import { Fragment, useState } from 'react';
import type { LogRowWire, SagaDetail } from '@/core/contract/sagas';
import { JsonView } from '@/components/ui/json-view';
import { Icon } from '@/components/ui/icon';
import { wholeWords } from '@/components/ui/number-words';
import { clockMs } from './clock-ms';

/** The rows of saga_log as they were written. */
export function LogRows({ saga, selectedId }: { saga: SagaDetail; selectedId: string | null }) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set(selectedId === null ? [] : [selectedId]));
  const toggle = (id: string) =>
    setOpen((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });
  const odd = new Map<string, string[]>();
  for (const { kind, logId } of saga.anomalies) odd.set(logId, [...(odd.get(logId) ?? []), kind.replaceAll('_', ' ')]);
  return (
    <>
      {saga.log.length < saga.logTotal ? (
        <p className="lr-said fs12 t3">
          The newest {wholeWords(saga.log.length)} of {wholeWords(saga.logTotal)} rows.
        </p>
      ) : null}
      {/* Scrolls within itself, so the keyboard must reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className="lr-scroll" tabIndex={0} aria-label="Log rows">
        <table className="tbl lr">
          <thead>
            <tr>
              <th className="lr-id">Row</th>
              <th className="lr-at">Time</th>
              <th className="lr-step">Step</th>
              <th className="lr-status">Status</th>
              <th className="lr-phase">Phase</th>
              <th className="num lr-n">Attempt</th>
              <th>Error</th>
              <th className="lr-by">Written by</th>
            </tr>
          </thead>
          <tbody>
            {saga.log.map((row) => (
              <Fragment key={row.id}>
                <tr className={row.id === selectedId ? 'sel' : ''}>
                  <td>
                    <button
                      type="button"
                      className="lr-open mono"
                      aria-expanded={open.has(row.id)}
                      onClick={() => toggle(row.id)}
                    >
                      <Icon name={open.has(row.id) ? 'chev-d' : 'chev-r'} size={12} />#{row.id}
                    </button>
                  </td>
                  <td className="mono">
                    <time dateTime={row.createdAt}>{clockMs(row.createdAt)}</time>
                  </td>
                  <td className="mono" title={row.stepName.slice(0, 500)}>
                    <bdi>{row.stepName.slice(0, 200)}</bdi>
                  </td>
                  <td className="mono">{row.status}</td>
                  <td className="t2">{row.phase?.toLowerCase() ?? '–'}</td>
                  <td className="num">{row.attempt ?? '–'}</td>
                  <td className="mono" title={codeOf(row) ?? undefined}>
                    <bdi>{codeOf(row) ?? '–'}</bdi>
                  </td>
                  <td className="t2">{row.service ?? '–'}</td>
                </tr>
                {open.has(row.id) ? (
                  <tr className="lr-more">
                    <td colSpan={8}>
                      <RowDetail row={row} odd={odd.get(row.id) ?? []} />
                    </td>
                  </tr>
                ) : null}
              </Fragment>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

/** The code within the error's JSON text, read from the text itself; the whole text is one click away. */
function codeOf({ error }: LogRowWire): string | null {
  if (error === null) return null;
  const found = /"code"\s*:\s*"((?:[^"\\]|\\.){1,200})/.exec(error.slice(0, 20_000));
  return found?.[1] ?? 'error';
}

function RowDetail({ row, odd }: { row: LogRowWire; odd: readonly string[] }) {
  const facts: [string, string | null][] = [
    ['Step', row.stepName],
    ['Anomaly', odd.length === 0 ? null : odd.join(', ')],
    ['Saga type', row.sagaType],
    ['Version', row.sagaVersion === null ? null : String(row.sagaVersion)],
    ['Compensation', row.compensatingAction],
    ['Compensation id', row.compensationId],
    ['Correlation', row.correlationId],
    ['Trace', row.traceId],
    ['Tenant', row.tenantId],
  ];
  return (
    <div className="lr-detail">
      <dl className="kv">
        {facts.flatMap(([name, value]) =>
          value === null
            ? []
            : [
                <dt key={`${name} name`}>{name}</dt>,
                <dd key={name} className="lr-value">
                  <bdi className="mono">{value}</bdi>
                </dd>,
              ],
        )}
      </dl>
      {row.error === null ? null : (
        <div>
          <h3>error</h3>
          <JsonView text={row.error} label={`error of row ${row.id}`} bareKeys={false} />
        </div>
      )}
      {row.context === null ? null : (
        <div>
          <h3>
            context{row.contextCut === null ? '' : `, the first 64 kB of ${wholeWords(row.contextCut)} characters`}
          </h3>
          <JsonView text={row.context} label={`context of row ${row.id}`} bareKeys={false} />
        </div>
      )}
    </div>
  );
}
