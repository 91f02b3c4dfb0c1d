import { describeSeeds } from './describe-seeds.js';

describeSeeds(3);
