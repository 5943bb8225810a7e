import { route } from '@/server/http/route';
import { getSagaDiagram, SagaDiagramInput } from '@/server/sagas/get-saga-diagram';

export const GET = route(SagaDiagramInput, getSagaDiagram);
