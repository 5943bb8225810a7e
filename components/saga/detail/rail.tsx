'use client';
import type { ReactNode } from 'react';
import type { SagaDetail } from '@/core/contract/sagas';
import { isCarriedOut } from '@/core/intervention/carried-out';
import { isFinal } from '@/core/intervention/state';
import { counted } from '@/core/narrative/counted';
import { useTicking } from '@/components/ui/clock';
import { CopyButton } from '@/components/ui/copy';
import { Icon, type IconName } from '@/components/ui/icon';
import { IdChip } from '@/components/ui/id-chip';
import { InterventionList } from '@/components/intervention/intervention-list';
import { JsonView } from '@/components/ui/json-view';
import { wholeWords } from '@/components/ui/number-words';
import { RelativeTime } from '@/components/ui/relative-time';
import { ageWords, clockWords, dateWords } from '@/components/ui/time-words';
import { ShapeIcon } from '../status';
import { activityOf } from './activity';
import type { Lane } from './lanes';

/** Beside the saga: what to do, what to say, and what is known. */
export function Rail({
  saga,
  lanes,
  traceUrlTemplate,
  onIntervention,
}: {
  saga: SagaDetail;
  lanes: readonly Lane[];
  traceUrlTemplate: string | null;
  /** Opens an intervention with its calls. */
  onIntervention: (id: string) => void;
}) {
  return (
    <aside className="rail" aria-label="Saga context">
      <Suggestion saga={saga} />
      {saga.customerText === null ? null : (
        <Section
          title="Tell the customer"
          icon="chat"
          first
          right={
            <CopyButton text={saga.customerText} label="Copy the customer's text" className="row row-4 link">
              Copy
            </CopyButton>
          }
        >
          <p className="t2">“{saga.customerText}”</p>
        </Section>
      )}
      <Owed saga={saga} lanes={lanes} />
      {saga.interventions.length === 0 ? null : (
        <Section title="Interventions" icon="wrench" right={wholeWords(saga.interventions.length)}>
          <InterventionList saga={saga} onOpen={onIntervention} />
        </Section>
      )}
      <Facts saga={saga} traceUrlTemplate={traceUrlTemplate} />
      <Context saga={saga} />
      <Activity saga={saga} />
    </aside>
  );
}

function Section({
  title,
  icon,
  right,
  first = false,
  children,
}: {
  title: string;
  icon?: IconName;
  right?: ReactNode;
  /** On a narrow screen it stands before the diagram. */
  first?: boolean;
  children: ReactNode;
}) {
  return (
    <section className={first ? 's-1' : undefined}>
      <h2>
        {icon ? <Icon name={icon} /> : null}
        {title}
        {right ? <span className="right">{right}</span> : null}
      </h2>
      {children}
    </section>
  );
}

function Suggestion({ saga: { suggestion, interventions } }: { saga: SagaDetail }) {
  // While an intervention runs or has stopped, what comes next is said there.
  if (suggestion === null || interventions.some(({ state }) => !isFinal(state))) return null;
  const { record } = suggestion;
  return (
    <Section title="Suggested action" icon="bolt" first>
      <p>
        <span className="m">{suggestion.label.replace(/…$/, '')}</span>
        {record ? ` — worked in ${record.worked} of ${record.of} similar cases. ` : ' — '}
        {suggestion.because}
      </p>
      {isCarriedOut(suggestion.action) ? null : (
        <p className="fs12 t3">This version of the console does not carry this out: the service has to.</p>
      )}
      {record && record.of > 0 ? (
        <div className="cases" aria-hidden="true">
          {Array.from({ length: Math.min(48, record.of) }, (_, at) => (
            // oxlint-disable-next-line react/no-array-index-key -- bars of a strip have no other name
            <i
              key={at}
              className={at < Math.round((record.worked / record.of) * Math.min(48, record.of)) ? '' : 'no'}
            />
          ))}
        </div>
      ) : null}
    </Section>
  );
}

/** What is still in the world, and what nobody knows. */
function Owed({ saga, lanes }: { saga: SagaDetail; lanes: readonly Lane[] }) {
  const entries = [
    ...saga.outstanding.map((stepName) => ({ stepName, words: 'still in effect' })),
    ...saga.inDoubt.map((stepName) => ({ stepName, words: 'outcome unknown' })),
  ];
  if (entries.length === 0) return null;
  const undoOf = (stepName: string) => {
    const name = lanes.find((lane) => lane.stepName === stepName && lane.lane === 'undo')?.name;
    return name === `undo ${stepName}` ? undefined : name;
  };
  return (
    <Section title="Effects not undone" right={wholeWords(entries.length)}>
      <ul className="owed">
        {entries.slice(0, 50).map(({ stepName, words }) => (
          <li key={`${stepName} ${words}`}>
            <ShapeIcon shape={words === 'outcome unknown' ? 'pending' : 'attention'} />
            <span className="owed-name">
              <code>{stepName}</code> <span className="t2 fs12">{words}</span>
              {undoOf(stepName) === undefined ? null : (
                <span className="t3 fs12 owed-by">
                  undone by <code>{undoOf(stepName)}</code>
                </span>
              )}
            </span>
          </li>
        ))}
      </ul>
      {entries.length > 50 ? <p className="t3 fs12">and {entries.length - 50} more</p> : null}
    </Section>
  );
}

