import type { GuestDiagnostics } from '#contracts';

/** From 2.48: the same for every hypervisor. */
export const standardDiagnostics = (measured: GuestDiagnostics, configDrive: boolean) => ({
  state: measured.state,
  driver: measured.driver,
  hypervisor: measured.hypervisor,
  hypervisor_os: measured.hypervisorOs,
  uptime: measured.uptimeSeconds,
  config_drive: configDrive,
  num_cpus: measured.cpus.length,
  num_disks: measured.disks.length,
  num_nics: measured.nics.length,
  memory_details: { maximum: measured.memory.maximumMb, used: measured.memory.usedMb },
  cpu_details: measured.cpus.map(cpu => ({ id: cpu.id, time: cpu.timeNs, utilisation: cpu.utilisationPercent })),
  disk_details: measured.disks.map(disk => ({
    read_bytes: disk.readBytes,
    read_requests: disk.readRequests,
    write_bytes: disk.writeBytes,
    write_requests: disk.writeRequests,
    errors_count: disk.errors,
  })),
  nic_details: measured.nics.map(nic => ({
    mac_address: nic.macAddress,
    rx_octets: nic.rxBytes,
    rx_packets: nic.rxPackets,
    rx_errors: nic.rxErrors,
    rx_drop: nic.rxDropped,
    rx_rate: null,
    tx_octets: nic.txBytes,
    tx_packets: nic.txPackets,
    tx_errors: nic.txErrors,
    tx_drop: nic.txDropped,
    tx_rate: null,
  })),
});

const KB_PER_MB = 1024;

/** Before it: what libvirt's driver of Nova said, with the names of devices in the keys. Unknown numbers are left out. */
export const anyDiagnostics = (measured: GuestDiagnostics): Record<string, number> => {
  const told: Record<string, number | null> = {};
  for (const cpu of measured.cpus) told[`cpu${cpu.id ?? 0}_time`] = cpu.timeNs;
  for (const disk of measured.disks) {
    told[`${disk.name}_read`] = disk.readBytes;
    told[`${disk.name}_read_req`] = disk.readRequests;
    told[`${disk.name}_write`] = disk.writeBytes;
    told[`${disk.name}_write_req`] = disk.writeRequests;
    told[`${disk.name}_errors`] = disk.errors;
  }
  for (const nic of measured.nics) {
    told[`${nic.name}_rx`] = nic.rxBytes;
    told[`${nic.name}_rx_packets`] = nic.rxPackets;
    told[`${nic.name}_rx_errors`] = nic.rxErrors;
    told[`${nic.name}_rx_drop`] = nic.rxDropped;
    told[`${nic.name}_tx`] = nic.txBytes;
    told[`${nic.name}_tx_packets`] = nic.txPackets;
    told[`${nic.name}_tx_errors`] = nic.txErrors;
    told[`${nic.name}_tx_drop`] = nic.txDropped;
  }
  const { maximumMb, usedMb } = measured.memory;
  told.memory = maximumMb === null ? null : maximumMb * KB_PER_MB;
  told['memory-actual'] = usedMb === null ? null : usedMb * KB_PER_MB;
  return Object.fromEntries(Object.entries(told).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
};
