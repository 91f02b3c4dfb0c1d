import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ResourceShape, shapeKey, timesThatFit } from '#domain';
import { fitsAfterReservations } from '../cells/cell-room.js';
import { hostOf, reportOf, specOf } from '../examples.fixture.js';
import { traitsFilter } from '../filters/traits.filter.js';
import { type HostCandidate, isUsable, takeFrom } from '../host-candidate.js';
import type { RequestSpec } from '../request-spec.js';
import { poolsAfterReservations } from './pools-after-reservations.js';
import { capacityOf } from './pools-of-hosts.js';
import { reserve, reservedRoomOf } from './reservation.js';

const shape = (max: number) => fc.record({ vcpus: fc.nat(max), memoryMb: fc.nat(max), diskGb: fc.nat(max) });
const wanted = fc.record({ vcpus: fc.integer({ min: 1, max: 9 }), memoryMb: fc.integer({ min: 1, max: 9 }), diskGb: fc.nat(9) });
const TRAITS = ['SSD', 'GPU', 'OLD'];
const zone = fc.constantFrom(null, 'z1', 'z2');
const hosts = fc
  .array(
    fc.record({
      free: shape(40),
      zone: fc.constantFrom('z1', 'z2'),
      traits: fc.subarray(TRAITS),
      enabled: fc.boolean(),
      up: fc.boolean(),
    }),
    { maxLength: 6 },
  )
  .map(list => list.map((facts, i) => hostOf({ ...facts, host: `h${i}`, total: { vcpus: 40, memoryMb: 40, diskGb: 40 } })));
const wishes = fc.dictionary(fc.constantFrom(...TRAITS.map(name => `trait:${name}`)), fc.constantFrom('required', 'forbidden'), {
  maxKeys: 2,
});
const spec = (of: fc.Arbitrary<ResourceShape>) =>
  fc.record({ shape: of, zone, extraSpecs: wishes, imageProperties: wishes }).map(facts => specOf(facts));
const specs = (of: fc.Arbitrary<ResourceShape>) => fc.array(spec(of), { maxLength: 4 });

const mayLand = (host: HostCandidate, { zone: in_, ...guest }: RequestSpec) =>
  isUsable(host) && (in_ === null || host.zone === in_) && traitsFilter(host, guest) === true;
const fitsOn = (list: readonly HostCandidate[], guest: RequestSpec) =>
  list.filter(host => mayLand(host, guest)).reduce((sum, host) => sum + timesThatFit(host.free, guest.shape), 0);
const copyOf = (list: readonly HostCandidate[]) => list.map(host => ({ ...host, free: { ...host.free } }));
const reservedOf = (guests: readonly RequestSpec[]) => {
  const reserved: Parameters<typeof reserve>[0] = [];
  for (const guest of guests) reserve(reserved, reservedRoomOf(guest));
  return reserved;
};

/** What each way of landing leaves: guests that no host holds are left out. */
const landings = function* (list: readonly HostCandidate[], [guest, ...others]: readonly RequestSpec[]): Generator<HostCandidate[]> {
  if (!guest) return yield copyOf(list);
  const open = list.flatMap((host, i) => (mayLand(host, guest) && timesThatFit(host.free, guest.shape) > 0 ? [i] : []));
  if (open.length === 0) yield* landings(list, others);
  for (const i of open) {
    const later = copyOf(list);
    takeFrom(later[i]!, guest.shape);
    yield* landings(later, others);
  }
};
const leastThatFits = (list: readonly HostCandidate[], guests: readonly RequestSpec[], guest: RequestSpec) =>
  Math.min(...[...landings(list, guests)].map(later => fitsOn(later, guest)));

describe('reservations, wherever they land', () => {
  it('leave at least as much as was promised of one kind', () => {
    fc.assert(
      fc.property(hosts, spec(wanted), fc.boolean(), specs(wanted), (list, guest, known, guests) => {
        const pools = capacityOf(list, known ? [guest.shape] : guests.map(other => other.shape));
        expect(fitsAfterReservations(reportOf(pools), reservedOf(guests), guest)).toBeLessThanOrEqual(leastThatFits(list, guests, guest));
      }),
      { numRuns: 400 },
    );
  });

  it('leave at least as much as the pools less them promise in all', () => {
    fc.assert(
      fc.property(hosts, wanted, specs(wanted), (list, flavor, guests) => {
        const left = poolsAfterReservations(capacityOf(list, [flavor]), reservedOf(guests));
        const promised = left.reduce((sum, pool) => sum + (pool.fits[shapeKey(flavor)] ?? 0), 0);
        expect(promised).toBeLessThanOrEqual(leastThatFits(list, guests, specOf({ shape: flavor })));
      }),
      { numRuns: 400 },
    );
  });

  it('of one flavor leave exactly what the pools less them promise in all: nothing that fits is refused', () => {
    fc.assert(
      fc.property(hosts, wanted, (list, flavor) =>
        fc.assert(
          fc.property(specs(fc.constant(flavor)), guests => {
            const left = poolsAfterReservations(capacityOf(list, [flavor]), reservedOf(guests));
            const promised = left.reduce((sum, pool) => sum + (pool.fits[shapeKey(flavor)] ?? 0), 0);
            expect(promised).toBe(leastThatFits(list, guests, specOf({ shape: flavor })));
          }),
          { numRuns: 10 },
        ),
      ),
      { numRuns: 60 },
    );
  });
});
