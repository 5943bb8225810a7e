import { ChangeViewInput } from '@/core/contract/views';
import { route } from '@/server/http/route';
import { changeView } from '@/server/views/change-views';

export const PUT = route(ChangeViewInput, changeView, { body: 'json' });
