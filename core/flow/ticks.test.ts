import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MOST_TICKS, type Ticks, withEvents } from './ticks';

const event = fc.record({
  at: fc.oneof(
    fc.integer({ min: 1_700_000_000_000, max: 1_700_000_060_000 }),
    fc.integer({ min: 0, max: 4_000_000_000_000 }),
  ),
  failed: fc.boolean(),
  undone: fc.boolean(),
});

it('counts the same whatever the order and the batches, in at most 96 spans', () => {
  fc.assert(
    fc.property(fc.array(event, { minLength: 1 }), fc.array(fc.nat(20)), (events, cuts) => {
      const whole = withEvents(null, events);
      let parts: Ticks | null = null;
      const rest = events.toReversed();
      for (const cut of [...cuts, rest.length]) {
        const batch = rest.splice(0, cut);
        if (batch.length > 0) parts = withEvents(parts, batch);
      }
      expect(parts).toEqual(whole);
      expect(whole.ticks.reduce((sum, tick) => sum + tick.events, 0)).toBe(events.length);
      expect(whole.ticks.length).toBeLessThanOrEqual(MOST_TICKS);
    }),
  );
});
