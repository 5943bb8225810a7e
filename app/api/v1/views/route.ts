import { NewViewInput, ViewListInput } from '@/core/contract/views';
import { route } from '@/server/http/route';
import { saveView } from '@/server/views/change-views';
import { listViews } from '@/server/views/list-views';

export const GET = route(ViewListInput, listViews);
export const POST = route(NewViewInput, saveView, { body: 'json', status: () => 201 });
