import { advance, defineWorkflow } from '#workflow';
import { instanceOf } from './instances.js';
import { claimHostStep } from './steps/claim-host.step.js';
import { spawnGuestStep } from './steps/spawn-guest.step.js';
import { type InstanceStep, type InstanceWorkflow, toldInTheLog } from './workflow-context.js';

/** A guest on QEMU's user network, or on none: the host brings it along. */
const allocateNetworkStep: InstanceStep = { taskState: 'networking', run: () => advance() };

/** The root disk is made by the host from the image. */
const mapBlockDevicesStep: InstanceStep = { taskState: 'block_device_mapping', run: () => advance() };

export const activateStep: InstanceStep = {
  run({ uuid }, { tx, cell }) {
    const row = instanceOf(tx, uuid);
    tx.instances.put({ ...row, vmState: 'active', taskState: null, fault: null });
    cell.meter.build('active');
    return advance();
  },
};

/** How a cell builds an instance on one of its hosts. */
export const buildInstance: InstanceWorkflow = defineWorkflow(
  'build-instance',
  1,
  {
    claimHost: claimHostStep,
    allocateNetwork: allocateNetworkStep,
    mapBlockDevices: mapBlockDevicesStep,
    spawnGuest: spawnGuestStep,
    activate: activateStep,
  },
  toldInTheLog,
);
