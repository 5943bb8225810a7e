'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { fileQueries } from '@/client/file-head';
import { asApiError } from '@/client/http';
import { importMutations, importQueries } from '@/client/imports';
import { sessionQueries } from '@/client/session';
import { useMay } from '@/components/shell/use-may';
import { Button } from '@/components/ui/button';
import { Field, ImportFields, type Kind, KINDS } from './import-fields';

/** Chooses a file and how it is read. While it is sent the page must stay open; the list below shows how far it is. */
export function ImportForm() {
  const queries = useQueryClient();
  const reason = useMay('logs.import');
  const [file, setFile] = useState<File | null>(null);
  const head = useQuery(fileQueries.head(file)).data ?? null;
  // A choice of the person's holds for the file that it was made for.
  const [chosen, setChosen] = useState<Kind | null>(null);
  const kind = chosen ?? head?.format ?? null;
  const start = useMutation({
    ...importMutations.start(),
    onMutate: () => {
      // The record is there a moment after the file begins to arrive.
      setTimeout(() => void queries.invalidateQueries(importQueries.list()), 500);
    },
    onSettled: () => queries.invalidateQueries(importQueries.list()),
  });
  const off = reason ?? (file === null ? 'Choose a file' : start.isPending ? 'A file is being sent' : null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (off !== null || file === null) return;
    const format = chosen === 'cloudevents' ? 'json' : chosen;
    const options = { ...optionsOf(new FormData(event.currentTarget)), ...(format === null ? {} : { format }) };
    start.mutate({ id: crypto.randomUUID(), file, options });
  };
  return (
    <form className="import-form" onSubmit={submit}>
      <p className="fs12 t2">
        CSV, JSON Lines, CloudEvents, XES or OCEL in JSON, plain or <code>.gz</code>. Good lines are written together at
        the end; the same file again adds nothing.
      </p>
      <div className="import-fields">
        <Field label="File">
          {(of) => (
            <input
              {...of}
              type="file"
              className="input"
              required
              onChange={(event) => {
                setFile(event.target.files?.[0] ?? null);
                setChosen(null);
                start.reset();
              }}
            />
          )}
        </Field>
        {file === null ? null : (
          <Field
            label="Format"
            hint={chosen === null && head?.format != null ? 'Recognised from the first lines of the file.' : undefined}
          >
            {(of) => (
              <select
                {...of}
                className="input"
                value={kind ?? ''}
                onChange={(event) => setChosen(KINDS.find(([one]) => one === event.target.value)?.[0] ?? null)}
              >
                {kind === null ? <option value="">Recognised when it is imported</option> : null}
                {KINDS.map(([one, word]) => (
                  <option key={one} value={one}>
                    {word}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        {file === null || kind === null ? null : (
          <ImportFields key={`${kind} ${file.name} ${file.lastModified}`} kind={kind} head={head} />
        )}
        {file === null ? null : <Tenant />}
      </div>
      {start.isError ? (
        <p className="note" role="alert">
          {asApiError(start.error).detail}
        </p>
      ) : null}
      <div className="row">
        <Button type="submit" variant="primary" disabledReason={off}>
          Import the file
        </Button>
        {start.isPending ? <span className="fs12 t3">Keep this page open until the file has arrived.</span> : null}
      </div>
    </form>
  );
}

function Tenant() {
  const session = useQuery(sessionQueries.me()).data;
  if (session?.allTenants === true) {
    return (
      <Field label="Tenant" hint="Of all events. Empty: they have the one that they name themselves, or none.">
        {(of) => <input {...of} name="tenant" className="input" maxLength={200} autoComplete="off" />}
      </Field>
    );
  }
  return (
    <Field label="Tenant" hint="Of all events.">
      {(of) => (
        <select {...of} name="tenant" className="input" defaultValue={session?.tenant ?? undefined}>
          {session?.tenants.map((tenant) => (
            <option key={tenant}>{tenant}</option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** What the form says; a field that the format does not use is not there. */
function optionsOf(data: FormData) {
  const text = (name: string): string | undefined => {
    const value = data.get(name);
    return typeof value === 'string' && value.trim() !== '' ? value : undefined;
  };
  const delimiter = data.get('delimiter');
  return {
    aggregateType: text('aggregateType'),
    case: text('case'),
    activity: text('activity'),
    time: text('time'),
    transition: text('transition'),
    // A tab is a delimiter too: not trimmed.
    delimiter: typeof delimiter === 'string' && delimiter !== '' ? delimiter.replace('\\t', '\t') : undefined,
    objectType: text('objectType'),
    tenant: text('tenant'),
    lifecycle: data.get('lifecycle') === null ? ('0' as const) : ('1' as const),
    order: data.get('order') === 'time' ? ('time' as const) : ('file' as const),
  };
}
