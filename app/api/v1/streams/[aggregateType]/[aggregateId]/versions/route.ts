import { StreamVersionsInput } from '@/core/contract/streams';
import { route } from '@/server/http/route';
import { listStreamVersions } from '@/server/streams/list-stream-versions';

export const GET = route(StreamVersionsInput, listStreamVersions);
