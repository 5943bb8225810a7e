import { z } from 'zod';
import { SagaDefinition, Service } from '../definition/definition';
import { Time } from './wire';

export const DefinitionInput = z.object({
  type: z.string().min(1).max(128),
  kind: z.enum(['saga']).default('saga'),
});
export type DefinitionInput = z.infer<typeof DefinitionInput>;

/** A definition as sent: its text, JSON or YAML by content type. */
export const PutDefinitionInput = DefinitionInput.extend({
  document: z.object({ text: z.string(), format: z.enum(['json', 'yaml']) }),
});
export type PutDefinitionInput = z.infer<typeof PutDefinitionInput>;

const Version = z.object({
  type: z.string(),
  version: z.int(),
  source: z.enum(['declared', 'discovered']),
  inForceFrom: Time,
  body: SagaDefinition,
});

/** The newest version with its body, and all versions, newest first. Versions are immutable. */
export const DefinitionWire = Version.extend({
  versions: z.array(z.object({ version: z.int(), source: z.enum(['declared', 'discovered']), inForceFrom: Time })),
});
export type DefinitionWire = z.infer<typeof DefinitionWire>;

/** `changed` is false where the newest version already said the same. */
export const PutDefinitionResult = Version.extend({ changed: z.boolean() });
export type PutDefinitionResult = z.infer<typeof PutDefinitionResult>;

export const ServiceInput = z.object({ name: z.string().min(1).max(128) });
export type ServiceInput = z.infer<typeof ServiceInput>;

export const PutServiceInput = Service;
export type PutServiceInput = z.infer<typeof PutServiceInput>;

/** `secretEnv` is the name of the environment variable; the secret itself never travels. */
export const ServiceWire = Service;
export type ServiceWire = z.infer<typeof ServiceWire>;
