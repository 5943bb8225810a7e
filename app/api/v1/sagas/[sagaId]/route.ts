import { route } from '@/server/http/route';
import { getSaga, SagaInput } from '@/server/sagas/get-saga';

export const GET = route(SagaInput, getSaga);
