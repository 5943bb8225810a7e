import { isIP } from 'node:net';
import { z } from 'zod';
import { OperatorError } from './operator-error';

const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];

const postgres = (name: string) =>
  z
    .string()
    .regex(
      /^postgres(ql)?:\/\/./,
      `${name} must begin with postgres://, as in postgres://user:password@host:5432/database.`,
    )
    .optional();

function isOrigin(text: string): boolean {
  if (!/^https?:\/\/./.test(text) || !URL.canParse(text)) return false;
  const { pathname, search, hash } = new URL(text);
  return pathname === '/' && search === '' && hash === '';
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

const template = (name: string) =>
  z
    .string()
    .refine((text) => /^https?:\/\/./.test(text), `${name} must begin with http:// or https://.`)
    .optional();

const Environment = z.object({
  DATABASE_URL: postgres('DATABASE_URL'),
  DATABASE_REPLICA_URL: postgres('DATABASE_REPLICA_URL'),
  PORT: z
    .string()
    .default('3000')
    .refine(
      (text) => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535,
      'PORT must be a number from 1 to 65535.',
    )
    .transform(Number),
  HOST: z
    .string()
    .default('127.0.0.1')
    .refine((host) => /^[\w.:-]+$/.test(host), 'HOST must be an address or a name of this machine, as in 127.0.0.1.'),
  SAGASCOPE_URL: z
    .string()
    .refine(isOrigin, 'SAGASCOPE_URL must be the address that browsers use, as in https://sagascope.example.com.')
    .transform((text) => new URL(text).origin)
    .optional(),
  SAGASCOPE_TRUSTED_PROXIES: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .refine(
      (parts) => parts.every(isNetwork),
      'SAGASCOPE_TRUSTED_PROXIES must list addresses or networks, as in 10.0.0.5,10.1.0.0/16.',
    )
    .optional(),
  SAGASCOPE_SECRET: z.string().min(32, 'SAGASCOPE_SECRET must have at least 32 characters.').optional(),
  SAGASCOPE_ADMIN_EMAIL: z.email('SAGASCOPE_ADMIN_EMAIL must be an e-mail address.').optional(),
  SAGASCOPE_ADMIN_PASSWORD: z
    .string()
    .min(12, 'SAGASCOPE_ADMIN_PASSWORD must have at least 12 characters.')
    .max(128, 'SAGASCOPE_ADMIN_PASSWORD must have at most 128 characters.')
    .optional(),
  OIDC_ISSUER: template('OIDC_ISSUER'),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_NAME: z.string().max(60, 'OIDC_NAME must have at most 60 characters.').default('single sign-on'),
  SAGASCOPE_ROLE: z.enum(['all', 'web', 'worker'], 'SAGASCOPE_ROLE must be all, web or worker.').default('all'),
  TRACE_URL_TEMPLATE: template('TRACE_URL_TEMPLATE'),
  LOG_URL_TEMPLATE: template('LOG_URL_TEMPLATE'),
  METRICS_TOKEN: z
    .string()
    .min(16, 'METRICS_TOKEN must have at least 16 characters.')
    .regex(/^[!-~]+$/, 'METRICS_TOKEN must be of letters, digits and signs, without spaces: it goes into a header.')
    .optional(),
});

/** The settings of a process, contract part 7. */
export interface Config {
  /** absent: embedded PostgreSQL */
  databaseUrl: string | undefined;
  replicaUrl: string | undefined;
  port: number;
  host: string;
  role: 'all' | 'web' | 'worker';
  /** The origin that browsers use, where it is not this process's own: behind a proxy, or with a name. */
  url: string | undefined;
  /** Addresses and networks whose x-forwarded-for is believed; none: nobody's. */
  trustedProxies: readonly string[];
  /** Signs cookies; absent: one that the console keeps in its database. */
  secret: string | undefined;
  /** The first administrator; absent: a one-time link is printed. */
  admin: { email: string; password: string } | undefined;
  oidc: { issuer: string; clientId: string; clientSecret: string; name: string } | undefined;
  /** `{traceId}` in it is replaced */
  traceUrlTemplate: string | undefined;
  logUrlTemplate: string | undefined;
  metricsToken: string | undefined;
}

/** Reads and checks the environment; an empty variable counts as absent. Throws one OperatorError, a line per mistake. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = Environment.safeParse(given);
  if (!parsed.success) throw new OperatorError(parsed.error.issues.map(({ message }) => message).join('\n'));
  const { data } = parsed;
  if (data.DATABASE_REPLICA_URL !== undefined && data.DATABASE_URL === undefined) {
    throw new OperatorError('DATABASE_REPLICA_URL needs DATABASE_URL, the primary that it is a replica of.');
  }
  if (data.SAGASCOPE_ROLE !== 'all' && data.DATABASE_URL === undefined) {
    throw new OperatorError(
      `SAGASCOPE_ROLE=${data.SAGASCOPE_ROLE} needs DATABASE_URL: the embedded database serves one process.`,
    );
  }
  if ((data.SAGASCOPE_ADMIN_EMAIL === undefined) !== (data.SAGASCOPE_ADMIN_PASSWORD === undefined)) {
    throw new OperatorError('SAGASCOPE_ADMIN_EMAIL and SAGASCOPE_ADMIN_PASSWORD go together: give both, or neither.');
  }
  return {
    databaseUrl: data.DATABASE_URL,
    replicaUrl: data.DATABASE_REPLICA_URL,
    port: data.PORT,
    host: data.HOST,
    role: data.SAGASCOPE_ROLE,
    url: data.SAGASCOPE_URL,
    trustedProxies: data.SAGASCOPE_TRUSTED_PROXIES ?? [],
    secret: data.SAGASCOPE_SECRET,
    admin:
      data.SAGASCOPE_ADMIN_EMAIL === undefined || data.SAGASCOPE_ADMIN_PASSWORD === undefined
        ? undefined
        : { email: data.SAGASCOPE_ADMIN_EMAIL.toLowerCase(), password: data.SAGASCOPE_ADMIN_PASSWORD },
    oidc: oidcOf(data),
    traceUrlTemplate: data.TRACE_URL_TEMPLATE,
    logUrlTemplate: data.LOG_URL_TEMPLATE,
    metricsToken: data.METRICS_TOKEN,
  };
}

function oidcOf(data: z.output<typeof Environment>): Config['oidc'] {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = data;
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) return undefined;
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) {
    throw new OperatorError('OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET go together: give all three, or none.');
  }
  if (!URL.canParse(issuer)) throw new OperatorError('OIDC_ISSUER must be an address, as in https://id.example.com.');
  if (!issuer.startsWith('https://') && !isLoopbackUrl(issuer)) {
    throw new OperatorError(
      'OIDC_ISSUER must begin with https://: whoever reads the network between could sign in as anybody. http:// is for an issuer on this machine.',
    );
  }
  return { issuer, clientId, clientSecret, name: data.OIDC_NAME };
}

/** Whether a host is of this machine only. */
export const isLoopback = (host: string): boolean => LOOPBACK.includes(host);

/** Whether an address leads to this machine only. */
export const isLoopbackUrl = (url: string): boolean => isLoopback(new URL(url).hostname.replace(/^\[|\]$/g, ''));

/** The settings of this process. Call it where they are used, not at import: a build has no environment. */
export function config(): Config {
  return readConfig(process.env);
}
