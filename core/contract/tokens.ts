import { z } from 'zod';
import { TOKEN_SCOPES } from '../people/roles';
import { ReachInput } from './people';
import { Allowed } from './sagas';
import { page, PageInput, Time } from './wire';

/** Days that a token lives: a machine's secret without an end is forgotten, not kept. */
export const TOKEN_DAYS = { usual: 90, most: 365 } as const;

export const TokenWire = z.object({
  id: z.uuid(),
  name: z.string(),
  /** Its first characters, to tell it from others. */
  prefix: z.string(),
  scopes: z.array(z.enum(TOKEN_SCOPES)),
  tenants: z.array(z.string()).nullable(),
  sagaTypes: z.array(z.string()).nullable(),
  createdAt: Time,
  /** An e-mail address. */
  createdBy: z.string(),
  /** Whoever made it is disabled; it goes on working until it is revoked. */
  creatorDisabled: z.boolean(),
  expiresAt: Time.nullable(),
  /** Exact to a minute; null: never used. */
  lastUsedAt: Time.nullable(),
  revokedAt: Time.nullable(),
  state: z.enum(['active', 'expired', 'revoked']),
  allowed: z.object({ revoke: Allowed }),
});
export type TokenWire = z.infer<typeof TokenWire>;

export const TokensInput = z.object({ ...PageInput, state: z.enum(['active', 'ended']).default('active') });
export type TokensInput = z.infer<typeof TokensInput>;
export const TokenList = page(TokenWire);
export type TokenList = z.infer<typeof TokenList>;

export const MakeTokenInput = z.object({
  name: z.string().trim().min(1).max(80),
  scopes: z.array(z.enum(TOKEN_SCOPES)).min(1, 'a token has one scope at least').max(TOKEN_SCOPES.length),
  ...ReachInput,
  expiresInDays: z.int().min(1).max(TOKEN_DAYS.most).default(TOKEN_DAYS.usual),
});
export type MakeTokenInput = z.infer<typeof MakeTokenInput>;

/** `secret` is the token itself: shown once, only its hash is kept. */
export const MadeToken = z.object({ token: TokenWire, secret: z.string() });
export type MadeToken = z.infer<typeof MadeToken>;

export const TokenInput = z.object({ tokenId: z.uuid() });
export type TokenInput = z.infer<typeof TokenInput>;
