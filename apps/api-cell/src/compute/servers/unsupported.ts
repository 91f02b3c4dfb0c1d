import { CloudError } from '#domain';
import type { CreateServerBody } from './create-server.schema.js';

/**
 * Refuses what this cloud cannot give a server. A request that would be half obeyed is refused whole, naming the field.
 * @throws CloudError `invalid`
 */
export const refuseUnsupported = ({ server }: CreateServerBody): void => {
  refuseNetworks(server.networks);
  refuseBlockDevices(server);
  if (server.trusted_image_certificates) throw invalid('trusted_image_certificates: image signatures are not verified here');
};

type Server = CreateServerBody['server'];

/** There are no networks to attach to, so every one that is named is unknown. */
const refuseNetworks = (networks: Server['networks']): void => {
  if (networks === undefined || typeof networks === 'string') return;
  for (const { uuid, port, fixed_ip: fixedIp } of networks) {
    if (port) throw invalid(`Port id ${port} could not be found.`);
    if (uuid !== undefined) throw invalid(`Network ${uuid} could not be found.`);
    throw invalid(
      fixedIp === undefined ? 'networks: an entry needs the uuid of a network or a port' : `networks: fixed_ip ${fixedIp} needs a network`,
    );
  }
};

/** One local disk made from the image is what every server has: naming it so changes nothing. All other devices need volumes. */
const refuseBlockDevices = (server: Server): void => {
  if (server.block_device_mapping?.length) throw invalid('block_device_mapping: volumes are not available');
  const devices = server.block_device_mapping_v2 ?? [];
  devices.forEach((device, index) => {
    const where = `block_device_mapping_v2[${index}]`;
    if (device.source_type !== 'image' || device.destination_type !== 'local' || Number(device.boot_index ?? -1) !== 0 || index > 0) {
      throw invalid(`${where}: only one device is available: source_type image, destination_type local, boot_index 0`);
    }
    if (device.uuid === undefined) throw invalid(`${where}: uuid, the image's, is missing`);
    if (server.imageRef && server.imageRef !== device.uuid)
      throw invalid(`${where}: uuid ${device.uuid} is not imageRef ${server.imageRef}`);
  });
};

const invalid = (message: string): CloudError => new CloudError('invalid', message);
