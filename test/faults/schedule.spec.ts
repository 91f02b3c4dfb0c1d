import { describe, expect, it } from 'vitest';
import { FAULTS, planFaults, type Targets } from './schedule.js';

const targets: Targets = {
  database: ['api.mariadb', 'api.east.mariadb', 'api.west.mariadb'],
  broker: ['api.rabbitmq', 'api.east.rabbitmq', 'api.west.rabbitmq'],
  cell: ['api.cell', 'api.east.cell', 'api.west.cell', 'api.west.cell-2'],
  worker: ['worker'],
  hosts: ['api.east.hosts-1', 'api.west.a.hosts-1'],
  link: ['api.east -> api', 'api.west -> api'],
  ownDatabase: ['api.east.mariadb', 'api.west.mariadb'],
  ownBroker: ['api.east.rabbitmq'],
  smallDatabase: ['api.east.mariadb'],
  smallBroker: ['api.rabbitmq'],
};

describe('the schedule of faults', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planFaults({ seed: 7, seconds: 75, targets })).toEqual(planFaults({ seed: 7, seconds: 75, targets }));
    expect(planFaults({ seed: 8, seconds: 75, targets })).not.toEqual(planFaults({ seed: 7, seconds: 75, targets }));
  });

  it('is over in time, and never hits one thing by two faults at a time', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const faults = planFaults({ seed, seconds: 300, targets });
      expect(Math.max(...faults.map(fault => fault.atSeconds + fault.lastsSeconds))).toBeLessThanOrEqual(300.1);
      for (const name of new Set(faults.map(fault => fault.target))) {
        const hits = faults.filter(fault => fault.target === name);
        for (const [index, hit] of hits.entries()) {
          const next = hits[index + 1];
          if (next) expect(next.atSeconds).toBeGreaterThan(hit.atSeconds + hit.lastsSeconds);
        }
      }
    }
  });

  it('breaks one thing again and again when it is told so', () => {
    const faults = planFaults({ seed: 3, seconds: 120, targets, only: 'freeze broker api.west' });
    expect(new Set(faults.map(fault => `${fault.kind} ${fault.target}`))).toEqual(new Set(['freeze broker api.west.rabbitmq']));
    expect(faults.length).toBeGreaterThan(2);
    expect(planFaults({ seed: 3, seconds: 120, targets, only: 'nothing like it' })).toEqual([]);
  });

  it('has every kind of fault in some minutes, whatever the seed, and leaves out what has no target', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      expect(new Set(planFaults({ seed, seconds: 300, targets }).map(fault => fault.kind))).toEqual(new Set(Object.keys(FAULTS)));
      const withoutDisks = planFaults({ seed, seconds: 300, targets: { ...targets, smallDatabase: [], smallBroker: [] } });
      expect(withoutDisks.filter(fault => fault.kind.endsWith('disk'))).toEqual([]);
    }
  });
});
