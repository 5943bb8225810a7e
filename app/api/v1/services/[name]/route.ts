import { PutServiceInput, ServiceInput } from '@/core/contract/definitions';
import { getService } from '@/server/definitions/get-service';
import { putService } from '@/server/definitions/put-service';
import { route } from '@/server/http/route';

export const GET = route(ServiceInput, getService);
export const PUT = route(PutServiceInput, putService, { body: 'json' });
