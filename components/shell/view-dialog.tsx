'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type RefObject } from 'react';
import { asApiError } from '@/client/http';
import { sessionQueries } from '@/client/session';
import { viewMutations, viewQueries } from '@/client/views';
import type { ListName, ViewWire } from '@/core/contract/views';
import { Button } from '@/components/ui/button';

/**
 * Saves the filters of this moment as a new view or in place of one that is there, or renames, shares or removes the view
 * that is open.
 */
export function ViewDialog({
  ref,
  list,
  view: open,
  others,
  query,
}: {
  ref: RefObject<HTMLDialogElement | null>;
  list: ListName;
  view: ViewWire | null;
  /** The other views of this list. */
  others: readonly ViewWire[];
  query: string;
}) {
  const session = useQuery(sessionQueries.me()).data;
  const queries = useQueryClient();
  // Made once: the same view pressed twice is one view.
  const [id] = useState(() => crypto.randomUUID());
  const [instead, setInstead] = useState('');
  const replaceable = others.filter(({ fixed }) => fixed === null);
  const view = open ?? replaceable.find((one) => one.id === instead) ?? null;
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
  const remove = useMutation({ mutationFn: () => viewMutations.remove(open?.id ?? ''), onSuccess: done });
  const error = save.error ?? remove.error;
  const share = session?.permissions['views.share'];
  const reason = open?.fixed ?? null;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const name = form.get('name');
    if (reason !== null || typeof name !== 'string') return;
    // A box that is off says nothing: what was shared stays shared.
    save.mutate({ name, shared: share === true ? form.get('shared') === 'on' : (view?.shared ?? false) });
  };
  return (
    <dialog ref={ref} className="dlg view-dlg" aria-label={open === null ? 'Save view' : `Edit view ${open.name}`}>
      <form onSubmit={submit}>
        <h2>{open === null ? 'Save these filters as a view' : `View ${open.name}`}</h2>
        {reason === null ? null : <p className="fs12 t2 view-fixed">{reason}</p>}
        {open === null && replaceable.length > 0 ? (
          <label className="field">
            <span>Save as</span>
            <select className="input" value={instead} onChange={(event) => setInstead(event.target.value)}>
              <option value="">a new view</option>
              {replaceable.map((one) => (
                <option key={one.id} value={one.id}>
                  in place of {one.name}
                  {one.shared ? ' (shared)' : ''}
                </option>
              ))}
            </select>
          </label>
        ) : null}
        <label className="field">
          <span>Name</span>
          <input
            key={view?.id}
            className="input"
            name="name"
            required
            readOnly={reason !== null}
            maxLength={60}
            defaultValue={view?.name}
            autoComplete="off"
          />
        </label>
        <label className="view-share">
          <input
            key={view?.id}
            type="checkbox"
            name="shared"
            defaultChecked={view?.shared}
            disabled={share !== true || reason !== null}
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
          {open === null ? null : (
            <Button
              variant="danger"
              disabledReason={reason ?? (remove.isPending ? 'It is being removed' : null)}
              onClick={() => remove.mutate()}
            >
              Remove view
            </Button>
          )}
          <span className="grow" />
          <Button onClick={() => ref.current?.close()}>Cancel</Button>
          <Button
            type="submit"
            variant="primary"
            disabledReason={reason ?? (save.isPending ? 'It is being saved' : null)}
          >
            {open === null && view !== null ? 'Replace view' : 'Save view'}
          </Button>
        </div>
      </form>
    </dialog>
  );
}
