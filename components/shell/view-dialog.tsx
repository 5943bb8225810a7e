'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type RefObject } from 'react';
import { asApiError } from '@/client/http';
import { sessionQueries } from '@/client/session';
import { viewMutations, viewQueries } from '@/client/views';
import type { ListName, ViewWire } from '@/core/contract/views';
import { Button } from '@/components/ui/button';

/** Saves the filters of this moment under a name, or renames, shares or removes the view that is open. */
export function ViewDialog({
  ref,
  list,
  view,
  query,
}: {
  ref: RefObject<HTMLDialogElement | null>;
  list: ListName;
  view: ViewWire | null;
  query: string;
}) {
  const session = useQuery(sessionQueries.me()).data;
  const queries = useQueryClient();
  // Made once: the same view pressed twice is one view.
  const [id] = useState(() => crypto.randomUUID());
  const done = async () => {
    await queries.invalidateQueries({ queryKey: viewQueries.of(list).queryKey });
    ref.current?.close();
  };
  const save = useMutation({
    mutationFn: ({ name, shared }: { name: string; shared: boolean }) =>
      view === null
        ? viewMutations.save({ id, list, name, query, shared })
        : viewMutations.change({ id: view.id, name, query, shared, version: view.version }),
    onSuccess: done,
  });
  const remove = useMutation({ mutationFn: () => viewMutations.remove(view?.id ?? ''), onSuccess: done });
  const error = save.error ?? remove.error;
  const share = session?.permissions['views.share'];
  const reason = view?.fixed ?? null;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const name = form.get('name');
    if (reason === null && typeof name === 'string') save.mutate({ name, shared: form.get('shared') === 'on' });
  };
  return (
    <dialog ref={ref} className="dlg view-dlg" aria-label={view === null ? 'Save view' : `Edit view ${view.name}`}>
      <form onSubmit={submit}>
        <h2>{view === null ? 'Save these filters as a view' : `View ${view.name}`}</h2>
        <label className="field">
          <span>Name</span>
          <input className="input" name="name" required maxLength={60} defaultValue={view?.name} autoComplete="off" />
        </label>
        <label className="view-share">
          <input
            type="checkbox"
            name="shared"
            defaultChecked={view?.shared}
            disabled={share !== true}
            aria-describedby="share-note"
          />
          <span>Share with everybody</span>
        </label>
        <p className="fs12 t2" id="share-note">
          {share === undefined || share === true
            ? 'Others see the name and the filters; rows only as far as they may.'
            : share.text}
        </p>
        {error === null ? null : (
          <p className="fs12 view-error" role="alert">
            {asApiError(error).detail}
          </p>
        )}
        <div className="row export-foot">
          {view === null ? null : (
            <Button variant="danger" disabledReason={reason} onClick={() => remove.mutate()}>
              Remove view
            </Button>
          )}
          <span className="grow" />
          <Button onClick={() => ref.current?.close()}>Cancel</Button>
          <Button type="submit" variant="primary" disabledReason={save.isPending ? 'It is being saved' : reason}>
            Save view
          </Button>
        </div>
      </form>
    </dialog>
  );
}
