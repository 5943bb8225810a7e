import type { SearchItem, SearchKind } from '@/core/contract/search';
import { SagaStatusMark } from '@/components/saga/status';
import type { SagaStatus } from '@/core/saga/saga';
import { STATUS_WORD } from '@/components/saga/status';
import { Icon } from '@/components/ui/icon';
import { KIND_WORDS } from './search-words';

const isStatus = (text: string | undefined): text is SagaStatus => text !== undefined && text in STATUS_WORD;

/** One hit in a line: what it is called, what matched, what kind of thing it is. */
export function Hit({ kind, item }: { kind: SearchKind; item: SearchItem }) {
  return (
    <>
      <Icon name={KIND_WORDS[kind].icon} className="t3" />
      <span className="hit-label mono trunc">{item.label}</span>
      <span className="hit-match fs12 t2 trunc">{item.match}</span>
      <span className="hit-detail fs12 t2">
        {item.detail === null ? null : <span className="trunc">{item.detail}</span>}
        {isStatus(item.status) ? <SagaStatusMark status={item.status} /> : null}
      </span>
    </>
  );
}
