import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ResourceShape, timesThatFit } from '#domain';
import { mergePools } from './capacity/merge-pools.js';
import { poolFits } from './capacity/pool-fits.js';
import { capacityOf } from './capacity/pools-of-hosts.js';
import { fitsAfterReservations } from './cells/cell-room.js';
import { hostOf, reportOf, specOf } from './examples.fixture.js';
import { explain } from './explain.js';
import { type HostCandidate, isUsable } from './host-candidate.js';
import { hostPolicy, pickHost, pickHosts } from './pick-host.js';

const policy = hostPolicy({ cell: 'api!a' });
const shape = (max: number) => fc.record({ vcpus: fc.nat(max), memoryMb: fc.nat(max), diskGb: fc.nat(max) });
const wanted = fc.record({ vcpus: fc.integer({ min: 1, max: 9 }), memoryMb: fc.integer({ min: 1, max: 9 }), diskGb: fc.nat(9) });
const hosts = fc
  .array(fc.record({ free: shape(40), zone: fc.constantFrom('z1', 'z2'), enabled: fc.boolean(), up: fc.boolean() }), { maxLength: 6 })
  .map(list => list.map((facts, i) => hostOf({ ...facts, host: `h${i}`, total: { vcpus: 40, memoryMb: 40, diskGb: 40 } })));
const zone = fc.constantFrom(null, 'z1', 'z2');
const specs = fc
  .array(fc.record({ shape: wanted, zone, tried: fc.subarray(['h0', 'h1']).map(names => new Set(names)) }), { maxLength: 12 })
  .map(list => list.map((facts, i) => specOf({ ...facts, instanceUuid: `uuid-${i}` })));

const copyOf = (list: readonly HostCandidate[]) => list.map(host => ({ ...host, free: { ...host.free } }));
const holds = (host: HostCandidate, guest: ResourceShape) => timesThatFit(host.free, guest) > 0;
const fitsOn = (list: readonly HostCandidate[], guest: ResourceShape, in_: string | null) =>
  list.filter(host => isUsable(host) && (in_ === null || host.zone === in_)).reduce((sum, host) => sum + timesThatFit(host.free, guest), 0);

