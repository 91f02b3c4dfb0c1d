import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { drawPlan } from '#simulation';
import { readLayout, readStory } from './options.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'canopy-sim-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const fileOf = (text: string): string => {
  const file = join(directory, 'story.json');
  writeFileSync(file, text);
  return file;
};

describe('a story that was saved', () => {
  it('is read as it was, whatever happens in it', () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const plan = drawPlan(seed);
      expect(readStory(fileOf(JSON.stringify(plan)))).toEqual(plan);
    }
  });

  it('is refused with the field that is wrong', () => {
    const plan = { ...drawPlan(1), acts: [{ at: 5, does: 'delete', server: 1 }] };
    const refused = (change: object) => () => readStory(fileOf(JSON.stringify({ ...plan, ...change })));
    expect(refused({ acts: [...plan.acts, { at: 9, does: 'delete', server: 'one' }] })).toThrow('story.json: acts.1.server: ');
    expect(refused({ acts: [{ at: 9, does: 'explode' }] })).toThrow('story.json: acts.0.does: ');
    expect(refused({ weather: { ...plan.weather, publishLost: 2 } })).toThrow('story.json: weather.publishLost: ');
    expect(refused({ layout: { cells: { WEST: {} } } })).toThrow('story.json: layout.cells.WEST: ');
    expect(refused({ sedes: 3 })).toThrow('sedes');
    expect(() => readStory(fileOf('{ "seed": 1'))).toThrow('story.json: this is no JSON: ');
    expect(() => readStory(join(directory, 'none'))).toThrow('no such file');
  });
});

describe('a layout', () => {
  it('is refused with the field that is wrong', () => {
    expect(readLayout(fileOf('cells: { west: { hosts: ["h1", "h2:lake"] } }'))).toEqual({ cells: { west: { hosts: ['h1', 'h2:lake'] } } });
    const differing = { name: 'h3', zone: 'lake', vcpus: 4, memoryMb: 4096, diskGb: 30, traits: ['CUSTOM_SSD'] };
    expect(readLayout(fileOf(JSON.stringify({ hosts: ['h1', differing] })))).toEqual({ hosts: ['h1', differing] });
    expect(() => readLayout(fileOf('hosts: [h1, { name: h2, cores: 4 }]'))).toThrow('story.json: hosts.1: Unrecognized key: "cores"');
    expect(() => readLayout(fileOf('cells: { west: { hosts: h1 } }'))).toThrow('story.json: cells.west.hosts: ');
  });
});
