import { StartImportInput } from '@/core/contract/imports';
import { NoInput } from '@/server/http/no-input';
import { route } from '@/server/http/route';
import { listImports } from '@/server/import/list-imports';
import { startImport } from '@/server/import/start-import';

export const GET = route(NoInput, listImports);
export const POST = route(StartImportInput, startImport, {
  body: 'file',
  status: ({ state }) => (state === 'running' ? 202 : 201),
});
