/** The id of the provider in addresses and accounts: there is one, whatever it is called. */
export const OIDC_PROVIDER = 'oidc';
