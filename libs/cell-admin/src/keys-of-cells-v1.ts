import { z } from 'zod';

const dialled = z
  .never({
    error: 'cells v1 wanted it; here a child dials its parent with an account of its own (canopy cell join), and nobody above dials it',
  })
  .optional();

/** Keys that Nova's `os-cells` took, and that mean nothing here: refused with the reason, for a client written for Nova expects them to work. */
export const connectionOfCellsV1 = {
  username: dialled,
  password: dialled,
  rpc_host: dialled,
  rpc_port: dialled,
  rpc_virtual_host: dialled,
};

/** The same for what Nova let `PUT` change. */
export const unchangeable = {
  name: z.never({ error: 'is a part of the path of all that is in the cell, and cannot be changed' }).optional(),
  type: z.never({ error: 'cannot be changed: add a cell where it shall be' }).optional(),
};
