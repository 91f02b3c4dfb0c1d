import { renameSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { join } from 'node:path';

/**
 * Loaded before a process of the tree (`--import`). SIGUSR2 begins a profile, the next one ends it and writes it down: a profile of
 * the whole life of a process, as --cpu-prof makes it, drowns what is measured in start-up.
 */
const directory = new URL(import.meta.url).searchParams.get('directory') ?? '.';
const INTERVAL_MICROSECONDS = 500;

const session = new Session();
let begun = false;

const begin = (): void => {
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: INTERVAL_MICROSECONDS });
  session.post('Profiler.start');
};

const end = (): void => {
  session.post('Profiler.stop', (error, result) => {
    if (error) throw error;
    const path = join(directory, `${process.pid}.cpuprofile`);
    writeFileSync(`${path}.tmp`, JSON.stringify(result.profile));
    renameSync(`${path}.tmp`, path);
  });
  session.disconnect();
};

process.on('SIGUSR2', () => {
  begun = !begun;
  if (begun) begin();
  else end();
});
