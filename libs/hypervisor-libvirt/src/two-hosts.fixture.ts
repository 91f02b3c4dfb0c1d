import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GuestSpec, LocalImage } from '#hypervisor';
import { sampleSpec, until } from '#testing';
import type { LibvirtDriver } from './libvirt.driver.js';
import { makeImage, startDriver, startHost, stopHost } from './libvirt-host.fixture.js';

const BOOT_SECONDS = 240;

/** A host of this machine with a libvirtd of its own, to which others send guests while they run. */
export interface MoveHost {
  readonly directory: string;
  readonly uri: string;
  readonly driver: LibvirtDriver;
  /** The driver of the next run of its compute service. */
  restart(): Promise<LibvirtDriver>;
}

/** Two of them, and one guest that moves between them. */
export class TwoHosts {
  private constructor(
    private readonly directory: string,
    private readonly image: LocalImage,
    readonly a: MoveHost,
    readonly b: MoveHost,
    private readonly uuid: string,
  ) {}

  static async start(uuid: string): Promise<TwoHosts> {
    const directory = mkdtempSync(join(tmpdir(), 'cnp-'));
    chmodSync(directory, 0o711);
    const image = await makeImage(directory);
    const [a, b] = [await openHost(directory, 'a'), await openHost(directory, 'b')];
    return new TwoHosts(directory, image, a, b, uuid);
  }

  async stop(): Promise<void> {
    for (const { driver, directory } of [this.a, this.b]) {
      await driver.stop();
      await stopHost(directory);
    }
    rmSync(this.directory, { recursive: true, force: true });
  }

  guest(epoch: number, rootGb = 1): GuestSpec {
    const flavor = { flavorId: '1', name: 'tiny', vcpus: 1, memoryMb: 128, rootGb, ephemeralGb: 0, swapMb: 0, extraSpecs: {} };
    const build = sampleSpec(this.uuid, { name: 'mover', hostname: 'mover', flavor, configDrive: true, networks: 'auto' });
    return { epoch, image: this.image, build };
  }

  /** Waits until the guest says on its console that it is ready, for so many times. */
  async booted({ driver }: MoveHost, times: number): Promise<void> {
    const ready = async () => (await driver.consoleOutput(this.uuid, { lines: null })).split('ready:').length > times;
    await until(ready, { timeoutMs: BOOT_SECONDS * 1000, everyMs: 300, what: `the guest being ready for ${times} times` });
  }
}

const openHost = async (parent: string, name: string): Promise<MoveHost> => {
  const directory = join(parent, name);
  const uri = await startHost(directory, name);
  const start = () => startDriver(directory, uri, { liveMigration: { uri } });
  return { directory, uri, driver: await start(), restart: start };
};
