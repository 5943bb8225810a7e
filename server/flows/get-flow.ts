import type { Flow, FlowInput } from '@/core/contract/flows';
import { flowchart, sequence } from '@/core/diagram/flow-mermaid';
import { groupsWanted, type PageEdge, pageOf, UNFOLDED } from '@/core/flow/budget';
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
const NO_SERVICES = { services: [], total: 0 };
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
  const { totals, otherTenants, otherTenantTotal } = await readTotals(ctx, input);
  const [page, services, sagas, named] = await Promise.all([
    totals === null ? NO_PAGE : readPage(query, totals, input),
    totals === null ? NO_SERVICES : readServices(query, totals),
    readSagas(ctx, input.correlationId, totals?.tenantId ?? input.tenant ?? null, input.commands === '1'),
    totals === null
      ? new Map<string, never>()
      : readNamed(query, totals, [totals.firstPosition, totals.firstFailure ?? totals.firstPosition]),
  ]);
  if (totals === null && sagas.sagas.length === 0)
    throw new Problem(
      'not_found',
      `No event and no saga${input.tenant === undefined ? '' : ` of the tenant ${input.tenant}`} carries the correlation ${input.correlationId}. Check the id, or wait until it is followed.`,
    );
  const picture = await draw(ctx, totals, page, sagas);
  const failure = totals?.firstFailure ?? null;
  const firstFailure = failure === null ? undefined : named.get(failure);
  const parts = flowSentence({
    events: totals?.events ?? 0,
    services: services.total,
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
    otherTenantTotal,
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
    services: services.services,
    serviceTotal: services.total,
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
): Promise<{ totals: FlowTotals | null; otherTenants: string[]; otherTenantTotal: number }> {
  const params = new Params();
  const flows = await ctx.db.replica<FlowTotals & { tenants: number }>(
    `select ${FLOW_TOTALS}, (count(*) over ())::float8 as tenants from sagascope.flow f where f.correlation_id = ${params.add(correlationId)}::text
       and ${visible(ctx, 'flows.read', params, { tenant: 'f.tenant_id' })}
     order by ${tenant === undefined ? '' : `f.tenant_id = ${params.add(tenant)}::text desc,`} f.first_position
     limit ${MOST_TENANTS + 1}`,
    params.values,
  );
  const [first] = flows;
  const found = first !== undefined && (tenant === undefined || first.tenantId === tenant) ? first : null;
  const others = flows.slice(found === null ? 0 : 1).slice(0, MOST_TENANTS);
  return {
    totals: found,
    otherTenants: others.map(({ tenantId }) => tenantId),
    otherTenantTotal: (first?.tenants ?? 0) - (found === null ? 0 : 1),
  };
}

interface Page {
  /** All groups of the flow where `isAll`; else one more than are wanted, so that it is known whether there are others. */
  groups: FlowGroup[];
  isAll: boolean;
  edge: PageEdge;
  unfolded: { groupId: string; start: string; members: Awaited<ReturnType<typeof readMembers>> } | null;
  wanted: number;
  /** Groups of the flow, folded as they were asked for. */
  total: number;
}
const NO_PAGE: Page = { groups: [], isAll: true, edge: {}, unfolded: null, wanted: 0, total: 0 };

async function readPage(query: Query, totals: FlowTotals, input: FlowInput): Promise<Page> {
  return input.fold === 'none' ? readSinglesPage(query, totals, input) : readGroupsPage(query, totals, input);
}

/**
 * How much is read. Where no more groups are there than a picture may take, all are: whether they fit with their ghosts
 * is known then only, and the page is cut out of them.
 */
function sizeOf(total: number, input: FlowInput, isUnfolded: boolean): Pick<Page, 'wanted' | 'isAll' | 'total'> {
  const wanted = groupsWanted(total, { unfolded: isUnfolded, commands: input.commands === '1' });
  return { wanted, isAll: wanted >= total, total };
}

/** `around` before `from` before `before`; the start of the page around an event that is not there is the flow's own. */
async function edgeOf({ around, from, before }: FlowInput, pageAround: (position: string) => Promise<string | null>) {
  if (around !== undefined) return { from: (await pageAround(around)) ?? undefined };
  return from === undefined ? { before } : { from };
}

async function readSinglesPage(query: Query, totals: FlowTotals, input: FlowInput): Promise<Page> {
  const size = sizeOf(totals.events, input, false);
  const key = { ...totals, correlationId: input.correlationId };
  const edge = await edgeOf(input, (position) => singlesAround(query, key, position, LEAD));
  const groups = await readSingles(query, key, { ...(size.isAll ? {} : edge), limit: size.wanted + 1 });
  return { ...size, groups, edge, unfolded: null };
}

async function readGroupsPage(query: Query, totals: FlowTotals, input: FlowInput): Promise<Page> {
  const start = input.unfold === undefined ? null : await groupStart(query, totals, input.unfold);
  const unfolded =
    input.unfold === undefined || start === null
      ? null
      : {
          groupId: input.unfold,
          start,
          members: await readMembers(query, totals, input.unfold, { from: input.members ?? '0', limit: UNFOLDED }),
        };
  const size = sizeOf(totals.groups, input, unfolded !== null);
  const edge = await edgeOf(input, (position) => pageAround(query, totals, position, LEAD));
  const groups = await readGroups(query, totals, { ...(size.isAll ? {} : edge), limit: size.wanted + 1 });
  return { ...size, groups, edge, unfolded };
}

type Picture = Pick<
  Flow,
  'nodes' | 'edges' | 'shown' | 'groups' | 'earlier' | 'later' | 'unfolded' | 'steps' | 'commands'
>;

async function draw(ctx: Ctx, totals: FlowTotals | null, page: Page, sagas: FlowSagas): Promise<Picture> {
  const { unfolded, total } = page;
  const members = unfolded?.members.members.slice(0, UNFOLDED) ?? [];
  const behind = unfolded?.members.members[UNFOLDED] ?? null;
  const { commands } = sagas.commands;
  const room = PICTURE_NODES - sagas.steps.length - commands.length - members.length;
  const { groups, earlier, later } = await cutOut(ctx, totals, page, room);
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
  const of = groups.find(({ groupId }) => groupId === unfolded?.groupId);
  return {
    ...graph,
    shown: groups.reduce((sum, { events }) => sum + events, 0),
    groups: { shown: groups.length, total },
    earlier,
    later,
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

/** The groups that the picture shows, those of an unfolded one among them, and where the pages beside it begin. */
async function cutOut(ctx: Ctx, totals: FlowTotals | null, page: Page, room: number) {
  const { unfolded, wanted } = page;
  let { groups: read, edge, isAll } = page;
  let groups = pageOf(read, { wanted, room }, edge);
  if (totals !== null && unfolded !== null && !groups.some(({ groupId }) => groupId === unfolded.groupId)) {
    edge = { from: unfolded.start };
    if (!isAll) read = await readGroups(ctx.db.replica, totals, { ...edge, limit: wanted + 1 });
    groups = pageOf(read, { wanted, room }, edge);
  }
  const [first, last] = [groups[0], groups.at(-1)];
  // Beside a page that is empty stands what it was asked to begin or end at.
  if (first === undefined || last === undefined)
    return { groups, earlier: edge.from ?? null, later: edge.before ?? null };
  const after = read[read.indexOf(last) + 1];
  const isOpen = !isAll && edge.before !== undefined;
  return {
    groups,
    earlier: first.firstPosition === totals?.firstPosition ? null : first.firstPosition,
    // A page read backwards ends before the position that it was asked for: more stands behind it.
    later: after?.firstPosition ?? (isOpen ? next(last.firstPosition) : null),
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
