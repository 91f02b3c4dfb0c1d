import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cellMethods } from './cell-methods.js';
import { computeMethods } from './compute-methods.js';
import { OLDEST_PROTOCOL, PROTOCOL_VERSION } from './envelope.js';
import type { Method } from './method.js';

/*
 * Payloads as neighbours sent them, one for each method, a file for each version of the protocol. The older file is what a neighbour of
 * the release before says: it stays as it was recorded, and what it says must be understood. New methods of this version are added.
 */

const methods: Readonly<Record<string, Method>> = { ...cellMethods, ...computeMethods };
const recorded = (version: number): Record<string, unknown> => {
  const file = new URL(`./recorded/protocol-${version}.json`, import.meta.url);
  return z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, 'utf8')));
};
const versions = Array.from({ length: PROTOCOL_VERSION - OLDEST_PROTOCOL + 1 }, (_, index) => OLDEST_PROTOCOL + index);

describe.each(versions)('what neighbours of protocol %i said', version => {
  const samples = recorded(version);

  it('is of methods that are still there; once a later version is spoken, of all that they had', () => {
    const isOver = version < PROTOCOL_VERSION;
    const had = Object.entries(methods).flatMap(([name, { since }]) => (isOver && since <= version ? [name] : []));
    expect(Object.keys(samples)).toEqual(expect.arrayContaining(had));
    expect(Object.keys(methods)).toEqual(expect.arrayContaining(Object.keys(samples)));
  });

  it.each(Object.keys(samples))('is understood, and nothing of it is dropped: %s', name => {
    const parsed = methods[name]?.payload.safeParse(samples[name]);
    expect(parsed?.error?.issues).toBeUndefined();
    expect(parsed?.data).toMatchObject(z.record(z.string(), z.unknown()).parse(samples[name]));
  });
});
