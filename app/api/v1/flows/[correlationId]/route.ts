import { FlowInput } from '@/core/contract/flows';
import { flowWire } from '@/core/flow/node';
import { getFlow } from '@/server/flows/get-flow';
import { route } from '@/server/http/route';

export const GET = route(FlowInput, getFlow, { wire: ({ flow }) => flowWire(flow), text: ({ text }) => text });
