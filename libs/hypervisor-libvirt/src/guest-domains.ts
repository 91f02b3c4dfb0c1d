import { type Clock, PowerState, type PowerStateCode } from '#domain';
import type { GuestState } from '#hypervisor';
import { Metadata, noteStart, readMetadata } from './domain-metadata.js';
import { epochIn, METADATA_NAMESPACE } from './domain-xml.js';
import type { LibvirtClient } from './libvirt-client.js';
import type { LibvirtConnection } from './libvirt-connection.js';
import { agentError, isConflict, unlessConflict, unlessNotFound } from './libvirt-errors.js';
import { libvirtLibrary, type Out, type Pointer } from './native/libvirt.js';

/** virDomainState to Nova's numbers, as Nova's libvirt driver has them. Source: nova/virt/libvirt/guest.py. */
const POWER_STATES: readonly PowerStateCode[] = [
  PowerState.NOSTATE, // nostate
  PowerState.RUNNING, // running
  PowerState.RUNNING, // blocked
  PowerState.PAUSED, // paused
  PowerState.SHUTDOWN, // shutdown: the guest is still going down in Xen's drivers; QEMU's are off
  PowerState.SHUTDOWN, // shutoff
  PowerState.CRASHED, // crashed
  PowerState.SUSPENDED, // pmsuspended
];

/** With secrets (1), of what was defined and not of what runs (2). */
const XML_AS_DEFINED = 1 | 2;
/** With secrets (1), and fit for another libvirtd (8). */
const XML_MIGRATABLE = 1 | 8;
const DEFINE_VALIDATE = 1; // VIR_DOMAIN_DEFINE_VALIDATE
/** What was saved of the guest's memory is thrown away. */
const START_FORCE_BOOT = 8; // VIR_DOMAIN_START_FORCE_BOOT
const SHUTDOWN_ACPI = 1; // VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN
/** Managed save image (1), metadata of snapshots (2) and checkpoints (16), and NVRAM (4) go with the domain. */
const UNDEFINE_ALL = 1 | 2 | 4 | 16;

const SKIP_PASSWORD = 1; // VIR_DOMAIN_OPEN_GRAPHICS_SKIPAUTH

/** The host's guests as libvirt's domains. Every method may be called again after it was done. */
export class GuestDomains {
  /** Of guests that were seen: the metadata of a domain does not change. Null for a domain that is not ours. */
  private readonly epochs = new Map<string, number | null>();

