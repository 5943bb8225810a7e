import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FlowWire } from '../contract/flows';
import { flowGraph, type FlowGroup } from './graph';
import { flowOf, flowWire } from './node';

const head = (n: number, says: string) => ({
  position: String(n),
  eventId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  aggregateType: 'Order',
  aggregateId: 'o-1',
  version: String(n),
  eventVersion: 1 + (n % 3),
  sagaId: n % 2 === 0 ? 'saga' : null,
  causation: null,
  at: 1_000 * n,
  says,
});

it('a flow is the same after its way over the wire, and nothing of a node that says nothing travels', () => {
  const group = fc.record({ events: fc.integer({ min: 1, max: 4 }), kind: fc.constantFrom('none', 'self', 'ghost') });
  fc.assert(
    fc.property(fc.array(group, { maxLength: 8 }), fc.boolean(), (all, unfold) => {
      const groups = all.map(({ events, kind }, n): FlowGroup => {
        const first = 1 + n * 10;
        const cause =
          kind === 'ghost' ? { kind, ref: `gone-${n}` } : ({ kind: kind === 'self' ? kind : 'none' } as const);
        return {
          groupId: `group-${n}`,
          cause,
          name: n % 2 === 0 ? 'StepFailed' : 'StepDone',
          service: 's',
          events,
          firstPosition: String(first),
          lastPosition: String(first + events - 1),
          firstAt: 1_000 * first,
          lastAt: 1_000 * (first + events - 1),
          causeName: null,
          causePosition: null,
          after: null,
          says: '',
          first: head(first, ''),
        };
      });
      const { nodes } = flowGraph({
        groups,
        ghosts: groups.map((_, n) => ({
          eventId: `gone-${n}`,
          found: n % 2 === 0 ? null : { flow: 'f', tenantId: '', name: 'X', service: 'y' },
        })),
        steps: [{ sagaId: 'saga', stepName: 'ship', service: 's', state: 'failed', at: 5 }],
        commands: [],
        unfolded: unfold ? { groupId: 'group-0', members: [head(1, 'x')], before: null, behind: head(2, '') } : null,
      });
      const flow = flowOf({ ...EMPTY, nodes });
      const wire = flowWire(flow);
      expect(flowOf(FlowWire.parse(JSON.parse(JSON.stringify(wire))))).toEqual({ ...EMPTY, nodes });
      for (const node of wire.nodes) expect(Object.values(node).filter((value) => value === false)).toEqual([]);
    }),
  );
});

const EMPTY = {
  correlationId: 'c',
  tenantId: '',
  otherTenants: [],
  otherTenantTotal: 0,
  sentence: '',
  sentenceParts: [],
  edges: [],
  shown: 0,
  total: 0,
  groups: { shown: 0, total: 0 },
  failures: 0,
  firstFailure: null,
  startedAt: null,
  endedAt: null,
  services: [],
  serviceTotal: 0,
  strip: null,
  earlier: null,
  later: null,
  unfolded: null,
  sagas: [],
  moreSagas: false,
  steps: { shown: 0, total: 0 },
  commands: { shown: 0, total: 0 },
};
