import type { DeclaredEvent } from '../definition/declared-event';
import { isolated } from './isolated';

/** What was declared, in a sentence. */
export function declaredText(event: DeclaredEvent): string {
  const who = isolated(event.by);
  if (event.type === 'DefinitionDeclared')
    return `${who} declared version ${event.version} of ${isolated(event.sagaType)}.`;
  const { name, url, urlBefore, secretEnv } = event;
  const signed = secretEnv === null ? 'calls are not signed' : `calls are signed with ${isolated(secretEnv)}`;
  const where =
    urlBefore === null
      ? `declared service ${isolated(name)} at ${isolated(url)}`
      : urlBefore === url
        ? `changed service ${isolated(name)} at ${isolated(url)}`
        : `moved service ${isolated(name)} from ${isolated(urlBefore)} to ${isolated(url)}`;
  return `${who} ${where}; ${signed}.`;
}
