import { OverviewInput } from '@/core/contract/overview';
import { route } from '@/server/http/route';
import { getOverview } from '@/server/overview/get-overview';

export const GET = route(OverviewInput, getOverview);
