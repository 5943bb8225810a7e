import type { StreamVersions, StreamVersionsInput } from '@/core/contract/streams';
import { permit } from '@/server/auth/permit';
import { readStreamPage } from '@/server/db/stream-page';
import type { Ctx } from '@/server/http/context';
import { keyOf, openStream } from './open-stream';
import { pageWire, placeOf } from './stream-wire';

/**
 * The events of a stream before or after a page of them, as GET /streams answers them.
 * @throws Problem `not_found` as there, `invalid` for a cursor that no answer has given
 */
export async function listStreamVersions(ctx: Ctx, input: StreamVersionsInput): Promise<StreamVersions> {
  permit(ctx, 'streams.read');
  const place = placeOf(input.cursor);
  const stream = await openStream(ctx, keyOf(input), null);
  const of = { ...stream, reducer: stream.whole.reducer };
  return pageWire(await readStreamPage(stream.query, of, place, input.limit));
}
