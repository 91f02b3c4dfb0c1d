import { type Clock, exhaustive, type Logger, type Random } from '#domain';
import { type AnyDriver, FakeDriver } from '#hypervisor';
import { LibvirtDriver } from '#hypervisor-libvirt';
import type { HostConfig } from './compute-config.js';

export interface DriverDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** @throws CloudError `unavailable` when the driver's library is not installed. */
export const makeDriver = ({ name, driver: config }: HostConfig, deps: DriverDeps): AnyDriver => {
  switch (config.kind) {
    case 'fake':
      return new FakeDriver({ host: name, config, clock: deps.clock, random: deps.random });
    case 'libvirt':
      return new LibvirtDriver({ host: name, config, clock: deps.clock, log: deps.log });
    default:
      return exhaustive(config);
  }
};
