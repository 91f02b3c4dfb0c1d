import { connect, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConsoleKind } from '#contracts';
import { CloudError, PowerState } from '#domain';
import { hasScreen, hasSerialSocket } from './domain-facts.js';
import type { GuestDomains } from './guest-domains.js';
import type { GuestFiles } from './guest-files.js';

/** Connections to the screens and serial lines of the host's guests; neither listens on the network. */
export class GuestConsoles {
  constructor(
    private readonly domains: GuestDomains,
    private readonly files: GuestFiles,
  ) {}

  /** @throws CloudError `notFound`; `conflict` while the guest is off; `notImplemented` where the guest was made without one */
  async find(instanceUuid: string, kind: ConsoleKind): Promise<void> {
    const xml = await this.domains.xmlOf(instanceUuid);
    if ((await this.domains.powerState(instanceUuid)) === PowerState.SHUTDOWN)
      throw new CloudError('conflict', `Instance ${instanceUuid} is not running`);
    if (!(kind === 'serial' ? hasSerialSocket(xml) : hasScreen(xml)))
      throw new CloudError('notImplemented', `instance ${instanceUuid} was made without a ${kind} console`);
  }

  /** @throws CloudError as `find`; `unavailable` when QEMU does not let us in */
  async connect(instanceUuid: string, kind: ConsoleKind): Promise<Duplex> {
    await this.find(instanceUuid, kind);
    if (kind === 'serial') return connected(this.files.serialPath(instanceUuid), instanceUuid);
    return new Socket({ fd: await this.domains.openScreen(instanceUuid), readable: true, writable: true });
  }
}

const CONNECT_MS = 5000;

/** QEMU serves one at a time: whoever comes second is connected when the first one leaves. */
const connected = (path: string, instanceUuid: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ path });
    const fail = (cause: Error): void => {
      socket.destroy();
      reject(
        new CloudError('unavailable', `the serial console of instance ${instanceUuid} cannot be reached: ${cause.message}`, { cause }),
      );
    };
    socket.setTimeout(CONNECT_MS, () => fail(new Error('no answer')));
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.setTimeout(0).removeAllListeners('timeout').off('error', fail);
      resolve(socket);
    });
  });
