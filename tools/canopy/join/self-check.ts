import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { cellDataSource, childCellEntities, childCellMigrations, type DatabaseOptions } from '#database';
import { connectionTrouble } from '#domain';
import { type BrokerEndpoint, probeChildAccount, probeOwnBroker } from '#messaging';
import { tlsSettings } from '#service-runtime';
import type { CellPlan } from '../../stack/plan.js';
import { type Finding, fail, ok } from '../doctor/finding.js';
import type { Place } from './redeem.js';

const AGAIN_MS = 1000;

/** Checks until all is well, or the time (of performance.now()) is up: a cell that has just started needs a moment for its connections. */
export const selfCheck = async (
  cell: CellPlan,
  place: Place,
  { deadline, say }: { deadline: number; say: (text: string) => void },
): Promise<Finding[]> => {
  for (;;) {
    const findings = [
      ...(await databaseFindings({ url: cell.databaseUrl, ...material(cell.node.databaseTls) })),
      ...(await ownBrokerFindings({ url: cell.brokerUrl, ...material(cell.node.brokerTls) })),
      ...(await parentFindings(place, { url: place.brokerUrl, ...material(cell.parent?.node.brokerTls) })),
    ];
    const failed = findings.filter(finding => finding.verdict === 'fail');
    if (failed.length === 0 || performance.now() > deadline) return findings;
    say(`self-check: ${failed[0]!.check}: ${failed[0]!.text}`);
    await sleep(AGAIN_MS);
  }
};

/** What is in the files that a topology names. */
const material = (files: z.input<typeof tlsSettings> | undefined) => files && { tls: tlsSettings.parse(files) };

const databaseFindings = async (server: Pick<DatabaseOptions, 'url' | 'tls'>): Promise<Finding[]> => {
  const source = cellDataSource({ ...server, entities: [...childCellEntities], migrations: childCellMigrations });
  try {
    await source.initialize();
    const pending = await source.showMigrations();
    await source.destroy();
    return pending
      ? [fail('own database', 'its schema is not up to date', "see the cell's log")]
      : [ok('own database', 'reached, and its schema is up to date')];
  } catch (error) {
    return [fail('own database', connectionTrouble(error, 'databaseTls'), 'see whether it runs and the account may use it')];
  }
};

const ownBrokerFindings = async (broker: BrokerEndpoint): Promise<Finding[]> => {
  try {
    const consumers = await probeOwnBroker(broker);
    return consumers > 0
      ? [ok('own broker', 'reached, and the cell takes messages from it')]
      : [fail('own broker', 'reached, but the cell takes no messages from it yet', "see the cell's log")];
  } catch (error) {
    return [fail('own broker', connectionTrouble(error, 'brokerTls'), 'see whether it runs and the account may use it')];
  }
};

const parentFindings = async ({ path, parent }: Place, broker: BrokerEndpoint): Promise<Finding[]> => {
  const check = `broker of ${parent}`;
  try {
    const { probes, consumers } = await probeChildAccount(broker, path.slice(path.lastIndexOf('!') + 1));
    const wrong = probes.filter(probe => !probe.passed);
    if (wrong.length) {
      const told = wrong.map(probe => `${probe.what} must be ${probe.wanted}: ${probe.reason}`).join('; ');
      return [fail(check, told, `mend the permissions of the account on the broker of ${parent}`)];
    }
    const refused = probes.filter(probe => probe.wanted === 'refused').length;
    return [
      consumers > 0
        ? ok(check, 'reached, and the cell takes its messages from it')
        : fail(check, 'reached, but the cell takes no messages from it yet', "see the cell's log"),
      ok('account there', `it may use its own queue and exchange, and was refused ${refused} other things`),
    ];
  } catch (error) {
    return [
      fail(
        check,
        connectionTrouble(error, 'brokerTls'),
        'see whether the network lets this machine through to it; --parent-ca says who vouches for it',
      ),
    ];
  }
};
