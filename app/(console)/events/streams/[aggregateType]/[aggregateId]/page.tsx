import { HydrationBoundary } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { streamQueries } from '@/client/streams';
import { BrowserOnly } from '@/components/shell/browser-only';
import { StreamPage } from '@/components/stream/stream-page';
import { StreamInput } from '@/core/contract/streams';
import { readConfig } from '@/server/config';
import type { Ctx } from '@/server/http/context';
import { prefetch } from '@/server/http/prefetch';
import { getStream } from '@/server/streams/get-stream';

interface Props {
  params: Promise<{ aggregateType: string; aggregateId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return part;
    throw error;
  }
};

async function nameOf({ params }: Props) {
  const { aggregateType, aggregateId } = await params;
  return { aggregateType: decoded(aggregateType), aggregateId: decoded(aggregateId) };
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  const { aggregateType, aggregateId } = await nameOf(props);
  return { title: `${aggregateType === '~' ? '' : `${aggregateType} `}${aggregateId}`.slice(0, 80) };
}

export default async function Page(props: Props) {
  const name = await nameOf(props);
  const { at } = await props.searchParams;
  const input = StreamInput.safeParse({ ...name, at });
  const state = await prefetch(
    ...(input.success
      ? [
          {
            queryKey: streamQueries.at(name, input.data.at ?? null).queryKey,
            load: (ctx: Ctx) => getStream(ctx, input.data),
          },
        ]
      : []),
  );
  const { traceUrlTemplate, logUrlTemplate } = readConfig(process.env);
  return (
    <HydrationBoundary state={state}>
      <BrowserOnly>
        <StreamPage
          key={`${name.aggregateType}/${name.aggregateId}`}
          name={name}
          links={{ traceUrlTemplate: traceUrlTemplate ?? null, logUrlTemplate: logUrlTemplate ?? null }}
        />
      </BrowserOnly>
    </HydrationBoundary>
  );
}
