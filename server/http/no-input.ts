import { z } from 'zod';

/** The input of a route that asks for nothing. */
export const NoInput = z.object({});
