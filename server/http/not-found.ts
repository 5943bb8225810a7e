import { Problem } from './problem';
import { guarded } from './route';

/** What an address under /api answers that no route has: a problem like any other, not a page. */
export function answerNotFound(request: Request): Promise<Response> {
  return guarded(request, async () => {
    const { pathname } = new URL(request.url);
    throw new Problem('not_found', `There is nothing at ${pathname}. /api/v1/openapi.json lists what there is.`);
  });
}
