import { HydrationBoundary } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { sagaQueries } from '@/client/sagas';
import { SagaPage } from '@/components/saga/detail/saga-page';
import { BrowserOnly } from '@/components/shell/browser-only';
import { readConfig } from '@/server/config';
import { prefetch } from '@/server/http/prefetch';
import { getSaga } from '@/server/sagas/get-saga';
import { SagaInput } from '@/server/sagas/saga-input';
import { getSagaDiagram } from '@/server/sagas/get-saga-diagram';

interface Props {
  params: Promise<{ sagaId: string }>;
}

async function idOf({ params }: Props): Promise<string> {
  const { sagaId } = await params;
  try {
    return decodeURIComponent(sagaId);
  } catch (error) {
    if (error instanceof URIError) return sagaId;
    throw error;
  }
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  return { title: `Saga ${(await idOf(props)).slice(0, 8)}` };
}

export default async function Page(props: Props) {
  const asked = await idOf(props);
  const input = SagaInput.safeParse({ sagaId: asked });
  const sagaId = input.success ? input.data.sagaId : asked;
  const state = await prefetch(
    ...(input.success
      ? [
          { queryKey: sagaQueries.detail(sagaId).queryKey, load: getSagaOf(sagaId) },
          { queryKey: sagaQueries.diagram(sagaId, 'LR').queryKey, load: getDiagramOf(sagaId) },
        ]
      : []),
  );
  return (
    <HydrationBoundary state={state}>
      <BrowserOnly>
        <SagaPage key={sagaId} sagaId={sagaId} traceUrlTemplate={readConfig(process.env).traceUrlTemplate ?? null} />
      </BrowserOnly>
    </HydrationBoundary>
  );
}

const getSagaOf = (sagaId: string) => (ctx: Parameters<typeof getSaga>[0]) => getSaga(ctx, { sagaId });
const getDiagramOf = (sagaId: string) => (ctx: Parameters<typeof getSagaDiagram>[0]) =>
  getSagaDiagram(ctx, { sagaId, direction: 'LR' });
