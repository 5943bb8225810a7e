import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ShopError } from './network';

const Flags = z.object({
  rate: z.coerce.number().positive().max(50),
  seed: z.coerce.number().int(),
  faultShare: z.coerce.number().min(0).max(1),
  backfill: z.boolean(),
});
const Environment = z.object({
  DATABASE_URL: z.string().min(1),
  CONSOLE_URL: z.url().default('http://127.0.0.1:3000'),
  CONSOLE_EMAIL: z.string().default('engineer@demo'),
  CONSOLE_PASSWORD: z.string().default(''),
  SHOP_PORT_BASE: z.coerce.number().int().min(0).max(65_531).default(4_100),
  SHOP_SIGNING_SECRET: z.string().min(16).optional(),
});

export const USAGE = 'npx tsx demo/main.ts [--rate 0.2] [--seed 7] [--fault-share 0.08] [--no-backfill]';

/** Flags and environment of the shop; throws ShopError with one sentence where one is wrong. */
export function settings(args: string[], env: NodeJS.ProcessEnv): z.infer<typeof Flags> & z.infer<typeof Environment> {
  const { values } = parse(args);
  const flags = Flags.safeParse({
    rate: values.rate ?? '0.2',
    seed: values.seed ?? '7',
    faultShare: values['fault-share'] ?? '0.08',
    backfill: !values['no-backfill'],
  });
  if (!flags.success)
    throw new ShopError(
      `Flag ${flags.error.issues[0]?.path.join('.')} is wrong (${flags.error.issues[0]?.message}). Usage: ${USAGE}`,
    );
  const environment = Environment.safeParse(env);
  if (!environment.success) {
    const issue = environment.error.issues[0];
    throw new ShopError(
      `${issue?.path.join('.')} is missing or wrong (${issue?.message}): the shop needs DATABASE_URL, and takes CONSOLE_URL, CONSOLE_EMAIL, CONSOLE_PASSWORD, SHOP_PORT_BASE and SHOP_SIGNING_SECRET (16 characters or more).`,
    );
  }
  return { ...flags.data, ...environment.data };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        rate: { type: 'string' },
        seed: { type: 'string' },
        'fault-share': { type: 'string' },
        'no-backfill': { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new ShopError(`${error instanceof Error ? error.message : String(error)} Usage: ${USAGE}`);
  }
}
