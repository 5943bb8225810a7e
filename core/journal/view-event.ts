import { z } from 'zod';
import { eventBodies } from './event-body';

const view = { by: z.string(), viewId: z.string(), list: z.string(), name: z.string(), query: z.string() };

const ViewEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ViewShared'), ...view }),
  z.object({
    type: z.literal('SharedViewChanged'),
    ...view,
    owner: z.string(),
    nameBefore: z.string(),
    queryBefore: z.string(),
  }),
  z.object({ type: z.literal('ViewUnshared'), ...view, owner: z.string() }),
  z.object({ type: z.literal('SharedViewRemoved'), ...view, owner: z.string() }),
]);

/** What was done to views that everybody sees, as the journal keeps it. A view for oneself leaves no entry. */
export type ViewEvent = z.infer<typeof ViewEvent>;

export const VIEW_EVENTS = [
  'ViewShared',
  'SharedViewChanged',
  'ViewUnshared',
  'SharedViewRemoved',
] as const satisfies readonly ViewEvent['type'][];

export const { textOf: viewEventText, eventOf: viewEventOf } = eventBodies<ViewEvent>(ViewEvent);
