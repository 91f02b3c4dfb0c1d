import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Decision } from '#contracts';
import { decisionFromText, decisionToText } from './decision-text.js';

const name = fc.oneof(fc.constantFrom('h1', 'west', 'a host', 'x|y', '', '"q"'), fc.string());
const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })).map(value => value + 0);
const code = fc.constantFrom('RamFilter', 'ComputeFilter', 'CellCapacity');
const numbers = fc.record({ of: fc.constantFrom('vcpus' as const, 'memoryMb' as const, 'servers' as const), has: number, needs: number });
const refusal = fc.record({ filter: code, reason: fc.string(), numbers }, { requiredKeys: ['filter', 'reason'] });
const weigher = fc.record(
  { name: code, multiplier: number, absolute: fc.constant(true), least: number, most: number },
  { requiredKeys: ['name', 'multiplier', 'least', 'most'] },
);
const ranked = fc.tuple(name, fc.array(number, { maxLength: 3 })).map(([host, raw]): [string, ...number[]] => [host, ...raw]);
const decisions: fc.Arbitrary<Decision> = fc.record({
  among: fc.constantFrom('hosts' as const, 'cells' as const),
  candidates: fc.nat(),
  passed: fc.nat(),
  filters: fc.array(code, { maxLength: 4 }),
  left: fc.array(fc.nat(), { maxLength: 4 }),
  misses: fc.array(fc.record({ name, refusals: fc.array(refusal, { maxLength: 2 }) }), { maxLength: 3 }),
  complete: fc.boolean(),
  weighers: fc.array(weigher, { maxLength: 3 }),
  ranked: fc.array(ranked, { maxLength: 4 }),
  chosen: fc.option(name, { nil: null }),
});

it('every decision comes back from its text as it was', () => {
  fc.assert(
    fc.property(decisions, decision => {
      expect(decisionFromText(decisionToText(decision))).toEqual(decision);
    }),
  );
});

it('what is no decision is refused', () => {
  expect(() => decisionFromText('[1,"somewhere"]')).toThrow();
});
