import { shown } from './columns';
import { ImportFailure } from './row';

/** The payload of each row repeats the names: tables have so many of them, so long; more would be there for that alone. */
const MOST_COLUMNS = 2_000;
const NAME_CHARACTERS = 200;

/** Which column has which name. @throws ImportFailure for a header line that no table has */
export function placesOf(names: readonly string[]): ReadonlyMap<string, number> {
  if (names.length > MOST_COLUMNS) {
    const [many, most] = [names.length, MOST_COLUMNS].map((count) => count.toLocaleString('en'));
    throw refused(`The header line has ${many} columns; an import takes ${most} at most`);
  }
  const places = new Map<string, number>();
  for (const [at, name] of names.entries()) {
    if (name.length > NAME_CHARACTERS)
      throw refused(`The name of column ${at + 1} is longer than ${NAME_CHARACTERS} characters: ${shown(name)}`);
    if (places.has(name)) throw refused(`The column ${shown(name)} stands twice in the header line`);
    places.set(name, at);
  }
  return places;
}

const refused = (what: string): ImportFailure => new ImportFailure(`${what}. Nothing was written.`);
