import { openApiDocument } from '@/server/http/openapi';
import { NoInput } from '@/server/http/no-input';
import { route } from '@/server/http/route';

export const GET = route(NoInput, async () => openApiDocument());
