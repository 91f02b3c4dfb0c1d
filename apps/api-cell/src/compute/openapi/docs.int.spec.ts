import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type ComputeApiFixture, computeApiFixture } from '../test/compute-api.fixture.js';
import { routeTable } from '../test/route-table.fixture.js';
import { openapiDocument } from './openapi-document.js';

const FILE = fileURLToPath(new URL('../../../../../docs/reference/openapi.yaml', import.meta.url));
const HEAD = '# Generated: CANOPY_WRITE_GOLDEN=1 npx vitest run --project int apps/api-cell/src/compute/openapi\n';

let api: ComputeApiFixture;

beforeAll(async () => {
  api = await computeApiFixture();
});
afterAll(() => api.stop());

it('the API tells of itself without a token, a page for people and a document for tools', async () => {
  const page = await fetch(`${api.origin}/docs`);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(await page.text()).toContain('<code>/servers/{id}/action</code>');

  const document = await fetch(`${api.origin}/docs/openapi.json`);
  expect([document.status, document.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^application\/json/)]);
  expect(await document.json()).toEqual(JSON.parse(JSON.stringify(openapiDocument(routeTable()))));
});

it('docs/reference/openapi.yaml is the API as it stands; write it again with CANOPY_WRITE_GOLDEN=1', async () => {
  const document: unknown = await (await fetch(`${api.origin}/docs/openapi.json`)).json();
  const text = HEAD + stringify(document, { aliasDuplicateObjects: false, lineWidth: 140 });
  if (process.env.CANOPY_WRITE_GOLDEN) writeFileSync(FILE, text);
  expect(readFileSync(FILE, 'utf8') === text, 'docs/reference/openapi.yaml differs from what is served').toBe(true);
});
