import { DefinitionInput, PutDefinitionInput } from '@/core/contract/definitions';
import { getDefinition } from '@/server/definitions/get-definition';
import { putDefinition } from '@/server/definitions/put-definition';
import { route } from '@/server/http/route';

export const GET = route(DefinitionInput, getDefinition);
export const PUT = route(PutDefinitionInput, putDefinition, {
  body: 'document',
  status: ({ changed }) => (changed ? 201 : 200),
});
