import {
  type ComputeEvent,
  type ComputePayload,
  type ComputeReport,
  type Envelope,
  type GuestOutcome,
  type HostStatus,
  protocolMismatch,
  spokenBy,
} from '#contracts';
import { isNewer, type PowerStateCode, vmStateFollowing } from '#domain';
import type { Builds } from './builds.js';
import { isHostHeard } from './capacity.js';
import type { Cell } from './cell.js';
import { afterHearing } from './hosts/refused-host.js';
import type { HostRow } from './rows.js';
import type { UnitOfWork } from './unit-of-work.js';
import { outcomeOf } from './workflow-context.js';

/** `guest.list` is compared with the database outside of the batch: see guests.reconciler.ts. */
type FromCompute = Exclude<ComputeEvent, 'guest.list'> | ComputeReport;
export type ComputeHandlers = { [M in FromCompute]: (tx: UnitOfWork, payload: ComputePayload<M>, received: Envelope) => void };

export const senderHost = (received: Envelope): string => received.source.slice(received.source.indexOf('@') + 1);

/** What a cell does with what its hosts tell. */
export const computeHandlers = (cell: Cell, builds: Builds): ComputeHandlers => {
  const answered = (tx: UnitOfWork, outcome: GuestOutcome, received: Envelope): void =>
    builds.answered(tx, outcome.instanceUuid, { name: outcomeOf(outcome.commandId), outcome, host: senderHost(received) });
  return {
    'guest.spawned': answered,
    'guest.destroyed': answered,
    'guest.acted': answered,
    'guest.moved': answered,

    'guest.progress': (tx, progress) => builds.progressed(tx, progress.instanceUuid, progress),

    'guest.changed': (tx, { host, instanceUuid, powerState }) => {
      const row = tx.instances.get(instanceUuid);
      if (!row || row.deletedAt || row.host !== host || row.powerState === powerState) return;
      const code = powerState as PowerStateCode;
      cell.log.info('guest changed by itself', { instanceUuid, host, powerState });
      builds.guestChanged(tx, row, { powerState: code, vmState: vmStateFollowing(code, row.vmState) });
    },

    'host.status': (tx, { hosts }, received) => {
      for (const status of hosts) {
        const mismatch = protocolMismatch(cell.protocols.ours, status.host, spokenBy(received));
        noteStatus(cell, tx, status, mismatch);
      }
    },
  };
};

const noteStatus = (cell: Cell, tx: UnitOfWork, status: HostStatus, mismatch: string | undefined): void => {
  const known = tx.hosts.get(status.host);
  if (known && isOvertaken(cell, known, status, tx.now)) return;
  const heard = hostOf(status, known, tx.now);
  const host = afterHearing(heard, mismatch);
  if (host !== heard)
    cell.log.warn(mismatch ? 'a host is refused' : 'a host is taken again', { host: host.host, reason: mismatch ?? null });
  tx.hosts.put(host);
  const inventory = tx.hostInventories.get(status.host)?.inventory;
  if (JSON.stringify(inventory) !== JSON.stringify(status.inventory))
    tx.hostInventories.put({ host: status.host, inventory: status.inventory });
};

/** Two processes may take two reports in the wrong order. One from a clock that was set back is believed when no other comes. */
const isOvertaken = (cell: Cell, known: HostRow, { version }: HostStatus, now: number): boolean =>
  !isNewer(version, known.reported) && isHostHeard(known, now, cell);

/** Claims, and whether an operator has disabled it, are the cell's: a report leaves them as they are. */
const hostOf = ({ host, zone, version, inventory, runningGuests }: HostStatus, known: HostRow | undefined, now: number): HostRow => ({
  generation: 0,
  enabled: true,
  disabledReason: null,
  forcedDown: false,
  orderedVersion: 0,
  used: { vcpus: 0, memoryMb: 0, diskGb: 0 },
  claims: 0,
  ...known,
  host,
  zone,
  reported: version,
  lastSeenAt: now,
  total: inventory.total,
  reserved: inventory.reserved,
  cpuAllocationRatio: inventory.cpuAllocationRatio,
  hypervisorType: inventory.hypervisorType,
  node: inventory.hypervisorHostname,
  traits: inventory.traits,
  architecture: typeof inventory.cpuInfo.arch === 'string' ? inventory.cpuInfo.arch : null,
  runningGuests,
});
