import { answerAuth } from '@/server/auth/auth-route';

export const GET = answerAuth;
export const POST = answerAuth;
