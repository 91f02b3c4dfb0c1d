import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

const document = parse(readFileSync(new URL('../../../../../docs/reference/openapi.yaml', import.meta.url), 'utf8'));

it('the API document is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  expect(await validator.validate(document)).toEqual({ valid: true });
  expect(validator.version).toBe('3.1');
}, 60_000);

it('a document that tells less than OpenAPI asks for is refused', async () => {
  const { info: _, ...untitled } = document;
  expect((await new Validator().validate(untitled)).valid).toBe(false);
}, 60_000);
