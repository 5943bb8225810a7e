/** An event type as people read it: `UserRegisteredV1` is UserRegistered of schema version 1. */
export interface EventName {
  name: string;
  version: number;
}

const SUFFIX = /^(.*[^V\d])V([1-9]\d{0,8})$/;

/**
 * Splits the V suffix off; it wins over the column event_version (contract part 1). An imported name is never split:
 * there a V and a number may be part of an activity's name.
 */
export function eventName(eventType: string, columnVersion: number, isImported: boolean): EventName {
  const [, name, version] = (isImported ? null : SUFFIX.exec(eventType)) ?? [];
  if (name === undefined || version === undefined) return { name: eventType, version: columnVersion };
  return { name, version: Number(version) };
}

/** Whether a name ends as a type that is split does: then only an imported event has it. */
export const looksSplit = (name: string): boolean => SUFFIX.test(name);

/** Whether a type of this name with a V suffix behind it is split there: `V2` behind `SV1` is not. */
export const takesSuffix = (name: string): boolean => SUFFIX.test(`${name}V1`);
