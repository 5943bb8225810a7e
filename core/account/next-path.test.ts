import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextPath, signInPath } from './next-path';

describe('where to go after signing in', () => {
  it.each(['/', '/sagas', '/sagas?q=a%2Fb&type=x', '/sagas/1#steps', '/search?q=https://x', '/signs'])(
    'takes %s',
    (path) => {
      expect(nextPath(path)).toBe(path);
    },
  );

  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/.//evil.example',
    '/sagas/..//evil.example/x',
    '/\t/evil.example',
    '/a\n/evil',
    'javascript:alert(1)',
    '',
    '/sign-in?next=/sign-in',
    '/welcome',
    '/api/v1/sagas',
    '/set-up?token=x',
  ])('does not take %j', (path) => {
    expect(nextPath(path)).toBe('/');
  });

  it('never leaves the site, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `/${text}`),
          fc.webUrl(),
        ),
        (text) => {
          const to = new URL(nextPath(text), 'https://console.example');
          expect(to.origin).toBe('https://console.example');
          expect(to.pathname.startsWith('//')).toBe(false);
        },
      ),
    );
  });

  it('is told to the page of signing in, and comes back whole', () => {
    const path = signInPath('/sagas?q=a&b=c#d');
    expect(nextPath(new URL(path, 'https://console.example').searchParams.get('next'))).toBe('/sagas?q=a&b=c#d');
    expect(signInPath('/')).toBe('/sign-in');
  });
});
