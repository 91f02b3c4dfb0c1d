import type { BuildSpec } from '#contracts';
import { instanceName } from '#domain';

/** All that decides what a guest's domain looks like. Paths are absolute. */
export interface DomainPlan {
  readonly build: BuildSpec;
  readonly epoch: number;
  readonly virtType: 'kvm' | 'qemu';
  readonly disks: readonly GuestDisk[];
  /** An ISO image, or null. */
  readonly configDrivePath: string | null;
  /** A file to which the serial console is appended. */
  readonly consolePath: string;
  /** A socket that is connected with the serial line; null: there is no way to type into it. */
  readonly serialPath: string | null;
  readonly diskCache: 'none' | 'writeback' | 'unsafe';
  /** Null for a guest without a network. */
  readonly macAddress: string | null;
  /** Only for `qemu`. */
  readonly tcgCacheMb: number | undefined;
}

export interface GuestDisk {
  readonly path: string;
  readonly format: 'qcow2' | 'raw';
}

/** Names our element in a domain's metadata. It never changes: guests of every release are found by it. */
export const METADATA_NAMESPACE = 'urn:canopy:instance:1';

/** The epoch in what libvirt gives back as our metadata element; undefined when there is none. */
export const epochIn = (metadata: string): number | undefined => {
  const [, epoch] = /\bepoch=['"](\d+)['"]/.exec(metadata) ?? [];
  return epoch === undefined ? undefined : Number(epoch);
};

/** The same domain, of another placement. */
export const withEpoch = (xml: string, epoch: number): string => xml.replace(/(\bepoch=['"])\d+/, `$1${epoch}`);

/** The domain XML of a guest: what is in it is what the guest sees, so a change here is a change of every guest's hardware. */
export const domainXml = (plan: DomainPlan): string => `<domain type='${plan.virtType}'>
  <name>${instanceName(plan.build.instanceUuid)}</name>
  <uuid>${plan.build.instanceUuid}</uuid>
  <metadata>
${metadata(plan)}
  </metadata>
  <memory unit='MiB'>${plan.build.flavor.memoryMb}</memory>
  <vcpu>${plan.build.flavor.vcpus}</vcpu>
  <sysinfo type='smbios'>
    <system>
      <entry name='manufacturer'>Canopy</entry>
      <entry name='product'>OpenStack Nova</entry>
      <entry name='serial'>${plan.build.instanceUuid}</entry>
      <entry name='uuid'>${plan.build.instanceUuid}</entry>
      <entry name='family'>Virtual Machine</entry>
    </system>
  </sysinfo>
  <os>
    <type machine='pc'>hvm</type>
    <boot dev='hd'/>
    <smbios mode='sysinfo'/>
  </os>
  <features>
    <acpi/>
    <apic/>${tcgCache(plan)}
  </features>
  ${plan.virtType === 'kvm' ? "<cpu mode='host-model'/>" : "<cpu mode='maximum'/>"}
  <clock offset='utc'/>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
${[...plan.disks.map(disk(plan)), ...configDrive(plan), ...network(plan), serialLine(plan), ...agent(plan)].join('\n')}
    <input type='tablet' bus='usb'/>
${SCREEN}
    <video>
      <model type='vga' vram='16384' heads='1'/>
    </video>
    <memballoon model='virtio'/>
    <rng model='virtio'>
      <backend model='random'>/dev/urandom</backend>
    </rng>
  </devices>
</domain>
`;

/** The log has all that the guest says, whether anybody is connected or not. */
const serialLine = ({ consolePath, serialPath }: DomainPlan): string =>
  serialPath === null
    ? `    <serial type='file'>
      <source path='${escapeXml(consolePath)}' append='on'/>
      <target port='0'/>
    </serial>`
    : `    <serial type='unix'>
      <source mode='bind' path='${escapeXml(serialPath)}'/>
      <log file='${escapeXml(consolePath)}' append='on'/>
      <target port='0'/>
    </serial>`;

/**
 * Where QEMU's guest agent answers, when the guest has one. libvirt chooses the socket on the host's side, and another on each host that
 * the guest moves to.
 */
const AGENT = `    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>`;

/** Unless its image says that there is no agent in it, in any of the spellings that Nova reads as no: whatever is not yes. */
const agent = ({ build }: DomainPlan): string[] => {
  const said = build.image?.properties.hw_qemu_guest_agent;
  return said === undefined || /^\s*(1|t|true|on|y|yes)\s*$/i.test(said) ? [AGENT] : [];
};

/**
 * The screen listens nowhere: whoever may use libvirtd's own socket is given a connection by it. A port would be open to every
 * program of the host, and, through QEMU's user network, to every guest on it.
 */
const SCREEN = `    <graphics type='vnc'>
      <listen type='none'/>
    </graphics>`;

/** For people who look at the host with virsh, and for us: the epoch fences commands of an older placement. */
const metadata = ({ build, epoch }: DomainPlan): string => `    <canopy:instance xmlns:canopy='${METADATA_NAMESPACE}' epoch='${epoch}'>
      <canopy:name>${escapeXml(build.name)}</canopy:name>
      <canopy:flavor id='${escapeXml(build.flavor.flavorId)}'>${escapeXml(build.flavor.name)}</canopy:flavor>
      <canopy:project>${escapeXml(build.projectId)}</canopy:project>
      <canopy:user>${escapeXml(build.userId)}</canopy:user>${build.image ? `\n      <canopy:image>${escapeXml(build.image.id)}</canopy:image>` : ''}
      <canopy:createdAt>${new Date(build.createdAt).toISOString()}</canopy:createdAt>
    </canopy:instance>`;

const tcgCache = ({ virtType, tcgCacheMb }: DomainPlan): string =>
  virtType === 'qemu' && tcgCacheMb !== undefined ? `\n    <tcg>\n      <tb-cache unit='MiB'>${tcgCacheMb}</tb-cache>\n    </tcg>` : '';

const disk =
  ({ diskCache }: DomainPlan) =>
  ({ path, format }: GuestDisk, index: number): string =>
    `    <disk type='file' device='disk'>
      <driver name='qemu' type='${format}' cache='${diskCache}' discard='unmap'/>
      <source file='${escapeXml(path)}'/>
      <target dev='vd${String.fromCharCode(97 + index)}' bus='virtio'/>
    </disk>`;

const configDrive = ({ configDrivePath }: DomainPlan): string[] =>
  configDrivePath === null
    ? []
    : [
        `    <disk type='file' device='cdrom'>
      <driver name='qemu' type='raw'/>
      <source file='${escapeXml(configDrivePath)}'/>
      <target dev='hda' bus='ide'/>
      <readonly/>
    </disk>`,
      ];

/** QEMU's own network: the guest reaches out through the host and gets its address from QEMU; nothing reaches in. */
const network = ({ macAddress }: DomainPlan): string[] =>
  macAddress === null
    ? []
    : [
        `    <interface type='user'>
      <mac address='${macAddress}'/>
      <model type='virtio'/>
    </interface>`,
      ];

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', "'": '&apos;', '"': '&quot;' };

/** Characters that XML cannot hold at all are dropped, or libvirt would refuse the whole guest for the name of its instance. */
const escapeXml = (text: string): string =>
  [...text]
    .filter(isXmlCharacter)
    .map(character => ESCAPES[character] ?? character)
    .join('');

const isXmlCharacter = (character: string): boolean => {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return '\t\n\r'.includes(character);
  // Half of a surrogate pair, and the two that are no characters.
  return (code < 0xd800 || code > 0xdfff) && code !== 0xfffe && code !== 0xffff;
};
