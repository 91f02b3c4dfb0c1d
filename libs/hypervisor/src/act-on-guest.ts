import type { GuestOrder } from '#contracts';
import { exhaustive } from '#domain';
import type { AnyDriver } from './driver.js';
import { able, type GuestActionHelp } from './guest-action-help.js';
import { rebuild, rescue, shelve, takeImage, unrescue, unshelve } from './image-work.js';

/**
 * Has the driver do with a guest what an action of the domain's table says.
 * @throws CloudError `notImplemented` when this hypervisor cannot do it; what the driver says.
 */
export const actOnGuest = async (driver: AnyDriver, order: GuestOrder, help: GuestActionHelp): Promise<void> => {
  const { instanceUuid, action } = order;
  switch (action.name) {
    case 'stop':
      return driver.powerOff(instanceUuid, { graceSeconds: help.shutdownSeconds });
    case 'start':
      return driver.powerOn(instanceUuid);
    case 'rebootSoft':
      help.progress('reboot_started');
      return driver.reboot(instanceUuid, { hard: false });
    case 'rebootHard':
      help.progress('reboot_started_hard');
      return driver.reboot(instanceUuid, { hard: true });
    case 'pause':
      return able(driver, 'pause', 'pauses no guests')(instanceUuid);
    case 'unpause':
      return able(driver, 'unpause', 'pauses no guests')(instanceUuid);
    case 'suspend':
      return able(driver, 'suspend', 'suspends no guests')(instanceUuid);
    case 'resume':
      return able(driver, 'resume', 'suspends no guests')(instanceUuid);
    case 'setPassword':
      return able(driver, 'setPassword', 'sets no passwords')(instanceUuid, action.password);
    case 'crashDump':
      return able(driver, 'crashDump', 'has no guest dump its memory')(instanceUuid);
    case 'createImage':
    case 'createBackup':
      return takeImage(driver, instanceUuid, action.upload, help);
    case 'shelve':
      return shelve(driver, instanceUuid, action.upload, help);
    case 'unshelve':
      return unshelve(driver, instanceUuid, action.discard, help);
    case 'rebuild':
      return rebuild(driver, order, action, help);
    case 'rescue':
      return rescue(driver, order, action, help);
    case 'unrescue':
      return unrescue(driver, order);
    default:
      return exhaustive(action);
  }
};
