import { SagaListInput } from '@/core/contract/sagas';
import { route } from '@/server/http/route';
import { listSagas } from '@/server/sagas/list-sagas';

export const GET = route(SagaListInput, listSagas);
