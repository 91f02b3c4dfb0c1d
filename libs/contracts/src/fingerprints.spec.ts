import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { adminOperations } from './admin/index.js';
import { cellMethods } from './cell-methods.js';
import { computeMethods } from './compute-methods.js';
import { Envelope, Frame, OLDEST_PROTOCOL, PROTOCOL_VERSION } from './envelope.js';
import type { Method } from './method.js';

const FILE = new URL('./fingerprints.golden.json', import.meta.url);
const tables: Record<string, Method> = { ...cellMethods, ...computeMethods };

const fingerprintOf = (...schemas: (z.ZodType | undefined)[]): string => {
  const text = JSON.stringify(schemas.map(schema => schema && z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })));
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
};

const current = {
  envelope: `${PROTOCOL_VERSION} ${fingerprintOf(Envelope, Frame)}`,
  ...Object.fromEntries(
    Object.entries(tables).map(([name, { kind, direction, since, payload, result }]) => [
      name,
      `${kind} ${direction} since ${since} ${fingerprintOf(payload, result)}`,
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(adminOperations).map(([name, { request, result }]) => [`admin ${name}`, fingerprintOf(request, result)]),
  ),
};

/*
 * A message that changes its shape meets neighbours of another release. Adding a field with a default is safe: write the new
 * fingerprints with CANOPY_WRITE_GOLDEN=1. Anything else wants a new method with its own `since`.
 */
describe('the protocol between cells and computes', () => {
  it('has the shapes that were recorded', () => {
    if (process.env.CANOPY_WRITE_GOLDEN) writeFileSync(FILE, `${JSON.stringify(current, null, 2)}\n`);
    expect(current).toEqual(JSON.parse(readFileSync(FILE, 'utf8')));
  });

  it('has no method newer than the protocol, and none twice', () => {
    expect(OLDEST_PROTOCOL).toBeLessThanOrEqual(PROTOCOL_VERSION);
    for (const { since } of Object.values(tables)) expect(since).toBeLessThanOrEqual(PROTOCOL_VERSION);
    expect(Object.keys(tables)).toHaveLength(Object.keys(cellMethods).length + Object.keys(computeMethods).length);
  });

  it('gives every query a result, and nothing else one', () => {
    for (const [name, method] of Object.entries(tables))
      expect([name, method.result !== undefined]).toEqual([name, method.kind === 'query']);
  });
});
