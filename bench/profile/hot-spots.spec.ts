import { expect, it } from 'vitest';
import { hotSpots, parseProfile } from './hot-spots.js';

const frame = (functionName: string, url = '', lineNumber = -1) => ({ functionName, url, lineNumber });

it('a function is charged with the time until the next sample, and waiting with none', () => {
  const profile = parseProfile(
    JSON.stringify({
      nodes: [
        { id: 1, callFrame: frame('(idle)') },
        { id: 2, callFrame: frame('encode', 'file:///srv/dist/libs/cell/src/frames.js', 15) },
        { id: 3, callFrame: frame('encode', 'file:///srv/dist/libs/cell/src/frames.js', 15) },
        { id: 4, callFrame: frame('query', 'file:///srv/node_modules/a/node_modules/mysql2/lib/connection.js', 0) },
      ],
      samples: [2, 1, 3, 4, 1],
      timeDeltas: [700, 1000, 5000, 2000, 500],
    }),
  );
  expect(hotSpots(profile)).toEqual({
    busyMs: 3.5,
    spots: [
      { name: 'encode', place: 'libs/cell/src/frames.js:16', ms: 3 },
      { name: 'query', place: 'mysql2/lib/connection.js:1', ms: 0.5 },
    ],
  });
});
