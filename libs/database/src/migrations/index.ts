import { ApiInitial } from './api-initial.js';
import { CellInitial } from './cell-initial.js';
import { TreeInitial } from './tree-initial.js';
import { TreeSteeredChildren } from './tree-steered-children.js';

/** Of the tables that every cell has. In the order of their making; each is run once per database. */
const treeMigrations = [TreeInitial, TreeSteeredChildren];

export const childCellMigrations = [...treeMigrations, CellInitial];
export const apiMigrations = [...treeMigrations, ApiInitial];
