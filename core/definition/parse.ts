import { parseDocument } from 'yaml';
import { contradictionsOf } from './contradictions';
import { SagaDefinition } from './definition';
import { predecessors } from './graph';

export type ParsedDefinition = { ok: true; body: SagaDefinition } | { ok: false; issues: DefinitionIssue[] };

/** What is wrong, where, in words. */
export interface DefinitionIssue {
  path: string;
  message: string;
}

/**
 * Reads a saga definition from JSON or YAML text: its shape, and what a shape cannot say (names that are meant to be
 * steps are steps, no step waits for itself). Contract part 3. Never throws.
 */
export function parseDefinition(text: string, format: 'json' | 'yaml'): ParsedDefinition {
  const read = format === 'json' ? readJson(text) : readYaml(text);
  if (!read.ok) return read;
  const parsed = SagaDefinition.safeParse(read.value);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => ({ path: pathText(path), message }));
    return { ok: false, issues };
  }
  const issues = issuesOf(parsed.data);
  return issues.length === 0 ? { ok: true, body: parsed.data } : { ok: false, issues };
}

/** What is wrong with a definition whose shape is right; empty where nothing is. */
export function issuesOf(body: SagaDefinition): DefinitionIssue[] {
  const names = new Set(body.steps.map(({ name }) => name));
  const issues: DefinitionIssue[] = [];
  const seen = new Set<string>();
  for (const [index, step] of body.steps.entries()) {
    if (seen.has(step.name))
      issues.push({ path: `steps[${index}].name`, message: `there are two steps "${step.name}"` });
    seen.add(step.name);
    for (const before of step.after ?? []) {
      if (!names.has(before)) issues.push({ path: `steps[${index}].after`, message: `there is no step "${before}"` });
    }
  }
  for (const end of body.ends ?? []) {
    if (!names.has(end)) issues.push({ path: 'ends', message: `there is no step "${end}"` });
  }
  if (issues.length > 0) return issues;
  const circle = circleOf(body);
  return circle === null
    ? contradictionsOf(body)
    : [{ path: 'steps', message: `these steps wait for each other: ${circle.join(', ')}` }];
}

/** The steps that can never begin because they wait, in the end, for themselves; null: there are none. */
function circleOf(body: SagaDefinition): string[] | null {
  const waiting = new Map(predecessors(body));
  for (let begun = -1; begun !== 0;) {
    const ready = [...waiting].filter(([, before]) => before.every((name) => !waiting.has(name))).map(([name]) => name);
    for (const name of ready) waiting.delete(name);
    begun = ready.length;
  }
  return waiting.size === 0 ? null : [...waiting.keys()];
}

type Read = { ok: true; value: unknown } | { ok: false; issues: DefinitionIssue[] };

function readJson(text: string): Read {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { ok: false, issues: [{ path: '', message: `this is not JSON: ${error.message.slice(0, 200)}` }] };
  }
}

function readYaml(text: string): Read {
  // An alias that repeats itself can unfold to gigabytes: a definition needs none.
  const document = parseDocument(text, { uniqueKeys: true, prettyErrors: true });
  const [error] = document.errors;
  if (error) return { ok: false, issues: [{ path: '', message: `this is not YAML: ${error.message.slice(0, 300)}` }] };
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: 0 }) };
  } catch (thrown) {
    if (!(thrown instanceof ReferenceError)) throw thrown;
    return { ok: false, issues: [{ path: '', message: 'aliases (&name, *name) are not read here' }] };
  }
}

const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );
