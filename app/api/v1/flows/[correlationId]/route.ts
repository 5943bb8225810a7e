import { FlowInput } from '@/core/contract/flows';
import { getFlow } from '@/server/flows/get-flow';
import { route } from '@/server/http/route';

export const GET = route(FlowInput, getFlow, { wire: ({ flow }) => flow, text: ({ text }) => text });
