'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { asApiError } from '@/client/http';
import { importMutations, importQueries } from '@/client/imports';
import { sessionQueries } from '@/client/session';
import { useMay } from '@/components/shell/use-may';
import { Button } from '@/components/ui/button';

const FIELDS = [
  { name: 'aggregateType', label: 'Aggregate type', hint: 'default: the name of the file' },
  { name: 'case', label: 'Case column', hint: 'CSV and JSON: where its name is not a usual one' },
  { name: 'activity', label: 'Activity column', hint: 'as above' },
  { name: 'time', label: 'Time column', hint: 'as above' },
  { name: 'transition', label: 'Transition column', hint: 'as above, for the life cycle' },
  { name: 'objectType', label: 'Type of object', hint: 'OCEL: one event for each object of this type' },
] as const;

/** Chooses a file and how it is read. While it is sent the page must stay open; the list below shows how far it is. */
export function ImportForm() {
  const queries = useQueryClient();
  const reason = useMay('logs.import');
  const session = useQuery(sessionQueries.me()).data;
  const id = useId();
  const [file, setFile] = useState<File | null>(null);
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
    const data = new FormData(event.currentTarget);
    const text = (name: string): string | undefined => {
      const value = data.get(name);
      return typeof value === 'string' && value.trim() !== '' ? value : undefined;
    };
    const options = {
      aggregateType: text('aggregateType'),
      case: text('case'),
      activity: text('activity'),
      time: text('time'),
      transition: text('transition'),
      objectType: text('objectType'),
      tenant: text('tenant'),
      lifecycle: data.get('lifecycle') === null ? ('0' as const) : ('1' as const),
      order: data.get('order') === 'time' ? ('time' as const) : ('file' as const),
    };
    start.mutate({ id: crypto.randomUUID(), file, options });
  };
  return (
    <form className="import-form" onSubmit={submit}>
      <p className="fs12 t2">
        CSV, JSON Lines, CloudEvents, XES or OCEL in JSON, plain or <code>.gz</code>. Good lines are written together at
        the end; the same file again adds nothing.
      </p>
      <div className="import-fields">
        <label htmlFor={`${id}-file`}>File</label>
        <input
          id={`${id}-file`}
          type="file"
          className="input"
          required
          onChange={(event) => setFile(event.target.files?.[0] ?? null)}
        />
        {FIELDS.map(({ name, label, hint }) => (
          <Labelled key={name} id={`${id}-${name}`} name={name} label={label} hint={hint} />
        ))}
        {session?.allTenants === true ? (
          <Labelled id={`${id}-tenant`} name="tenant" label="Tenant" hint="of all events; without one they have none" />
        ) : (
          <>
            <label htmlFor={`${id}-tenant`}>Tenant</label>
            <select id={`${id}-tenant`} name="tenant" className="input" defaultValue={session?.tenant ?? undefined}>
              {session?.tenants.map((tenant) => (
                <option key={tenant}>{tenant}</option>
              ))}
            </select>
          </>
        )}
        <label htmlFor={`${id}-order`}>Order of a case’s events</label>
        <select id={`${id}-order`} name="order" className="input" defaultValue="file">
          <option value="file">as they stand in the file</option>
          <option value="time">by time, ties as in the file</option>
        </select>
        <span />
        <label className="row">
          <input type="checkbox" name="lifecycle" /> An event type is name and life cycle transition
        </label>
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

function Labelled({ id, name, label, hint }: { id: string; name: string; label: string; hint: string }) {
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <input id={id} name={name} className="input" maxLength={200} autoComplete="off" placeholder={hint} />
    </>
  );
}
