import { describe, expect, it } from 'vitest';
import { DECISIONS_KEPT_MS, type UnitOfWork } from '#cell';
import { sampleEnvelope } from '#testing';
import { sampleDecision, sampleInventory } from '../sample-rows.js';
import { A, B, ONE, type StoreSuite, uuidOf } from './store-suite.contract.js';

/** What is kept to be looked up. */
export const describeRecords = (suite: StoreSuite): void => {
  const { write } = suite;

  describe('decisions', () => {
    const decide = (instanceUuid: string, requestId: string, chosen: string, store = suite.first) =>
      store.transact({}, ({ work: tx }) =>
        tx.decisions.add({ instanceUuid, requestId, at: tx.now, decision: sampleDecision({ chosen, ranked: [[chosen, 5, 0.5]] }) }),
      );
    const chosen = async (...uuids: string[]) =>
      (await suite.second.listDecisions(uuids)).map(row => [row.instanceUuid, row.decision.chosen]);

    it('come back as they were kept, in the order of deciding', async () => {
      await suite.first.transact({}, ({ work: tx }) => {
        tx.decisions.add({ instanceUuid: B, requestId: 'req-1', at: tx.now, decision: sampleDecision({ chosen: 'h2' }) });
        tx.decisions.add({ instanceUuid: A, requestId: 'req-1', at: tx.now, decision: sampleDecision({ chosen: 'h3' }) });
        tx.decisions.add({ instanceUuid: A, requestId: 'req-1', at: tx.now, decision: sampleDecision({ chosen: 'h1' }) });
      });
      const at = suite.stores.now();
      suite.stores.advance(1);
      await decide(A, 'req-1', 'h4', suite.second);
      expect(await chosen(A)).toEqual([
        [A, 'h3'],
        [A, 'h1'],
        [A, 'h4'],
      ]);
      expect(await suite.second.listDecisions([B])).toEqual([
        { instanceUuid: B, requestId: 'req-1', at, decision: sampleDecision({ chosen: 'h2' }) },
      ]);
      expect(await chosen(uuidOf(3))).toEqual([]);
      expect(await chosen()).toEqual([]);
    });

    it('go with a transaction that fails, and with the part of one that is taken back', async () => {
      const row = (tx: UnitOfWork) => ({ instanceUuid: A, requestId: 'req-1', at: tx.now, decision: sampleDecision({}) });
      await expect(
        suite.first.transact({}, ({ work: tx }) => {
          tx.decisions.add(row(tx));
          throw new Error('refused by the test');
        }),
      ).rejects.toThrow('refused by the test');
      await suite.first.transact({}, ({ work: tx }) => {
        expect(() =>
          tx.attempt(() => {
            tx.decisions.add(row(tx));
            throw new Error('refused by the test');
          }),
        ).toThrow('refused by the test');
      });
      expect(await chosen(A)).toEqual([]);
    });

    it('lead from a request to its instances, page by page', async () => {
      for (const n of [4, 2, 3]) await decide(uuidOf(n), 'req-many', 'h1');
      await decide(uuidOf(2), 'req-many', 'h2');
      await decide(A, 'req-other', 'h1');
      expect(await suite.second.listDecidedInstances('req-many', { limit: 2 })).toEqual([uuidOf(2), uuidOf(3)]);
      expect(await suite.second.listDecidedInstances('req-many', { after: uuidOf(3), limit: 2 })).toEqual([uuidOf(4)]);
      expect(await suite.second.listDecidedInstances('req-none', { limit: 2 })).toEqual([]);
    });

    it('are forgotten after three days', async () => {
      await decide(A, 'req-1', 'h1');
      suite.stores.advance(DECISIONS_KEPT_MS);
      await decide(B, 'req-2', 'h1');
      expect(await suite.second.prune()).toBe(0);
      suite.stores.advance(1);
      expect(await suite.second.prune()).toBe(1);
      expect(await chosen(A, B)).toEqual([[B, 'h1']]);
    });
  });

  describe('records', () => {
    it('of actions, parked messages and hosts are kept', async () => {
      const mirror = (generation: number, zone: string) => ({
        host: 'h1',
        cellPath: 'api!west',
        version: { epoch: 0, generation },
        zone,
        enabled: true,
        disabledReason: null,
        up: true,
        lastSeenAt: 1,
        inventory: sampleInventory('h1'),
        used: ONE,
        runningGuests: 0,
        forcedDown: false,
        orderedVersion: 0,
      });
      const event = {
        requestId: 'req-1',
        event: 'compute_stop_instance',
        start: 1,
        finish: 2,
        result: 'Success' as const,
        details: null,
        host: 'h1',
      };
      await write(tx => {
        tx.parked.add({ envelope: sampleEnvelope('bad'), reason: 'not understood' });
        tx.actions.add({ instanceUuid: A, requestId: 'req-1', action: 'stop', userId: 'u', projectId: 'p', startTime: 1 });
        tx.actionEvents.add({ ...event, instanceUuid: A });
        tx.hostMirrors.add(mirror(2, 'new'));
      });
      await write(tx => tx.hostMirrors.add(mirror(1, 'old')));
      expect(await suite.stores.parkedReasons()).toEqual(['not understood']);
      expect(await suite.stores.actionEvents()).toEqual([{ instanceUuid: A, event: 'compute_stop_instance' }]);
      expect(await suite.stores.hostMirrorZones()).toEqual(['new']);
    });
  });
};
