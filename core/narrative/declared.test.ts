import { describe, expect, it } from 'vitest';
import { type DeclaredEvent, declaredEventOf, declaredEventText } from '../definition/declared-event';
import { activityText } from './activity';

const service = {
  type: 'ServiceDeclared',
  by: 'ana@example.com',
  name: 'payment',
  url: 'https://payment:8443',
  urlBefore: null,
  secretEnv: 'PAYMENT_SECRET',
  evidence: 'log',
} as const satisfies DeclaredEvent;
const text = (event: DeclaredEvent): string =>
  activityText({ type: event.type, at: 0, body: declaredEventText(event) }).replaceAll(/[\u2066-\u2069]/g, '');

describe('what was declared', () => {
  it('is read back as it was written', () => {
    expect(declaredEventOf({ type: service.type, body: declaredEventText(service) })).toEqual(service);
    expect(declaredEventOf({ type: service.type, body: 'null' })).toBeNull();
    expect(declaredEventOf({ type: service.type, body: '{' })).toBeNull();
    expect(declaredEventOf({ type: 'InterventionVerified', body: '{}' })).toBeNull();
  });

  it('is said in a sentence', () => {
    expect(text({ type: 'DefinitionDeclared', by: 'ana@example.com', sagaType: 'order', version: 3 })).toBe(
      'ana@example.com declared version 3 of order.',
    );
    expect(text(service)).toBe(
      'ana@example.com declared service payment at https://payment:8443; calls are signed with PAYMENT_SECRET.',
    );
    expect(text({ ...service, urlBefore: 'http://old', secretEnv: null })).toBe(
      'ana@example.com moved service payment from http://old to https://payment:8443; calls are not signed.',
    );
    expect(text({ ...service, urlBefore: service.url })).toMatch(/^ana@example.com changed service payment at /);
  });
});
