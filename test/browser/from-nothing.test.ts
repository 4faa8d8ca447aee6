import { firstStart } from './support/first-start.ts';
import { fromNothing } from './support/from-nothing.ts';

fromNothing(firstStart);
