'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { tokenMutations } from '@/client/tokens';
import type { MadeToken } from '@/core/contract/tokens';
import { SCOPE_WORDS, TOKEN_SCOPES, type TokenScope } from '@/core/people/roles';
import { CloseButton, FormDialog } from '@/components/settings/form-dialog';
import { NameList } from '@/components/settings/name-list';
import { SecretOnce } from '@/components/settings/secret-once';
import { useKnownPlaces } from '@/components/settings/use-known-places';
import { Button } from '@/components/ui/button';
import { dateWords } from '@/components/ui/time-words';

const DAYS = [
  { days: 7, words: '7 days' },
  { days: 30, words: '30 days' },
  { days: 90, words: '90 days' },
  { days: 365, words: '1 year, the longest' },
];
const USUAL_DAYS = 90;

/** Makes a token; the secret is shown once. */
export function MakeTokenDialog({ onClosed }: { onClosed: () => void }) {
  const queries = useQueryClient();
  const [made, setMade] = useState<MadeToken | null>(null);
  const make = useMutation({
    ...tokenMutations.make(),
    onSuccess: (answer) => {
      setMade(answer);
      void queries.invalidateQueries({ queryKey: ['tokens'] });
    },
  });
  const places = useKnownPlaces();
  const id = useId();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<TokenScope[]>([]);
  const [chosen, setTenants] = useState<string[] | null | undefined>(undefined);
  const tenants = chosen === undefined ? places.own : chosen;
  const [sagaTypes, setSagaTypes] = useState<string[] | null>(null);
  const [expiresInDays, setDays] = useState(USUAL_DAYS);
  if (made !== null) {
    const until = made.token.expiresAt === null ? 'it is revoked' : dateWords(Date.parse(made.token.expiresAt));
    return (
      <FormDialog
        key="made"
        title={`Token ${made.token.name}`}
        onClosed={onClosed}
        foot={<CloseButton>Done</CloseButton>}
      >
        <SecretOnce
          label="Token"
          secret={made.secret}
          note={`Shown only now: the console keeps a hash. Send it as Authorization: Bearer. It works until ${until}.`}
        />
      </FormDialog>
    );
  }
  const off = make.isPending
    ? 'It is being sent'
    : name.trim() === ''
      ? 'Name the machine that it is for'
      : scopes.length === 0
        ? 'Choose what it may do'
        : null;
  return (
    <FormDialog
      key="form"
      title="New token"
      sub="For a machine. People sign in instead."
      error={make.isError ? make.error : null}
      onSubmit={() => {
        if (off === null) make.mutate({ name: name.trim(), scopes, tenants, sagaTypes, expiresInDays });
      }}
      onClosed={onClosed}
      foot={
        <>
          <CloseButton>Cancel</CloseButton>
          <Button type="submit" variant="primary" shortcut="↵" disabledReason={off}>
            Make the token
          </Button>
        </>
      }
    >
      <>
        <div className="dlg-s set-fields">
          <label htmlFor={`${id}-name`}>Name</label>
          <input
            id={`${id}-name`}
            className="input"
            required
            maxLength={80}
            autoComplete="off"
            placeholder="the machine, as in warehouse-import"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <label htmlFor={`${id}-days`}>Ends after</label>
          <select
            id={`${id}-days`}
            className="input"
            value={expiresInDays}
            onChange={(event) => setDays(Number(event.target.value))}
          >
            {DAYS.map(({ days, words }) => (
              <option key={days} value={days}>
                {words}
              </option>
            ))}
          </select>
        </div>
        <fieldset className="dlg-s scopes">
          <legend>It may</legend>
          {TOKEN_SCOPES.map((scope) => (
            <label key={scope} className="row">
              <input
                type="checkbox"
                checked={scopes.includes(scope)}
                onChange={(event) =>
                  setScopes(event.target.checked ? [...scopes, scope] : scopes.filter((one) => one !== scope))
                }
              />
              <span className="m">{scope}</span>
              <span className="t2">{SCOPE_WORDS[scope]}</span>
            </label>
          ))}
        </fieldset>
        <div className="dlg-s grant">
          <NameList label="Tenants" all="all tenants" known={places.tenants} values={tenants} onChange={setTenants} />
          <NameList
            label="Saga types"
            all="all saga types"
            known={places.sagaTypes}
            values={sagaTypes}
            onChange={setSagaTypes}
          />
        </div>
      </>
    </FormDialog>
  );
}
