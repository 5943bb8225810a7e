/** A section of the settings: its address, and the permission that reads it (absent: it is this browser's own). */
export interface Section {
  name: string;
  label: string;
  permission?: string;
  /** What it shows, in the plural: who may not read it is told so. */
  what: string;
}

/** The sections in the order of their list. */
export const SECTIONS = [
  { name: 'people', label: 'People', permission: 'people.read', what: 'People and their roles' },
  { name: 'roles', label: 'Roles', permission: 'roles.read', what: 'The permissions of roles' },
  { name: 'tokens', label: 'Tokens', permission: 'tokens.read', what: 'The tokens of machines' },
  { name: 'definitions', label: 'Definitions', permission: 'definitions.read', what: 'The definitions of saga types' },
  { name: 'services', label: 'Services', permission: 'services.read', what: 'The addresses of services' },
  { name: 'import', label: 'Import', permission: 'logs.import', what: 'Imports of event logs' },
  { name: 'diagnostics', label: 'Diagnostics', permission: 'diagnostics.read', what: 'The diagnostics' },
  { name: 'appearance', label: 'Appearance', what: 'The looks of this browser' },
] as const satisfies readonly Section[];

export type SectionName = (typeof SECTIONS)[number]['name'];

/** A section by its name. */
export const sectionOf = (name: SectionName): Section => {
  const found = SECTIONS.find((section) => section.name === name);
  if (!found) throw new RangeError(`there is no section ${name}`);
  return found;
};