function Facts({ saga, traceUrlTemplate }: { saga: SagaDetail; traceUrlTemplate: string | null }) {
  const started = Date.parse(saga.startedAt);
  const service = saga.steps.find((step) => step.service !== null)?.service;
  return (
    <Section title="Facts">
      <dl className="kv">
        <dt>Started</dt>
        <dd>
          {clockWords(started)}
          <RelativeTime at={saga.startedAt} className="t3" />
        </dd>
        {saga.deadlineAt === null ? null : (
          <>
            <dt>Deadline</dt>
            <dd>
              {clockWords(Date.parse(saga.deadlineAt))} <Deadline saga={saga} at={Date.parse(saga.deadlineAt)} />
            </dd>
          </>
        )}
        <dt>Tenant</dt>
        <dd className="trunc">{saga.tenantId ?? <span className="t3">none</span>}</dd>
        <dt>Last log row</dt>
        <dd>
          <span className="idc">#{saga.lastLogId}</span>
        </dd>
        <dt>Correlation</dt>
        <dd>
          <IdChip id={saga.correlationId} name="correlation id" />
        </dd>
        {saga.traceId === null ? null : (
          <>
            <dt>Trace</dt>
            <dd>
              <IdChip id={saga.traceId} name="trace id" />
              {traceUrlTemplate === null ? null : (
                <a
                  className="copy"
                  href={traceUrlTemplate.replaceAll('{traceId}', encodeURIComponent(saga.traceId))}
                  target="_blank"
                  rel="noreferrer"
                  aria-label="Open the trace"
                  data-tip="Open the trace"
                >
                  <Icon name="ext" size={12} />
                </a>
              )}
            </dd>
          </>
        )}
        <dt>Definition</dt>
        <dd className="trunc">
          {saga.definition === null ? (
            <span className="t3">none: learning from what runs</span>
          ) : (
            `version ${saga.definition.version}, ${saga.definition.source}`
          )}
        </dd>
        {service ? (
          <>
            <dt>Begun by</dt>
            <dd className="trunc">{service}</dd>
          </>
        ) : null}
        {saga.duplicates > 0 ? (
          <>
            <dt>Duplicates</dt>
            <dd>{counted(saga.duplicates, 'row')} said what was known</dd>
          </>
        ) : null}
      </dl>
    </Section>
  );
}

/** How long to the deadline, or how far over it: of a saga that ended, at its end. */
function Deadline({ saga, at }: { saga: SagaDetail; at: number }) {
  const over = saga.status === 'COMPLETED' || saga.status === 'COMPENSATED';
  const ended = Date.parse(saga.updatedAt);
  const words = useTicking((now) => {
    const late = (over ? ended : now) - at;
    if (late > 0) return `${ageWords(late)} over`;
    return over ? 'kept' : `in ${ageWords(-late)}`;
  }, '');
  return <span className={words.endsWith('over') ? 'fg s-attention' : 't3'}>{words}</span>;
}

function Context({ saga }: { saga: SagaDetail }) {
  return (
    <Section title="Context snapshot" right={saga.contextLogId === null ? null : `at #${saga.contextLogId}`}>
      {saga.context === null ? (
        <p className="t3 fs12">No row carries a context.</p>
      ) : (
        <>
          <JsonView text={saga.context} label="Context snapshot" lines={40} />
          {saga.contextCut === null ? null : (
            <p className="t3 fs12">The first 64 kB of {wholeWords(saga.contextCut)} characters.</p>
          )}
        </>
      )}
    </Section>
  );
}

function Activity({ saga }: { saga: SagaDetail }) {
  const entries = activityOf(saga);
  const shown = entries.slice(0, 40);
  return (
    <Section title="Activity" right={wholeWords(entries.length)}>
      {entries.length === 0 ? (
        <p className="t3 fs12">Nothing out of the ordinary.</p>
      ) : (
        <div className="act-log">
          {shown.map(({ key, at, text, who }) => (
            <div key={key} className="act-row">
              {at === null ? <span className="t3">–</span> : <ActivityTime at={at} />}
              <span className="act-text">
                {text}
                {who === null ? null : <span className="t3"> · {who}</span>}
              </span>
            </div>
          ))}
        </div>
      )}
      {entries.length > shown.length ? <p className="t3 fs12">and {entries.length - shown.length} earlier</p> : null}
    </Section>
  );
}

function ActivityTime({ at }: { at: string }) {
  const time = Date.parse(at);
  const words = useTicking((now) => (now - time > 86_400_000 ? dateWords(time) : clockWords(time)), clockWords(time));
  return <time dateTime={at}>{words}</time>;
}
