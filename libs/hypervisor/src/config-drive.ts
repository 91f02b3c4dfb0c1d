import type { BuildSpec } from '#contracts';
import { CloudError } from '#domain';
import { macAddressOf } from './guest-network.js';

/** One file of a config drive: its path from the drive's root, and what is in it. */
export interface ConfigDriveFile {
  readonly path: string;
  readonly content: Uint8Array;
}

/** The volume label by which guests find the drive. */
export const CONFIG_DRIVE_LABEL = 'config-2';

const LATEST = 'openstack/latest';

/**
 * The config drive of an instance in OpenStack's format, as cloud-init and cloudbase-init read it. It has the version `latest`
 * only, which every reader takes; the EC2 format is left out, because its ids are made elsewhere and wrong ones are worse than none.
 * @throws CloudError `invalid` when the user data is not base64.
 */
export const configDriveFiles = (build: BuildSpec): ConfigDriveFile[] => [
  json('meta_data.json', metaData(build)),
  json('network_data.json', networkData(build)),
  json('vendor_data.json', {}),
  json('vendor_data2.json', {}),
  ...(build.userData === null ? [] : [{ path: `${LATEST}/user_data`, content: decodeUserData(build.userData) }]),
  ...personalityOf(build).map(({ contentPath, contents }) => ({
    path: `openstack${contentPath}`,
    content: Buffer.from(contents, 'base64'),
  })),
];

/** The user's files, each with where it is on the drive, seen from `openstack`. */
const personalityOf = (build: BuildSpec) =>
  (build.personality ?? []).map((file, index) => ({ ...file, contentPath: `/content/${String(index).padStart(4, '0')}` }));

const json = (name: string, value: unknown): ConfigDriveFile => ({
  path: `${LATEST}/${name}`,
  content: new TextEncoder().encode(JSON.stringify(value)),
});

/** Nova's keys. An absent key tells the guest more truly than null: that is what Nova does for keys, meta and the password. */
const metaData = (build: BuildSpec): Record<string, unknown> => ({
  uuid: build.instanceUuid,
  name: build.name,
  hostname: build.hostname,
  launch_index: build.launchIndex,
  availability_zone: build.availabilityZone,
  project_id: build.projectId,
  devices: [],
  ...(build.personality?.length && { files: personalityOf(build).map(({ path, contentPath }) => ({ path, content_path: contentPath })) }),
  ...(Object.keys(build.metadata).length > 0 && { meta: build.metadata }),
  ...(build.adminPassword !== null && { admin_pass: build.adminPassword }),
  ...(build.publicKey !== null && keysOf(build.keyName ?? 'default', build.publicKey, build.keyType)),
});

const keysOf = (name: string, publicKey: string, type: BuildSpec['keyType'] = 'ssh') => ({
  public_keys: { [name]: publicKey },
  keys: [{ name, type, data: publicKey }],
});

const networkData = (build: BuildSpec): Record<string, unknown> =>
  build.networks === 'none'
    ? { links: [], networks: [], services: [] }
    : {
        links: [{ id: 'interface0', type: 'phy', ethernet_mac_address: macAddressOf(build.instanceUuid), mtu: 1500 }],
        networks: [{ id: 'network0', type: 'ipv4_dhcp', link: 'interface0' }],
        services: [],
      };

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

const decodeUserData = (text: string): Uint8Array => {
  const compact = text.replaceAll(/\s/g, '');
  if (!BASE64.test(compact)) throw new CloudError('invalid', 'user_data is not base64');
  return Buffer.from(compact, 'base64');
};
