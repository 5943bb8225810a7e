import { config } from '@/server/config';

/** The tenant that a person has chosen in the top bar: their reads keep to it. It takes away, it never adds. */
export const TENANT_COOKIE = 'sagascope_tenant';

const LONGEST = 200;
const YEAR_S = 365 * 24 * 3_600;

/** The chosen tenant of a request; null: all that they may see. */
export function chosenTenant(headers: Headers): string | null {
  const value = new RegExp(`(?:^|;\\s*)${TENANT_COOKIE}=([^;]*)`).exec(headers.get('cookie') ?? '')?.[1];
  if (value === undefined || value === '') return null;
  try {
    const tenant = decodeURIComponent(value);
    return tenant.length > LONGEST || tenant.includes('\0') ? null : tenant;
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

/** The Set-Cookie by which a browser looks at this tenant from now on; null: at all. */
export function tenantCookie(tenant: string | null): string {
  const secure = config().url?.startsWith('https://') === true ? '; Secure' : '';
  const age = tenant === null ? 0 : YEAR_S;
  return `${TENANT_COOKIE}=${encodeURIComponent(tenant ?? '')}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Lax${secure}`;
}
