import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, loadConfig } from './config.js';

const Schema = z.strictObject({
  host: z.string(),
  api: z.strictObject({ port: z.number().int().min(1).max(65_535) }),
  cells: z.array(z.strictObject({ name: z.string() })).default([]),
});

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'canopy-config-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const file = (text: string): string => {
  const path = join(directory, 'canopy.yaml');
  writeFileSync(path, text);
  return path;
};

const problemsOf = (load: () => unknown): readonly string[] => {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('it was accepted');
};

it('YAML and JSON are read alike', () => {
  const expected = { host: 'h1', api: { port: 5000 }, cells: [] };
  expect(loadConfig(Schema, { argv: ['--config', file('host: h1\napi: { port: 5000 }')], env: {} })).toEqual(expected);
  expect(loadConfig(Schema, { argv: [`--config=${file(JSON.stringify(expected))}`], env: {} })).toEqual(expected);
});

it('the option wins over the environment, and other options do not disturb', () => {
  const path = file('host: h1\napi: { port: 5000 }');
  expect(loadConfig(Schema, { argv: ['--migrate', '--config', path], env: { CANOPY_CONFIG: '/nowhere' } }).host).toBe('h1');
  expect(loadConfig(Schema, { argv: [], env: { CANOPY_CONFIG: path } }).host).toBe('h1');
});

it('all errors are told at once, each with the path of its field', () => {
  const path = file('api: { port: 0, prot: 1 }\ncells: [{ name: west }, {}]');
  const problems = problemsOf(() => loadConfig(Schema, { argv: ['--config', path], env: {} }));
  expect(problems.map(problem => problem.split(':')[0])).toEqual(['host', 'api.port', 'api.prot', 'cells[1].name']);
});

it('text that is no YAML, a missing file and no file at all are told as such', () => {
  expect(problemsOf(() => loadConfig(Schema, { argv: ['--config', file('host: [')], env: {} }))[0]).toMatch(/line 1|column|sequence/);
  expect(problemsOf(() => loadConfig(Schema, { argv: ['--config', '/nowhere/canopy.yaml'], env: {} }))[0]).toMatch(/ENOENT/);
  expect(problemsOf(() => loadConfig(Schema, { argv: [], env: {} }))[0]).toMatch(/--config FILE/);
  expect(problemsOf(() => loadConfig(Schema, { argv: ['--config'], env: {} }))[0]).toMatch(/file name/);
});
