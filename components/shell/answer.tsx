'use client';
import type { UseQueryResult } from '@tanstack/react-query';
import { Component, type ReactNode } from 'react';
import { asApiError } from '@/client/http';
import { ErrorState } from '@/components/ui/states';
import { Skeleton } from '@/components/ui/skeleton';
import { clockWords } from '@/components/ui/time-words';
import { Button } from '@/components/ui/button';
import { ShapeIcon } from '@/components/saga/status';

/**
 * One panel's answer: grey bars while it is read, what did not answer and since when, or `children` with the data.
 * Data once shown stays while it is read again, and stays, named as old, when reading again fails.
 */
export function Answer<T>({
  query,
  what,
  rows = 6,
  rowHeight,
  loading,
  children,
}: {
  query: UseQueryResult<T>;
  /** What was asked, as a sentence begins: "The list of sagas". */
  what: string;
  rows?: number;
  rowHeight?: number;
  loading?: ReactNode;
  children: (data: T) => ReactNode;
}) {
  const retry = () => void query.refetch();
  if (query.data === undefined) {
    if (query.isPending)
      return loading ?? <Skeleton rows={rows} rowHeight={rowHeight} label={`${what} is being read`} />;
    const error = asApiError(query.error);
    return (
      <ErrorState
        what={`${what} did not answer`}
        detail={error.detail}
        reference={error.reference}
        retrying={query.isFetching}
        onRetry={retry}
      />
    );
  }
  return (
    <Boundary what={what}>
      {query.isError ? (
        <OldData
          what={what}
          error={query.error}
          shownFrom={query.dataUpdatedAt}
          retrying={query.isFetching}
          onRetry={retry}
        />
      ) : null}
      {children(query.data)}
    </Boundary>
  );
}

function OldData(props: { what: string; error: unknown; shownFrom: number; retrying: boolean; onRetry: () => void }) {
  const error = asApiError(props.error);
  return (
    <div className="note old-data" role="alert">
      <ShapeIcon shape="attention" on="sunken" />
      <span className="grow">
        <span className="t1 m">{props.what} did not answer.</span> Shown data is from {clockWords(props.shownFrom)}.
        {error.reference === undefined ? '' : ` Ref ${error.reference}.`}
      </span>
      <Button small onClick={props.onRetry} disabledReason={props.retrying ? 'It is being tried now' : null}>
        Try again
      </Button>
    </div>
  );
}

/** Keeps a fault in one panel from blanking the page. */
class Boundary extends Component<{ what: string; children: ReactNode }, { error: Error | null }> {
  override state = { error: null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <ErrorState
        what={`${this.props.what} could not be drawn`}
        detail={asApiError(error).detail}
        onRetry={() => this.setState({ error: null })}
      />
    );
  }
}
