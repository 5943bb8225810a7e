'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { tokenMutations } from '@/client/tokens';
import type { TokenWire } from '@/core/contract/tokens';
import { CloseButton, FormDialog } from '@/components/settings/form-dialog';
import { Button } from '@/components/ui/button';
import { RelativeTime } from '@/components/ui/relative-time';

/** Asks once more before a token is revoked: what uses it is refused from then on. */
export function RevokeDialog({ token, onClosed }: { token: TokenWire; onClosed: () => void }) {
  const queries = useQueryClient();
  const revoke = useMutation({
    ...tokenMutations.revoke(token.id),
    onSuccess: onClosed,
    onSettled: () => void queries.invalidateQueries({ queryKey: ['tokens'] }),
  });
  return (
    <FormDialog
      title={`Revoke ${token.name}`}
      error={revoke.isError ? revoke.error : null}
      onSubmit={() => {
        if (!revoke.isPending) revoke.mutate();
      }}
      onClosed={onClosed}
      foot={
        <>
          <CloseButton>Cancel</CloseButton>
          <Button type="submit" variant="danger" disabledReason={revoke.isPending ? 'It is being sent' : null}>
            Revoke
          </Button>
        </>
      }
    >
      <div className="dlg-s set-text">
        <p>
          The next request with <span className="mono">{token.prefix}…</span> is refused, for good. It was{' '}
          {token.lastUsedAt === null ? (
            'never used'
          ) : (
            <>
              last used <RelativeTime at={token.lastUsedAt} />
            </>
          )}
          .
        </p>
      </div>
    </FormDialog>
  );
}
