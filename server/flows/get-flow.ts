import type { Flow, FlowInput } from '@/core/contract/flows';
import { flowchart, sequence } from '@/core/diagram/flow-mermaid';
import { fitting, groupsWanted, UNFOLDED } from '@/core/flow/budget';
import { flowGraph, type FlowGroup } from '@/core/flow/graph';
import { PICTURE_NODES } from '@/core/flow/group';
import { flowSentence, sentenceOf } from '@/core/flow/sentence';
import { permit } from '@/server/auth/permit';
import { visible } from '@/server/auth/visible';
import { Params } from '@/server/db/params';
import type { Query } from '@/server/db/query';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import {
  FLOW_TOTALS,
  type FlowTotals,
  groupStart,
  pageAround,
  readGhosts,
  readGroups,
  readMembers,
  readNamed,
  readServices,
} from './flow-rows';
import { type FlowSagas, readSagas } from './flow-sagas';
import { readSingles, singlesAround } from './flow-singles';

const MOST_TENANTS = 20;
/** Groups shown before the one that a page is asked around. */
const LEAD = 15;

/** A flow, and its picture as mermaid text where that was asked for. */
export interface FlowAnswer {
  flow: Flow;
  text: string | null;
}

/**
 * The flow of a correlation: one picture of at most 120 nodes, its totals, and where the pages beside it begin. Reads the
 * same few rows whatever the size of the flow.
 * @throws Problem `not_found` where no event and no saga of it is there for this person
 */
export async function getFlow(ctx: Ctx, input: FlowInput): Promise<FlowAnswer> {
  permit(ctx, 'flows.read');
  const query = ctx.db.replica;
  const { totals, otherTenants } = await readTotals(ctx, input);
  const [page, services, sagas, named] = await Promise.all([
    totals === null ? NO_PAGE : readPage(query, totals, input),
    totals === null ? [] : readServices(query, totals),
    readSagas(ctx, input.correlationId, totals?.tenantId ?? input.tenant ?? null, input.commands === '1'),
    totals === null
      ? new Map<string, never>()
      : readNamed(query, totals, [totals.firstPosition, totals.firstFailure ?? totals.firstPosition]),
  ]);
  if (totals === null && sagas.sagas.length === 0)
    throw new Problem(
      'not_found',
      `No event and no saga carries the correlation ${input.correlationId}. Check the id, or wait until it is followed.`,
    );
  const picture = await draw(ctx, totals, page, sagas);
  const failure = totals?.firstFailure ?? null;
  const firstFailure = failure === null ? undefined : named.get(failure);
  const parts = flowSentence({
    events: totals?.events ?? 0,
    services: services.length,
    failures: totals?.failures ?? 0,
    first: totals === null ? null : (named.get(totals.firstPosition) ?? null),
    firstFailure: firstFailure ?? null,
    startedAt: totals?.firstAt ?? null,
    endedAt: totals?.lastAt ?? null,
    sagas: sagas.sagas,
    moreSagas: sagas.moreSagas,
  });
  const flow: Flow = {
    correlationId: input.correlationId,
    tenantId: totals?.tenantId ?? sagas.tenantId ?? '',
    otherTenants,
    sentence: sentenceOf(parts),
    sentenceParts: parts,
    ...picture,
    total: totals?.events ?? 0,
    failures: totals?.failures ?? 0,
    firstFailure:
      failure === null || firstFailure === undefined
        ? null
        : { position: failure, label: firstFailure.label, at: iso(firstFailure.at) },
    startedAt: totals === null ? null : iso(totals.firstAt),
    endedAt: totals === null ? null : iso(totals.lastAt),
    services,
    strip: totals === null ? null : stripOf(totals),
    sagas: sagas.sagas,
    moreSagas: sagas.moreSagas,
  };
  return { flow, text: textOf(flow, input.format) };
}

const iso = (at: number): string => new Date(at).toISOString();

const textOf = (flow: Flow, format: FlowInput['format']): string | null =>
  format === 'json' ? null : format === 'mermaid' ? flowchart(flow) : sequence(flow);

async function readTotals(
  ctx: Ctx,
  { correlationId, tenant }: FlowInput,
): Promise<{ totals: FlowTotals | null; otherTenants: string[] }> {
  const params = new Params();
  const flows = await ctx.db.replica<FlowTotals>(
    `select ${FLOW_TOTALS} from sagascope.flow f where f.correlation_id = ${params.add(correlationId)}::text
       and ${visible(ctx, 'flows.read', params, { tenant: 'f.tenant_id' })}
     order by f.first_position limit ${MOST_TENANTS}`,
    params.values,
  );
  const totals = (tenant === undefined ? flows[0] : flows.find(({ tenantId }) => tenantId === tenant)) ?? null;
  return { totals, otherTenants: flows.filter((flow) => flow !== totals).map(({ tenantId }) => tenantId) };
}

interface Page {
  /** One more than are wanted, so that it is known whether there are others. */
  groups: FlowGroup[];
  backwards: boolean;
  unfolded: { groupId: string; members: Awaited<ReturnType<typeof readMembers>> } | null;
  wanted: number;
  /** Groups of the flow, folded as they were asked for. */
  total: number;
}
const NO_PAGE: Page = { groups: [], backwards: false, unfolded: null, wanted: 0, total: 0 };