describe('scheduling, whatever the hosts and the requests', () => {
  it('a chosen host, and every alternate, is usable, holds the guest and was not tried; when none is chosen, none would do', () => {
    fc.assert(
      fc.property(hosts, specs, (list, wishes) => {
        for (const spec of wishes) {
          const good = list.filter(
            h => isUsable(h) && holds(h, spec.shape) && !spec.tried.has(h.host) && (spec.zone === null || spec.zone === h.zone),
          );
          const pick = pickHost(list, spec, policy);
          const named = pick.host ? [pick.host, ...pick.alternates] : [];
          expect(new Set(named).size).toBe(Math.min(3, good.length));
          expect(named.every(host => good.includes(host))).toBe(true);
        }
      }),
    );
  });

  it('a batch never overfills a host, and takes exactly what it gives', () => {
    fc.assert(
      fc.property(hosts, specs, (list, wishes) => {
        const before = list.reduce((sum, host) => sum + host.free.memoryMb, 0);
        const picks = pickHosts(list, wishes, policy);
        expect(list.every(host => Math.min(host.free.vcpus, host.free.memoryMb, host.free.diskGb) >= 0)).toBe(true);
        const given = wishes.reduce((sum, spec, i) => sum + (picks[i]?.host ? spec.shape.memoryMb : 0), 0);
        expect(before - list.reduce((sum, host) => sum + host.free.memoryMb, 0)).toBe(given);
      }),
    );
  });

  it('the same requests over the same snapshot get the same answers', () => {
    fc.assert(
      fc.property(hosts, specs, (list, wishes) => {
        const names = () => pickHosts(copyOf(list), wishes, policy).map(pick => pick.host?.host);
        expect(names()).toEqual(names());
      }),
    );
  });

  it('the trail adds up: each filter starts with what the one before left, and names those it rejected', () => {
    fc.assert(
      fc.property(hosts, specs, (list, wishes) => {
        for (const spec of wishes) {
          const { trail } = pickHost(list, spec, policy);
          trail.forEach((entry, i) => {
            expect(entry.before).toBe(i === 0 ? list.length : trail[i - 1]?.after);
            expect(Object.keys(entry.rejected)).toHaveLength(entry.before - entry.after);
          });
        }
      }),
    );
  });

  it('the explanation names the choice that was made, first of those it lists, and weighs them in their order', () => {
    fc.assert(
      fc.property(hosts, specs, fc.boolean(), (list, wishes, thorough) => {
        for (const spec of wishes) {
          const pick = pickHost(list, spec, policy, { thorough });
          const choice = explain({ cell: 'api!a', at: 0, instanceUuid: spec.instanceUuid, decision: pick.decision });
          expect(choice.chosen).toBe(pick.host?.host ?? null);
          expect(choice.chosen).toBe(pickHost(list, spec, policy).host?.host ?? null);
          expect(choice.candidates.filter(one => one.chosen).map(one => one.name)).toEqual(pick.host ? [pick.host.host] : []);
          const weights = choice.candidates.flatMap(({ weight }) => weight ?? []);
          expect(weights).toHaveLength(choice.passed);
          weights.forEach((weight, i) => {
            expect(weight).toBeLessThanOrEqual((weights[i - 1] ?? weight) + 1e-9);
          });
        }
      }),
    );
  });

  it('every host that fell is told with what refused it, and with that mended it passes', () => {
    fc.assert(
      fc.property(hosts, specs, (list, wishes) => {
        for (const spec of wishes) {
          const { decision } = pickHost(list, spec, policy, { thorough: true });
          expect(decision.misses).toHaveLength(decision.candidates - decision.passed);
          for (const { name, refusals } of decision.misses) {
            const host = list.find(other => other.host === name)!;
            const free = { ...host.free };
            for (const { numbers } of refusals) if (numbers && numbers.of !== 'servers') free[numbers.of] += numbers.needs - numbers.has;
            const others = refusals.filter(refusal => !refusal.numbers).map(refusal => refusal.filter);
            const asked = { ...policy, filters: policy.filters.filter(filter => !others.includes(filter.name)) };
            expect(pickHost([{ ...host, free }], spec, asked).host?.host).toBe(name);
          }
        }
      }),
    );
  });

  it('of those that lack only room none lacks less than the nearest miss', () => {
    fc.assert(
      fc.property(hosts, wanted, (list, guest) => {
        const spec = specOf({ shape: guest });
        const { decision } = pickHost(list, spec, policy);
        if (decision.passed > 0) return;
        const lack = (host: HostCandidate) =>
          (['vcpus', 'memoryMb', 'diskGb'] as const).reduce(
            (sum, d) => sum + Math.max(0, guest[d] - host.free[d]) / Math.max(1, guest[d]),
            0,
          );
        const usable = list.filter(host => isUsable(host));
        const nearest = usable.find(host => host.host === decision.misses[0]?.name);
        expect(nearest !== undefined).toBe(usable.length > 0);
        if (nearest) expect(lack(nearest)).toBeCloseTo(Math.min(...usable.map(lack)));
      }),
    );
  });

  it('a report counts, for each flavor, exactly the guests that its hosts hold', () => {
    fc.assert(
      fc.property(hosts, wanted, zone, (list, guest, in_) => {
        expect(fitsAfterReservations(reportOf(capacityOf(list, [guest])), [], specOf({ shape: guest, zone: in_ }))).toBe(
          fitsOn(list, guest, in_),
        );
      }),
    );
  });

  it('the bound for a flavor that no report knows never promises more than fits', () => {
    fc.assert(
      fc.property(hosts, fc.array(wanted, { maxLength: 3 }), wanted, (list, known, guest) => {
        const bound = capacityOf(list, known).reduce((sum, pool) => sum + poolFits(pool, guest), 0);
        expect(bound).toBeLessThanOrEqual(fitsOn(list, guest, null));
      }),
      { numRuns: 500 },
    );
  });

  it('pools of several cells add up to the pools of all their hosts', () => {
    fc.assert(
      fc.property(hosts, hosts, fc.array(wanted, { maxLength: 3 }), (a, b, flavors) => {
        expect(mergePools([capacityOf(a, flavors), capacityOf(b, flavors)])).toEqual(capacityOf([...a, ...b], flavors));
      }),
    );
  });
});
