import { ChooseTenantInput } from '@/core/contract/session';
import { chooseTenant } from '@/server/account/choose-tenant';
import { tenantCookie } from '@/server/auth/tenant-choice';
import { route } from '@/server/http/route';

export const POST = route(ChooseTenantInput, chooseTenant, { cookie: ({ tenant }) => tenantCookie(tenant) });
