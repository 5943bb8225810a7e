'use client';
import { useQuery } from '@tanstack/react-query';
import { sagaQueries } from '@/client/sagas';
import type { SagaDetail } from '@/core/contract/sagas';
import { SagaDiagramView, type DiagramSelection } from '@/components/diagram/saga-diagram-view';
import { Answer } from '@/components/shell/answer';
import { CopyButton } from '@/components/ui/copy';
import { useNarrow, useSeenTheme } from './media';

/** The state machine of a saga with the path it took. */
export function StateMachinePanel({
  saga,
  selected,
  onSelect,
}: {
  saga: SagaDetail;
  selected: DiagramSelection | null;
  onSelect: (selection: DiagramSelection) => void;
}) {
  const direction = useNarrow() ? 'TB' : 'LR';
  const query = useQuery(sagaQueries.diagram(saga.sagaId, direction));
  const theme = useSeenTheme();
  const left = query.data && query.data.shown < query.data.total ? query.data : null;
  return (
    <section className="panel sd-machine" aria-labelledby="state-machine">
      <div className="panel-h">
        <h2 id="state-machine">State machine</h2>
        <span className="sub trunc">
          {saga.sagaType}
          {saga.definition ? ` v${saga.definition.version}` : ', nobody declared it'}
        </span>
        <span className="right dg-key desk" aria-hidden="true">
          <Key kind="took" words="taken" />
          <Key kind="not" words="not taken" />
          <Key kind="current" words="current step" />
        </span>
        {query.data ? (
          <CopyButton text={query.data.mermaid} label="Copy as mermaid" className="btn sm ghost dg-copy">
            <span className="lb">Copy as mermaid</span>
          </CopyButton>
        ) : null}
      </div>
      <Answer query={query} what="The state machine" rows={4} rowHeight={52}>
        {(diagram) => (
          <SagaDiagramView
            diagram={diagram}
            direction={direction}
            theme={theme}
            selected={selected}
            onSelect={onSelect}
          />
        )}
      </Answer>
      {left ? (
        <p className="dg-left t3 fs12">
          {left.shown} of {left.total} steps are drawn; the step timeline has them all.
        </p>
      ) : null}
    </section>
  );
}

function Key({ kind, words }: { kind: 'took' | 'not' | 'current'; words: string }) {
  return (
    <span>
      {kind === 'current' ? (
        <svg width="16" height="12">
          <rect className="dg-key-current" x="1" y="1" width="14" height="10" rx="2.5" />
        </svg>
      ) : (
        <svg width="22" height="8">
          <path className={`dg-${kind}`} d="M0 4h22" />
        </svg>
      )}
      {words}
    </span>
  );
}
