import { describe, expect, it } from 'vitest';
import type { PlanWire } from '../contract/interventions';
import { planChange, type NewRow } from './plan-change';

const call = (service: string) => ({ method: 'POST' as const, url: `http://${service}/compensate`, service });
const step = (stepName: string, called: ReturnType<typeof call> | null): PlanWire['steps'][number] => ({
  stepName,
  action: 'compensate',
  call: called,
  compensation: null,
  undoes: '1',
  effect: '',
  repeatIsHarmless: true,
});
const plan = (over: Partial<PlanWire>): PlanWire => ({
  action: 'COMPENSATE_SAGA',
  planHash: 'a',
  asOfLogId: '48213',
  steps: [step('pay', call('payment')), step('reserve', call('inventory'))],
  touches: { services: [], stock: 'none', money: 'none', customerMessages: 'none' },
  endsAs: 'COMPENSATED',
  afterwards: null,
  approval: null,
  ...over,
});
const row = (id: string): NewRow => ({
  id,
  stepName: 'pay',
  status: 'COMPENSATED',
  createdAt: '2026-11-21T18:00:00.000Z',
  service: 'payment',
});

describe('what changed since a plan was read', () => {
  const seen = plan({});

  it('is nothing while plan and newest row are the same', () => {
    expect(planChange(seen, seen, '48213', [row('48213')], null)).toBeNull();
    expect(planChange(seen, seen, '9', [row('9')], null)).toBeNull();
  });

  it('is told before the new plan is made, and then nothing can be taken', () => {
    expect(planChange(seen, seen, '48214', [row('48213'), row('48214')], null)).toEqual({
      rows: [row('48214')],
      differences: [],
      next: null,
    });
  });

  it('names the rows oldest first and what the new plan does otherwise', () => {
    const next = plan({
      planHash: 'b',
      asOfLogId: '100000',
      steps: [step('pay', null), step('reserve', call('stock')), step('ship', call('shipping'))],
      endsAs: 'COMPENSATING',
    });
    expect(planChange(seen, next, '100000', [row('100000'), row('99999')], null)).toEqual({
      rows: [row('99999'), row('100000')],
      differences: [
        'pay needs no call any more.',
        'reserve is called at another address.',
        'ship is called as well.',
        'The saga ends as compensating.',
      ],
      next,
    });
  });

  it('is a definition or a service where no row came', () => {
    const next = plan({ planHash: 'b' });
    expect(planChange(seen, next, '48213', [], null)).toEqual({ rows: [], differences: [], next });
  });

  it('shows the rows that the server refused with, once each', () => {
    expect(planChange(seen, seen, '48213', [row('48214')], [row('48214')])?.rows).toEqual([row('48214')]);
    expect(planChange(seen, seen, '48213', [], [])?.next).toBe(seen);
  });
});
