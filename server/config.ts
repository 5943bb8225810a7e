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
    .refine(
      (host) => LOOPBACK.includes(host),
      'HOST may only be 127.0.0.1, localhost or ::1: without sign-in everybody who reaches the console could act in it.',
    ),
  SAGASCOPE_ROLE: z.enum(['all', 'web', 'worker'], 'SAGASCOPE_ROLE must be all, web or worker.').default('all'),
  TRACE_URL_TEMPLATE: template('TRACE_URL_TEMPLATE'),
  LOG_URL_TEMPLATE: template('LOG_URL_TEMPLATE'),
  METRICS_TOKEN: z.string().min(16, 'METRICS_TOKEN must have at least 16 characters.').optional(),
});

/** The settings of a process, contract part 7. */
export interface Config {
  /** absent: embedded PostgreSQL */
  databaseUrl: string | undefined;
  replicaUrl: string | undefined;
  port: number;
  host: string;
  role: 'all' | 'web' | 'worker';
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
  return {
    databaseUrl: data.DATABASE_URL,
    replicaUrl: data.DATABASE_REPLICA_URL,
    port: data.PORT,
    host: data.HOST,
    role: data.SAGASCOPE_ROLE,
    traceUrlTemplate: data.TRACE_URL_TEMPLATE,
    logUrlTemplate: data.LOG_URL_TEMPLATE,
    metricsToken: data.METRICS_TOKEN,
  };
}

/** The settings of this process. Call it where they are used, not at import: a build has no environment. */
export function config(): Config {
  return readConfig(process.env);
}
