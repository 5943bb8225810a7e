import { SagaTypeListInput } from '@/core/contract/saga-types';
import { route } from '@/server/http/route';
import { listSagaTypes } from '@/server/sagas/list-saga-types';

export const GET = route(SagaTypeListInput, listSagaTypes);
