import type { StreamVersions, StreamVersionsInput } from '@/core/contract/streams';
import { permit } from '@/server/auth/permit';
import { readStreamPage } from '@/server/db/stream-page';
import type { Ctx } from '@/server/http/context';
import { findStream, keyOf, seenStream } from './open-stream';
import { pageWire, partOf } from './stream-wire';

/**
 * The events of a stream, all or of some types, around a version, or before or after a page of them.
 * @throws Problem `not_found` as GET /streams, `invalid` for a cursor that no answer has given
 */
export async function listStreamVersions(ctx: Ctx, input: StreamVersionsInput): Promise<StreamVersions> {
  permit(ctx, 'streams.read');
  const part = partOf(input);
  const stream = await seenStream(ctx, await findStream(ctx, keyOf(input)));
  const types = input.types.length === 0 ? undefined : input.types;
  return pageWire(await readStreamPage(stream.query, { ...stream, types }, part, input.limit));
}
