import { ImportInput } from '@/core/contract/imports';
import { route } from '@/server/http/route';
import { getImport } from '@/server/import/list-imports';

export const GET = route(ImportInput, getImport);