  constructor(
    private readonly client: LibvirtClient,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** Ours only. */
  list(): Promise<GuestState[]> {
    return this.client.call('list guests', async connection => {
      const guests: GuestState[] = [];
      await forEachDomain(connection, async domain => {
        const instanceUuid = libvirtLibrary().uuidOf(domain);
        const epoch = await this.epochOf(connection, domain, instanceUuid);
        const powerState = await stateOf(connection, domain);
        // No state: it was undefined since it was listed.
        if (epoch !== null && powerState !== PowerState.NOSTATE) guests.push({ instanceUuid, powerState, epoch });
      });
      return guests;
    });
  }

  powerState(instanceUuid: string): Promise<PowerStateCode> {
    return this.client.call(`read the state of instance ${instanceUuid}`, connection =>
      connection.withDomain(instanceUuid, domain => stateOf(connection, domain)).catch(unlessNotFound(PowerState.NOSTATE)),
    );
  }

  define(instanceUuid: string, xml: string): Promise<void> {
    return this.client.call(`define instance ${instanceUuid}`, async connection => {
      const library = libvirtLibrary();
      library.domainFree(
        await connection.check(`define instance ${instanceUuid}`, library.domainDefine(connection.pointer, xml, DEFINE_VALIDATE)),
      );
      this.epochs.delete(instanceUuid);
    });
  }

  /** What `define` takes. */
  definitionOf(instanceUuid: string): Promise<string> {
    return this.withDomain('read the definition of', instanceUuid, (connection, domain) =>
      connection.check(`read the definition of instance ${instanceUuid}`, libvirtLibrary().domainXml(domain, XML_AS_DEFINED)),
    );
  }

  /** Of the placement that it belongs to; undefined when it is not there. */
  epochOfGuest(instanceUuid: string): Promise<number | undefined> {
    return this.withDomain('read the placement of', instanceUuid, async (connection, domain) => {
      return (await this.epochOf(connection, domain, instanceUuid)) ?? undefined;
    }).catch(unlessNotFound(undefined));
  }

  turnOn(instanceUuid: string): Promise<void> {
    return this.withDomain('start', instanceUuid, async (connection, domain) => {
      const library = libvirtLibrary();
      const what = `start instance ${instanceUuid}`;
      const state = await stateOf(connection, domain);
      if (state === PowerState.RUNNING) return;
      if (state === PowerState.PAUSED) await connection.check(what, library.domainResume(domain));
      else if (state === PowerState.SUSPENDED) await connection.check(what, library.domainWakeup(domain, 0));
      else {
        await connection.check(what, library.domainCreate(domain, START_FORCE_BOOT));
        await noteStart(connection, domain, this.clock.now());
      }
    });
  }

  pause(instanceUuid: string): Promise<void> {
    return this.withDomain('pause', instanceUuid, async (connection, domain) => {
      if ((await stateOf(connection, domain)) === PowerState.PAUSED) return;
      await connection.check(`pause instance ${instanceUuid}`, libvirtLibrary().domainSuspend(domain));
    });
  }

  unpause(instanceUuid: string): Promise<void> {
    return this.withDomain('unpause', instanceUuid, async (connection, domain) => {
      if ((await stateOf(connection, domain)) === PowerState.RUNNING) return;
      await connection.check(`unpause instance ${instanceUuid}`, libvirtLibrary().domainResume(domain));
    });
  }

  /** Ends with the guest off; its memory is in a file of libvirt's, from which `restore` starts it. */
  save(instanceUuid: string): Promise<void> {
    return this.withDomain('suspend', instanceUuid, async (connection, domain) => {
      if ((await stateOf(connection, domain)) === PowerState.SHUTDOWN) return;
      await connection.check(`suspend instance ${instanceUuid}`, libvirtLibrary().domainManagedSave(domain, 0));
    });
  }

  restore(instanceUuid: string): Promise<void> {
    return this.withDomain('resume', instanceUuid, async (connection, domain) => {
      if ((await stateOf(connection, domain)) === PowerState.RUNNING) return;
      await connection.check(`resume instance ${instanceUuid}`, libvirtLibrary().domainCreate(domain, 0));
    });
  }

  interrupt(instanceUuid: string): Promise<void> {
    return this.withDomain('interrupt', instanceUuid, async (connection, domain) => {
      await connection.check(`interrupt instance ${instanceUuid}`, libvirtLibrary().domainInjectNmi(domain, 0));
    });
  }

  /** By the guest's own agent. @throws CloudError `notImplemented`, in Nova's words, for a guest whose agent is not there. */
  setPassword(instanceUuid: string, user: string, password: string): Promise<void> {
    return this.withDomain('set the password of', instanceUuid, async (connection, domain) => {
      const set = libvirtLibrary().domainSetUserPassword(domain, user, password, 0);
      await connection.check(`set the password of instance ${instanceUuid}`, set).catch(error => {
        throw agentError(error);
      });
    });
  }

  turnOff(instanceUuid: string): Promise<void> {
    return this.withDomain('stop', instanceUuid, (connection, domain) =>
      destroyUnlessOff(connection, domain, `stop instance ${instanceUuid}`),
    );
  }

  pressPowerButton(instanceUuid: string): Promise<void> {
    return this.withDomain('shut down', instanceUuid, async (connection, domain) => {
      const pressed = libvirtLibrary().domainShutdown(domain, SHUTDOWN_ACPI);
      await connection.check(`shut down instance ${instanceUuid}`, pressed).catch(unlessConflict);
    });
  }

  /** Ends the guest and undefines it. */
  async remove(instanceUuid: string): Promise<void> {
    const what = `destroy instance ${instanceUuid}`;
    await this.withDomain('destroy', instanceUuid, async (connection, domain) => {
      await destroyUnlessOff(connection, domain, what);
      await connection.check(what, libvirtLibrary().domainUndefine(domain, UNDEFINE_ALL));
    }).catch(unlessNotFound(undefined));
    this.epochs.delete(instanceUuid);
  }

  /** As libvirt has it now: with the ports that it gave a guest that runs. */
  xmlOf(instanceUuid: string): Promise<string> {
    return this.withDomain('describe', instanceUuid, (connection, domain) =>
      connection.check(`describe instance ${instanceUuid}`, libvirtLibrary().domainXml(domain, 0)),
    );
  }

  /** As another libvirtd takes it in while it runs. */
  migratableXmlOf(instanceUuid: string): Promise<string> {
    return this.withDomain('describe', instanceUuid, (connection, domain) =>
      connection.check(`describe instance ${instanceUuid}`, libvirtLibrary().domainXml(domain, XML_MIGRATABLE)),
    );
  }

  /** @returns a file descriptor, which is the caller's to close */
  openScreen(instanceUuid: string): Promise<number> {
    return this.withDomain('open the screen of', instanceUuid, (connection, domain) =>
      connection.check(`open the screen of instance ${instanceUuid}`, libvirtLibrary().domainOpenGraphics(domain, 0, SKIP_PASSWORD)),
    );
  }

  /** @throws CloudError `notFound` for a guest that is not here. */
  withDomain<T>(verb: string, instanceUuid: string, run: (connection: LibvirtConnection, domain: Pointer) => Promise<T>): Promise<T> {
    return this.client.call(`${verb} instance ${instanceUuid}`, connection =>
      connection.withDomain(instanceUuid, domain => run(connection, domain)),
    );
  }

  private async epochOf(connection: LibvirtConnection, domain: Pointer, instanceUuid: string): Promise<number | null> {
    const known = this.epochs.get(instanceUuid);
    if (known !== undefined) return known;
    const read = (of: number) => readMetadata(connection, domain, METADATA_NAMESPACE, of);
    // As it is defined: a guest that runs may be given to another placement. One that another host is sending has no definition yet.
    const text = await read(Metadata.DEFINED).catch(error => (isConflict(error) ? read(Metadata.LIVE) : Promise.reject(error)));
    const epoch = epochIn(text) ?? null;
    this.epochs.set(instanceUuid, epoch);
    return epoch;
  }
}

const stateOf = async (connection: LibvirtConnection, domain: Pointer): Promise<PowerStateCode> => {
  const state: Out<number> = [null];
  await connection.check('read the state of a guest', libvirtLibrary().domainState(domain, state, [null], 0)).catch(unlessNotFound(0));
  return POWER_STATES[state[0] ?? 0] ?? PowerState.NOSTATE;
};

const destroyUnlessOff = async (connection: LibvirtConnection, domain: Pointer, what: string): Promise<void> => {
  const state = await stateOf(connection, domain);
  if (state === PowerState.SHUTDOWN || state === PowerState.NOSTATE) return;
  // It may have stopped by itself since; then libvirt says that it is not running.
  await connection.check(what, libvirtLibrary().domainDestroy(domain)).catch(unlessConflict);
};

const forEachDomain = async (connection: LibvirtConnection, run: (domain: Pointer) => Promise<void>): Promise<void> => {
  const library = libvirtLibrary();
  const array: Out<Pointer> = [null];
  const count = await connection.check('list guests', library.listAllDomains(connection.pointer, array, 0));
  if (array[0] === null) return;
  const domains = library.readPointers(array[0], count);
  try {
    for (const domain of domains) await run(domain);
  } finally {
    for (const domain of domains) library.domainFree(domain);
    library.free(array[0]);
  }
};
