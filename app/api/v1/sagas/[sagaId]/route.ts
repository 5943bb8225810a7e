import { route } from '@/server/http/route';
import { getSaga } from '@/server/sagas/get-saga';
import { SagaInput } from '@/server/sagas/saga-input';

export const GET = route(SagaInput, getSaga);
