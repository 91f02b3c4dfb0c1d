import { PortPicker, pickApiPorts } from '../../tools/stack/ports.js';
import { randomPortBase } from './test-services.js';

/** A topology on ports that are free now, with one process for the API unless it says otherwise. */
export const withFreePorts = async (tree: object): Promise<Record<string, unknown>> => {
  const portBase = randomPortBase();
  const listen = await pickApiPorts(new PortPicker(portBase + 500));
  return { portBase, listen, log: 'info', workers: 1, ...tree };
};
