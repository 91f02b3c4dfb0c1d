import type { GuestAction } from '#contracts';
import { CloudError, exhaustive } from '#domain';
import type { AnyDriver } from './driver.js';

/**
 * Has the driver do with a guest what an action of the domain's table says.
 * @param shutdownSeconds how long a guest that is stopped may take before it is turned off
 * @throws CloudError `notImplemented` when this hypervisor cannot do it; what the driver says.
 */
export const actOnGuest = async (
  driver: AnyDriver,
  instanceUuid: string,
  action: GuestAction,
  { shutdownSeconds }: { readonly shutdownSeconds: number },
): Promise<void> => {
  switch (action.name) {
    case 'stop':
      return driver.powerOff(instanceUuid, { graceSeconds: shutdownSeconds });
    case 'start':
      return driver.powerOn(instanceUuid);
    case 'rebootSoft':
      return driver.reboot(instanceUuid, { hard: false });
    case 'rebootHard':
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
    default:
      return exhaustive(action);
  }
};

type Ability = 'pause' | 'unpause' | 'suspend' | 'resume' | 'setPassword' | 'crashDump';

/** An optional ability of the driver. */
const able = <A extends Ability>(driver: AnyDriver, ability: A, lack: string): NonNullable<AnyDriver[A]> => {
  const method = driver[ability];
  if (!method) throw new CloudError('notImplemented', `the hypervisor of this host ${lack}`);
  return method.bind(driver) as NonNullable<AnyDriver[A]>;
};
