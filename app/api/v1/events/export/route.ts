import { EventExportInput } from '@/core/contract/events';
import { exportEvents } from '@/server/events/export-events';
import { route } from '@/server/http/route';

export const GET = route(EventExportInput, exportEvents);
