import { expect, it } from 'vitest';
import { disksIn, hasScreen, hasSerialSocket, nicsIn } from './domain-facts.js';

const xml = `<domain type='qemu' id='3'><devices>
  <disk type='file' device='disk'><driver name='qemu'/><source file='/d'/><target dev='vda' bus='virtio'/></disk>
  <disk type='file' device='cdrom'><target dev='hda' bus='ide'/></disk>
  <interface type='user'><mac address='fa:16:3e:01:02:03'/><model type='virtio'/></interface>
  <interface type='bridge'><mac address='fa:16:3e:01:02:04'/><target dev='vnet0'/></interface>
  <serial type='unix'><source mode='bind' path='/i/serial'/></serial>
  <graphics type='vnc'><listen type='none'/></graphics>
</devices></domain>`;
const older = "<domain><devices><serial type='file'><source path='/i/console.log'/></serial></devices></domain>";

it('a guest of an earlier release has no screen, and nobody can type into its serial line', () => {
  expect([hasScreen(xml), hasSerialSocket(xml)]).toEqual([true, true]);
  expect([hasScreen(older), hasSerialSocket(older)]).toEqual([false, false]);
});

it('disks and network cards are found, and a CD drive is no disk', () => {
  expect(disksIn(xml)).toEqual(['vda']);
  expect(nicsIn(xml)).toEqual([
    { macAddress: 'fa:16:3e:01:02:03', device: undefined },
    { macAddress: 'fa:16:3e:01:02:04', device: 'vnet0' },
  ]);
});
