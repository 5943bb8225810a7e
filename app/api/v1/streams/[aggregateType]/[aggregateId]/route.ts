import { StreamInput } from '@/core/contract/streams';
import { route } from '@/server/http/route';
import { getStream } from '@/server/streams/get-stream';

export const GET = route(StreamInput, getStream);
