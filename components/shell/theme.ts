/** `system` follows the operating system and is the absence of the cookie. */
export type Theme = 'system' | 'light' | 'dark';

export const THEME_COOKIE = 'sagascope_theme';

/** The theme that a cookie's value names; anything else is `system`. */
export function themeOf(value: string | undefined): Theme {
  return value === 'light' || value === 'dark' ? value : 'system';
}
