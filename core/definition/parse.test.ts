import { describe, expect, it } from 'vitest';
import { Service } from './definition';
import { parseDefinition } from './parse';

const YAML = `
saga: order_fulfilment
businessKey: $.order_id
deadline: 10m
steps:
  - { name: reserve_inventory, service: inventory, kind: compensatable, compensation: release_inventory, timeout: 5s }
  - { name: confirm_order, service: order, kind: pivot, timeout: 5s }
  - { name: notify_customer, service: order, kind: retriable, timeout: 5s, optional: true }
`;

const refusal = (text: string, format: 'json' | 'yaml' = 'yaml') => {
  const parsed = parseDefinition(text, format);
  return parsed.ok ? 'accepted' : parsed.issues.map(({ path, message }) => `${path}: ${message}`).join('\n');
};

describe('a saga definition', () => {
  it('reads the same from YAML and JSON', () => {
    const yaml = parseDefinition(YAML, 'yaml');
    expect(yaml.ok && yaml.body.steps.map((step) => step.kind)).toEqual(['compensatable', 'pivot', 'retriable']);
    const json = parseDefinition(JSON.stringify(yaml.ok ? yaml.body : null), 'json');
    expect(json).toEqual(yaml);
  });

  it.each([
    ['saga: a\nsteps: [{name: x}, {name: x}]', 'steps[1].name: there are two steps "x"'],
    ['saga: a\nsteps: [{name: x, after: [y]}]', 'steps[0].after: there is no step "y"'],
    ['saga: a\nends: [z]\nsteps: [{name: x}]', 'ends: there is no step "z"'],
    [
      'saga: a\nsteps: [{name: s}, {name: x, after: [y]}, {name: y, after: [x]}]',
      'steps: these steps wait for each other: x, y',
    ],
    ['saga: a\nsteps: [{name: x, timeout: soon}]', 'steps[0].timeout: a duration is a number and ms, s, m, h or d: 5s'],
  ])('says what is wrong in %j', (text, words) => expect(refusal(text)).toBe(words));

  it('refuses words it does not know, broken text and aliases', () => {
    expect(refusal('saga: a\nsteps: [{name: x, colour: red}]')).toContain('colour');
    expect(refusal('saga: [')).toMatch(/^: this is not YAML/);
    expect(refusal('{"saga":', 'json')).toMatch(/^: this is not JSON/);
    expect(refusal('saga: a\nsteps: [&s {name: x}, *s]')).toMatch(/aliases/);
    expect(refusal('null')).toMatch(/expected object/i);
  });
});

describe('the address of a service', () => {
  it.each(['http://payment:8080', 'https://payment.example/base'])('takes %s', (url) => {
    expect(Service.safeParse({ name: 'payment', url }).success).toBe(true);
  });
  it.each(['ftp://payment', 'javascript:alert(1)', 'http://payment/?a=1', 'http://payment/#top', 'payment:8080'])(
    'refuses %s',
    (url) => {
      expect(Service.safeParse({ name: 'payment', url }).success).toBe(false);
    },
  );
});
