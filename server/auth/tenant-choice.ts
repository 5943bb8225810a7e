/** The tenant that a person has chosen in the top bar: their reads keep to it. It takes away, it never adds. */
export const TENANT_COOKIE = 'sagascope_tenant';

/** The chosen tenant of a request; null: all that they may see. */
export function chosenTenant(headers: Headers): string | null {
  const value = new RegExp(`(?:^|;\\s*)${TENANT_COOKIE}=([^;]*)`).exec(headers.get('cookie') ?? '')?.[1];
  if (value === undefined || value === '') return null;
  try {
    return decodeURIComponent(value);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
