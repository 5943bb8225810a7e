import { ImportInput } from '@/core/contract/imports';
import { route } from '@/server/http/route';
import { cancelImport } from '@/server/import/cancel-import';

export const POST = route(ImportInput, cancelImport, { body: 'json' });
