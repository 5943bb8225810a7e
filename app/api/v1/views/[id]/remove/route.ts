import { RemoveViewInput } from '@/core/contract/views';
import { route } from '@/server/http/route';
import { removeView } from '@/server/views/change-views';

export const POST = route(RemoveViewInput, removeView, { body: 'json' });