async function readPage(query: Query, totals: FlowTotals, input: FlowInput): Promise<Page> {
  return input.fold === 'none' ? readSinglesPage(query, totals, input) : readGroupsPage(query, totals, input);
}

/** Whether what is asked for fits into one picture; then no position is needed. */
function sizeOf(total: number, input: FlowInput, isUnfolded: boolean): { wanted: number; all: boolean } {
  const wanted = groupsWanted(total, { unfolded: isUnfolded, commands: input.commands === '1' });
  return { wanted, all: wanted >= total };
}

async function readSinglesPage(query: Query, totals: FlowTotals, input: FlowInput): Promise<Page> {
  const { wanted, all } = sizeOf(totals.events, input, false);
  const key = { ...totals, correlationId: input.correlationId };
  const { around } = input;
  const from =
    all || around === undefined ? input.from : ((await singlesAround(query, key, around, LEAD)) ?? undefined);
  const before = all || around !== undefined ? undefined : input.before;
  const groups = await readSingles(query, key, { from: all ? undefined : from, before, limit: wanted + 1 });
  return { groups, backwards: before !== undefined, unfolded: null, wanted, total: totals.events };
}

async function readGroupsPage(query: Query, totals: FlowTotals, input: FlowInput): Promise<Page> {
  const start = input.unfold === undefined ? null : await groupStart(query, totals, input.unfold);
  const unfolded =
    input.unfold === undefined || start === null
      ? null
      : {
          groupId: input.unfold,
          members: await readMembers(query, totals, input.unfold, { from: input.members ?? '0', limit: UNFOLDED }),
        };
  const { wanted, all } = sizeOf(totals.groups, input, unfolded !== null);
  const around = input.around ?? null;
  const from = around === null ? input.from : ((await pageAround(query, totals, around, LEAD)) ?? undefined);
  const before = all || around !== null ? undefined : input.before;
  const groups = await readGroups(query, totals, { from: all ? undefined : from, before, limit: wanted + 1 });
  const page = { groups, backwards: before !== undefined, unfolded, wanted, total: totals.groups };
  if (unfolded === null || start === null || groups.some(({ groupId }) => groupId === unfolded.groupId)) return page;
  return {
    ...page,
    backwards: false,
    groups: await readGroups(query, totals, { from: start, limit: wanted + 1 }),
  };
}

type Picture = Pick<
  Flow,
  'nodes' | 'edges' | 'shown' | 'groups' | 'earlier' | 'later' | 'unfolded' | 'steps' | 'commands'
>;

async function draw(
  ctx: Ctx,
  totals: FlowTotals | null,
  { groups: read, backwards, unfolded, wanted, total }: Page,
  sagas: FlowSagas,
): Promise<Picture> {
  const members = unfolded?.members.members.slice(0, UNFOLDED) ?? [];
  const behind = unfolded?.members.members[UNFOLDED] ?? null;
  const { commands } = sagas.commands;
  const room = PICTURE_NODES - sagas.steps.length - commands.length - members.length;
  const some = backwards ? read.slice(-wanted) : read.slice(0, wanted);
  const groups = fitting(some, room, backwards);
  const named = [...new Set(groups.flatMap(({ cause }) => (cause.kind === 'ghost' ? [cause.ref] : [])))];
  const ghosts = totals === null || named.length === 0 ? [] : await readGhosts(ctx, totals, named);
  const isDrawn = unfolded !== null && groups.some(({ groupId }) => groupId === unfolded.groupId);
  const graph = flowGraph({
    groups,
    ghosts,
    steps: sagas.steps,
    commands,
    unfolded: isDrawn ? { ...unfolded.members, groupId: unfolded.groupId, members, behind } : null,
  });
  const [first, last] = [groups[0], groups.at(-1)];
  const atStart = first === undefined || first.firstPosition === totals?.firstPosition;
  const after = read[read.findIndex((group) => group === last) + 1];
  const of = groups.find(({ groupId }) => groupId === unfolded?.groupId);
  return {
    ...graph,
    shown: groups.reduce((sum, { events }) => sum + events, 0),
    groups: { shown: groups.length, total },
    earlier: atStart ? null : first.firstPosition,
    // A page read backwards ends before the position that it was asked for: more stands behind it.
    later: after?.firstPosition ?? (backwards && last !== undefined ? next(last.firstPosition) : null),
    unfolded:
      unfolded === null || of === undefined
        ? null
        : {
            group: of.groupId,
            label: of.name,
            shown: members.length,
            total: of.events,
            earlier: unfolded.members.earlier,
            later: behind?.position ?? null,
          },
    steps: { shown: sagas.steps.length, total: sagas.stepTotal },
    commands: { shown: commands.length, total: sagas.commands.total },
  };
}

const next = (position: string): string => (BigInt(position) + 1n).toString();

function stripOf({ firstAt, tickMs, ticks }: FlowTotals): Flow['strip'] {
  const [start] = ticks.at;
  if (start === undefined) return null;
  return {
    from: iso(Math.min(start * tickMs, firstAt)),
    widthMs: tickMs,
    ticks: ticks.at.map((at, n) => ({
      at: at - start,
      events: ticks.events[n] ?? 0,
      failed: ticks.failed[n] ?? 0,
      undone: ticks.undone[n] ?? 0,
    })),
  };
}
