import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from './openapi';
import { OPERATIONS } from './operations';

const API = path.join(import.meta.dirname, '..', '..', 'app', 'api');
const METHODS = ['GET', 'PUT', 'POST', 'PATCH', 'DELETE'] as const;

/** Every route file under app/api, as the address it serves; those that catch all (not found, better-auth) aside. */
const served = readdirSync(API, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.name === 'route.ts' && !/\[\.\.\.\w+\]$/.test(entry.parentPath))
  .map((entry) => `/api/${path.relative(API, entry.parentPath)}`.replaceAll(/\[(\w+)\]/g, '{$1}'));

const fileOf = (url: string) => path.join(API, url.slice('/api/'.length).replaceAll(/\{(\w+)\}/g, '[$1]'), 'route.ts');

describe('the OpenAPI document', () => {
  const document = openApiDocument();

  it('names every route that is served, and serves every route that it names', () => {
    expect(served.length).toBeGreaterThan(10);
    expect(Object.keys(document.paths ?? {}).toSorted()).toEqual(served.toSorted());
  });

  it('names the same methods, with the input that the route parses', async () => {
    for (const url of served) {
      const handlers: Record<string, unknown> = await import(fileOf(url));
      const methods = METHODS.filter((method) => handlers[method] !== undefined);
      const told = OPERATIONS.filter((operation) => operation.path === url);
      expect(told.map(({ method }) => method.toUpperCase()).toSorted(), url).toEqual(methods.toSorted());
      for (const operation of told) {
        const handler = handlers[operation.method.toUpperCase()];
        if (typeof handler === 'function' && 'input' in handler) expect(handler.input, url).toBe(operation.input);
        else expect(url).toBe('/api/v1/live');
      }
    }
    // Loads every use case.
  }, 60_000);

  it('gives every parameter of a path, and problems as problem+json', () => {
    for (const [url, item] of Object.entries(document.paths ?? {})) {
      const names = [...url.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const method of ['get', 'put', 'post'] as const) {
        const operation = item[method];
        if (!operation) continue;
        const parameters = (operation.parameters ?? []).filter((one) => 'in' in one && one.in === 'path');
        expect(
          parameters.map((one) => ('name' in one ? one.name : '')),
          url,
        ).toEqual(names);
        const problem = operation.responses?.['500'];
        expect(problem && 'content' in problem ? Object.keys(problem.content ?? {}) : []).toEqual([
          'application/problem+json',
        ]);
      }
    }
  });

  it('says of every operation who may ask: a session, a token, or nobody in particular', () => {
    const schemes = Object.keys(document.components?.securitySchemes ?? {});
    expect(schemes.toSorted()).toEqual(['session', 'token']);
    const open: string[] = [];
    for (const [url, item] of Object.entries(document.paths ?? {})) {
      for (const method of ['get', 'put', 'post'] as const) {
        const security = item[method]?.security ?? [];
        if (item[method]) expect(security.length, url).toBeGreaterThan(0);
        for (const way of security) for (const name of Object.keys(way)) expect(schemes).toContain(name);
        if (security.some((way) => Object.keys(way).length === 0)) open.push(url);
      }
    }
    expect(open.toSorted()).toEqual(['/api/health', '/api/v1/set-up', '/api/v1/welcome']);
  });

  it('is JSON of version 3.1', () => {
    const text = JSON.stringify(document);
    expect(JSON.parse(text)).toMatchObject({ openapi: '3.1.0' });
    expect(text).toContain('"/api/v1/sagas/{sagaId}"');
  });
});
