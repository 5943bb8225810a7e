import { describe, expect, it } from 'vitest';
import { grantWords, initialsOf } from './role-words';

describe('a role in words', () => {
  it.each([
    [{ holds: 'operator', tenants: null, sagaTypes: null }, 'operator'],
    [{ holds: 'support', tenants: ['acme'], sagaTypes: null }, 'support for tenant acme'],
    [
      { holds: 'operator', tenants: ['acme', 'globex'], sagaTypes: ['order'] },
      'operator for tenants acme, globex and saga type order',
    ],
  ])('%o', (grant, words) => {
    expect(grantWords(grant)).toBe(words);
  });
});

describe('the letters of a person', () => {
  it.each([
    ['Olga Operator', 'OO'],
    ['Ana Maria de la Cruz', 'AC'],
    ['admin', 'AD'],
    ['j.doe@example.com', 'JC'],
    ['李', '李'],
    ['', '?'],
  ])('%s: %s', (name, letters) => {
    expect(initialsOf(name)).toBe(letters);
  });
});
