import { JsonText } from '@/server/http/json-text';
import { openApiDocument } from '@/server/http/openapi';
import { NoInput } from '@/server/http/no-input';
import { route } from '@/server/http/route';

// The same as long as the process lasts, and half a second of work.
let text: string | undefined;

export const GET = route(NoInput, async () => new JsonText((text ??= JSON.stringify(openApiDocument()))));
