import type { Decision, ProtocolRange } from '#contracts';
import type { ResourceShape } from '#domain';
import { capacityOf } from '../capacity/pools-of-hosts.js';
import type { HostCandidate } from '../host-candidate.js';
import type { CellCandidate } from './cell-candidate.js';

/** What a cell calls its own hosts where it chooses between them and its children. No cell is called so: a name has no space. */
export const OWN_HOSTS = 'own hosts';

/** The child that was chosen; null where hosts were, or nothing. */
export const childChosen = ({ among, chosen }: Pick<Decision, 'among' | 'chosen'>): string | null =>
  among === 'cells' && chosen !== OWN_HOSTS ? chosen : null;

/** Those of the candidates that fell which would have been chosen from with more room. */
export const lackingRoomAlone = ({ misses }: Pick<Decision, 'misses'>): string[] =>
  misses.filter(({ refusals }) => refusals.every(({ numbers }) => numbers)).map(({ name }) => name);

/**
 * The hosts of a cell as one more candidate beside its children, judged by the same filters and weighers. They are known as they are
 * now, and claims are in their rows: there is nothing to reserve.
 * @param wanted what is to be placed: the room is counted for it alone
 */
export const ownHostsCandidate = (
  hosts: readonly HostCandidate[],
  wanted: ResourceShape,
  { cell, protocol }: { cell: string; protocol: ProtocolRange },
): CellCandidate => ({
  name: OWN_HOSTS,
  enabled: true,
  draining: 0,
  mute: false,
  silentSeconds: 0,
  report: {
    cell,
    version: { epoch: 0, generation: 0 },
    globalsVersion: 0,
    pools: capacityOf(hosts, [wanted]),
    protocol: { ...protocol },
    hostsUp: hosts.filter(host => host.up).length,
    hostsDown: hosts.filter(host => !host.up).length,
  },
  reserved: [],
  weightOffset: 0,
  weightScale: 1,
  outdated: false,
  quota: null,
  used: { instances: 0, cores: 0, ramMb: 0 },
});
