/** What the XML of a domain says of it, as libvirt gives it back; undefined is what it does not say. */

/** Whether one may type into the guest's serial line: that of guests of earlier releases is a file. */
export const hasSerialSocket = (xml: string): boolean => /<serial type='unix'/.test(xml);

/** Guests of earlier releases have none. */
export const hasScreen = (xml: string): boolean => /<graphics type='vnc'/.test(xml);

/** The names by which the guest's disks are measured: `vda`. */
export const disksIn = (xml: string): string[] =>
  [...xml.matchAll(/<disk [^>]*device='disk'[^>]*>.*?<target ([^>]*)>/gs)].flatMap(([, target]) => attributeIn(target, 'dev') ?? []);

export interface NicFacts {
  readonly macAddress: string;
  /** Of the host's side; a network card that only QEMU knows has none, and cannot be measured. */
  readonly device: string | undefined;
}

export const nicsIn = (xml: string): NicFacts[] =>
  [...xml.matchAll(/<interface .*?<\/interface>/gs)].flatMap(([nic]) => {
    const macAddress = attributeIn(/<mac ([^>]*)>/.exec(nic)?.[1], 'address');
    return macAddress === undefined ? [] : [{ macAddress, device: attributeIn(/<target ([^>]*)>/.exec(nic)?.[1], 'dev') }];
  });

const attributeIn = (attributes: string | undefined, name: string): string | undefined =>
  attributes === undefined ? undefined : new RegExp(`\\b${name}='([^']*)'`).exec(attributes)?.[1];
