import { SagaExportInput } from '@/core/contract/sagas';
import { route } from '@/server/http/route';
import { exportSagas } from '@/server/sagas/export-sagas';

export const GET = route(SagaExportInput, exportSagas);
