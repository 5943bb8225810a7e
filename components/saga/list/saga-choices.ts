import { useQuery } from '@tanstack/react-query';
import { sagaQueries } from '@/client/sagas';
import { ATTENTION_WORD, STATUS_WORD } from '@/components/saga/status';
import type { Choices } from '@/components/shell/add-filter';

const FIXED: Readonly<Record<string, Choices>> = {
  status: { all: true, values: Object.entries(STATUS_WORD) },
  attention: { all: true, values: [['any', 'any reason'], ['none', 'none'], ...Object.entries(ATTENTION_WORD)] },
};

/** What the filters of sagas may be set to, by field. */
export function useSagaChoices(): (field: string) => Choices | undefined {
  const types = useQuery(sagaQueries.types()).data;
  const ofType: Choices | undefined = types && {
    all: true,
    mono: true,
    values: types.items.map(({ sagaType }) => [sagaType, sagaType]),
  };
  return (field) => (field === 'type' ? ofType : FIXED[field]);
}
