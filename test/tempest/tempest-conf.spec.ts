import { expect, it } from 'vitest';
import { tempestConf } from './tempest-conf.js';

const conf = (hosts: number) =>
  tempestConf(
    {
      identityUrl: 'http://127.0.0.1:5000/v3',
      adminPassword: 'secret',
      images: ['i1', 'i2'],
      flavors: ['f1', 'f2'],
      hosts,
      newestMicroversion: '2.96',
    },
    '/tmp/run',
  );

it('names the cloud, its images and its flavors', () => {
  for (const line of [
    'uri_v3 = http://127.0.0.1:5000/v3',
    'image_ref_alt = i2',
    'flavor_ref = f1',
    'max_microversion = 2.96',
    'log_dir = /tmp/run',
  ])
    expect(conf(2)).toContain(`${line}\n`);
});

it('asks for live migration where there are two hosts to do it between', () => {
  expect(conf(2)).toContain('\nlive_migration = true\n');
  expect(conf(1)).toContain('\nlive_migration = false\n');
});
