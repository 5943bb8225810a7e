import { openLive } from '@/server/live/live-route';

export const dynamic = 'force-dynamic';
export const GET = openLive;
