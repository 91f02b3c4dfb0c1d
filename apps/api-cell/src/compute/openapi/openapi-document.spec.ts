import { expect, it } from 'vitest';
import { nameOf } from '../../test/mutations/endpoint.js';
import { routeTable } from '../test/route-table.fixture.js';
import { ANSWERS } from './answers.js';
import { docsPage } from './docs-page.js';
import { openapiDocument } from './openapi-document.js';

it('every reference in the document leads somewhere', () => {
  const document = openapiDocument(routeTable());
  const referred = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/([^"]+)"/g)].map(match => match[1] ?? '');
  const known = new Set(
    Object.entries(document.components).flatMap(([kind, members]) => Object.keys(members).map(name => `${kind}/${name}`)),
  );
  expect(referred.length).toBeGreaterThan(100);
  expect(referred.filter(path => !known.has(path))).toEqual([]);
});

it('every answer that is described belongs to an endpoint', () => {
  const names = new Set(
    routeTable().flatMap(({ method, path, endpoints }) => endpoints.map(({ action }) => nameOf({ method, path, action, query: {} }))),
  );
  expect(Object.keys(ANSWERS).filter(name => !names.has(name))).toEqual([]);
});

it('the page names every path, and loads nothing', () => {
  const page = docsPage(routeTable());
  for (const { path } of routeTable()) expect(page).toContain(path.replace(/:(\w+)/g, '{$1}'));
  expect(page).not.toMatch(/<script|<link|<img|@import|src=|url\(/);
});
