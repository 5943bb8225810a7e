import { HydrationBoundary } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { flowPart, flowQueries } from '@/client/flows';
import { type SearchParams, urlSearchParams } from '@/app/search-params';
import { FlowPage } from '@/components/flow/flow-page';
import { BrowserOnly } from '@/components/shell/browser-only';
import { FlowInput } from '@/core/contract/flows';
import { flowWire } from '@/core/flow/node';
import { getFlow } from '@/server/flows/get-flow';
import { prefetch } from '@/server/http/prefetch';

interface Props {
  params: Promise<{ correlationId: string }>;
  searchParams: SearchParams;
}

async function idOf({ params }: Props): Promise<string> {
  const { correlationId } = await params;
  try {
    return decodeURIComponent(correlationId);
  } catch (error) {
    if (error instanceof URIError) return correlationId;
    throw error;
  }
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  return { title: `Event flow ${(await idOf(props)).slice(0, 16)}` };
}

export default async function Page(props: Props) {
  const correlationId = await idOf(props);
  const part = flowPart(await urlSearchParams(props.searchParams));
  const input = FlowInput.safeParse({ correlationId, ...part });
  const state = await prefetch(
    ...(input.success
      ? [
          {
            queryKey: flowQueries.detail(correlationId, part).queryKey,
            load: async (ctx: Parameters<typeof getFlow>[0]) => flowWire((await getFlow(ctx, input.data)).flow),
          },
        ]
      : []),
  );
  return (
    <HydrationBoundary state={state}>
      <BrowserOnly>
        <FlowPage key={correlationId} correlationId={correlationId} />
      </BrowserOnly>
    </HydrationBoundary>
  );
}
